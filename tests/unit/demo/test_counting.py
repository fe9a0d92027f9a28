"""What processes have counted comes together, each as it left it."""

import os
from pathlib import Path

from jobsys import JobPriority, JobStatus
from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.demo.counting import leave_tally, read_metrics
from jobsys.demo.evidence import Metrics, Tally
from jobsys.demo.work_folder import WorkFolder
from jobsys.ports.job_inspector import QueueCounts

KILLED = 1


def test_what_a_process_left_and_the_store_counts_are_read(tmp_path: Path) -> None:
    there, work = MemoryJobMetrics(), WorkFolder(tmp_path)
    there.increment_jobs_processed("demo_short", success=True, count=3)
    there.increment_jobs_processed("email", success=False)
    leave_tally(there, work)
    here = MemoryJobMetrics()
    here.increment_jobs_enqueued("demo_short", JobPriority.LOW, 4)
    here.increment_jobs_enqueued("email", JobPriority.NORMAL)
    counts = [
        QueueCounts({JobStatus.COMPLETED: 3, JobStatus.QUEUED: 0}, {}, {}),
        QueueCounts({JobStatus.COMPLETED: 1, JobStatus.FAILED: 1}, {}, {}),
    ]
    left = {pid: work.metrics(pid) for pid in (os.getpid(), KILLED)}
    assert read_metrics(here, left, counts) == Metrics(
        5,
        {os.getpid(): Tally(completed=3, failed=1)},
        {JobStatus.COMPLETED: 4, JobStatus.FAILED: 1},
    )
