"""What the metrics of the demo's processes say, and how it comes together."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from jobsys import JobStatus
from jobsys.demo.evidence import Metrics, Tally
from jobsys.demo.work_folder import WorkFolder
from jobsys.ports.job_inspector import QueueCounts
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.metric_families import ENQUEUED, OUTCOMES, PROCESSED

COMPLETED: Final = OUTCOMES[JobStatus.COMPLETED]
FAILURES: Final = (OUTCOMES[JobStatus.FAILED], OUTCOMES[JobStatus.RETRYING])


def leave_tally(metrics: JobMetrics, work: WorkFolder) -> None:
    """Writes down what this process has counted, for the demo to read."""
    ends = Counter[str]()
    for (_, outcome), number in metrics.snapshot().readings[PROCESSED.name].numbers.items():
        ends[outcome] += int(number)
    tally = Tally(ends[COMPLETED], sum(ends[outcome] for outcome in FAILURES))
    path = work.metrics(os.getpid())
    begun = path.with_suffix(".new")
    begun.write_text(json.dumps(asdict(tally)))
    begun.replace(path)  # whole or not there


def read_metrics(
    here: JobMetrics, left: Mapping[int, Path], counts: Iterable[QueueCounts]
) -> Metrics:
    """Returns what was counted here, in each process that has left a file, and by the store."""
    enqueued = here.snapshot().readings[ENQUEUED.name].numbers.values()
    now = Counter[JobStatus]()
    for one in counts:
        now.update(one.now)
    return Metrics(
        int(sum(enqueued)),
        {pid: Tally(**json.loads(path.read_text())) for pid, path in left.items() if path.exists()},
        +now,
    )
