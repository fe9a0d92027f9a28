"""What handlers log, in Redis."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

from jobsys.adapters.redis.answers import raise_first
from jobsys.adapters.redis.errors import translated
from jobsys.adapters.redis.scripts import Call
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.instants import span_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.log_line import KEPT_FOR, KEPT_LINES, LogLine, line_in, no_cursor, written
from jobsys.ports.job_logs import JobLogs, LogPage

_ID: Final = re.compile(r"\d{1,18}-\d{1,18}", re.ASCII)
_KEPT: Final = (span_ms(KEPT_FOR), KEPT_LINES)


class RedisJobLogs(JobLogs):
    """Keeps lines in a stream for each job, which Redis forgets by itself."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    async def append(self, lines: Sequence[LogLine]) -> None:
        key = self._store.layout.log
        calls: list[Call] = [
            ("log", [key(job_id)], [*_KEPT, *texts]) for job_id, texts in written(lines).items()
        ]
        raise_first(await self._store.run_all(calls), self._store.address)

    async def read(self, job_id: JobId, after: str | None = None, limit: int = 500) -> LogPage:
        if after is not None and not _ID.fullmatch(after):
            raise no_cursor(after)
        begin, log = f"({after}" if after else "-", self._store.layout.log(job_id)
        with translated(self._store.address):
            answer = await self._store.client.xrange(log, begin, "+", limit)
        found = cast("Sequence[tuple[bytes, Mapping[bytes, bytes]]]", answer)
        lines = [line_in(job_id, fields.get(b"line", b"")) for _, fields in found]
        read = [line for line in lines if line is not None]
        return LogPage(read, found[-1][0].decode() if found else after)
