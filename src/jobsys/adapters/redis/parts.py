"""What is wrong beside the jobs, as findings with the proofs that fsck_parts.lua compares."""

import json
from collections.abc import Iterator, Mapping, Sequence

from jobsys.adapters.redis.queue_walk import QueueWalk
from jobsys.adapters.redis.spots import RESULTS
from jobsys.domain.job_id import JobId
from jobsys.domain.status import JobStatus
from jobsys.ports.store_checker import Finding, FindingKind


def part(
    kind: FindingKind, queue: str, subject: str, told: str, proof: Sequence[object]
) -> Finding:
    """Returns a finding that `fsck_parts.lua` compares and mends."""
    return Finding(kind, queue, subject, told, json.dumps(["fsck_parts", proof]))


def voids(queue: str, names: set[tuple[str, str]]) -> Iterator[Finding]:
    """Yields void marks whose entries are in no list."""
    for level, name in sorted(names):
        told = f"void in the list {level}, and not there"
        yield part(
            FindingKind.STRAY_VOID, queue, JobId.of(queue, name), told, ["void", level, name]
        )


def leftovers(queue: str, names: set[tuple[int, str]]) -> Iterator[Finding]:
    """Yields results and histories without a job."""
    for number, key in sorted(names):
        what = "a result" if number == RESULTS else "a history of errors"
        told, proof = f"{what} without a job", ["leftover", number, key]
        yield part(FindingKind.LEFTOVER, queue, JobId.of(queue, key), told, proof)


def unlisted(queue: str) -> Finding:
    """Returns what is wrong where a queue with jobs or a policy is not among the queues."""
    told = "it has jobs or a policy, and is not among the queues"
    return part(FindingKind.UNLISTED_QUEUE, queue, queue, told, ["unlisted", queue])


def counts(queue: str, walk: QueueWalk) -> Finding | None:
    """Returns what is wrong with the counts of a queue in which nothing moved during the walk."""
    seen, right, told = dict[str, str](), dict[str, str](), list[str]()
    for status in JobStatus:
        there = walk.standing[status]
        now, ever = (_field(walk.counts, f"{kind}:{status}", seen) for kind in ("now", "ever"))
        if (now or 0) != there or now is None:
            right[f"now:{status}"] = str(there)
            told.append(f"{status} {seen[f'now:{status}'] or 0}, not {there}")
        if ever is None or ever < there:
            right[f"ever:{status}"] = str(there)
            told.append(f"{status} ever {seen[f'ever:{status}'] or 0}, with {there} now")
    if not told:
        return None
    proof: Sequence[object] = ["counts", seen, right]
    return part(FindingKind.WRONG_COUNTS, queue, queue, "; ".join(told), proof)


def _field(counts: Mapping[bytes, bytes], field: str, seen: dict[str, str]) -> int | None:
    """Returns the number of a field and notes its text; None where it is no number."""
    seen[field] = counts.get(field.encode(), b"").decode(errors="replace")
    try:
        return int(seen[field] or 0)
    except ValueError:
        return None
