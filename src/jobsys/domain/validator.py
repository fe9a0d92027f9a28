"""What a payload must satisfy beyond its types."""

from collections.abc import Collection, Mapping
from typing import Final

from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import InvalidJob, PayloadTooLarge
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority

_OPENERS: Final = b"[{"
_CLOSERS: Final = b"]}"


class JobValidator:
    """Limits on what is stored: size in bytes, depth of nesting, and the levels of a queue."""

    def __init__(
        self,
        max_bytes: int = 256 * 1024,
        max_depth: int = 64,
        levels: Mapping[str, Collection[JobPriority]] | None = None,
    ) -> None:
        self._max_bytes = max_bytes
        self._max_depth = max_depth
        self._levels = levels or {}

    def check_level(self, queue: str, priority: JobPriority) -> None:
        """Lets a priority pass that the queue takes; a queue that names none takes all.

        Raises:
            InvalidJob: the queue does not take it; those that it takes are named.

        """
        levels = self._levels.get(queue)
        if levels and priority not in levels:
            taken = ", ".join(level.label for level in sorted(levels))
            raise InvalidJob(f"queue {queue!r} takes {taken}, not {priority.label}")

    def payload_of(self, job: BaseJob) -> JobPayload:
        """Returns the job's payload as it will be stored.

        Raises:
            PayloadTooLarge: it is larger or deeper than allowed.
            InvalidJob: a field cannot be written as JSON.

        """
        try:
            payload = JobPayload(
                job.__pydantic_serializer__.to_json(job, by_alias=True, round_trip=True)
            )
        except (ValueError, RecursionError) as error:
            raise InvalidJob(f"{job.job_type}: the payload cannot be stored: {error}") from error
        if len(payload) > self._max_bytes:
            raise PayloadTooLarge(
                f"{job.job_type}: the payload has {len(payload):,} bytes, over the limit of"
                f" {self._max_bytes:,}: store the data elsewhere and submit a reference to it"
            )
        if _may_be_deeper(payload, self._max_depth) and depth(payload) > self._max_depth:
            raise PayloadTooLarge(
                f"{job.job_type}: the payload is nested deeper than {self._max_depth} levels:"
                " flatten it"
            )
        return payload


def depth(json: bytes) -> int:
    """Returns how deep valid JSON is nested.

    >>> depth(b'{"a": [1, {"b": "[[["}]}')
    3
    """
    deepest = level = 0
    in_text = escaped = False
    for byte in json:
        if in_text:
            in_text = escaped or byte != 0x22
            escaped = byte == 0x5C and not escaped
        elif byte == 0x22:
            in_text = True
        elif byte in _OPENERS:
            level += 1
            deepest = max(deepest, level)
        elif byte in _CLOSERS:
            level -= 1
    return deepest


def _may_be_deeper(json: bytes, limit: int) -> bool:
    """Rules out nearly every payload without a walk: each level has an opener and a closer."""
    return len(json) > 2 * limit and json.count(b"{") + json.count(b"[") > limit
