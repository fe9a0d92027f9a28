"""What handlers log, in memory."""

from collections.abc import Sequence
from typing import Final

from jobsys.adapters.memory.store import MemoryStore
from jobsys.adapters.memory.stored_log import StoredLog
from jobsys.domain.instants import span_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.log_line import KEPT_FOR, KEPT_LINES, LogLine, line_in, number_in, written
from jobsys.ports.clock import Clock
from jobsys.ports.job_logs import JobLogs, LogPage

_KEPT_MS: Final = span_ms(KEPT_FOR)


class MemoryJobLogs(JobLogs):
    """Keeps lines in a store; the log to which nothing was added for the longest comes first."""

    def __init__(self, store: MemoryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def append(self, lines: Sequence[LogLine]) -> None:
        with self._store.lock:
            now = to_ms(self._clock.now())
            self._forget_old(now)
            for job_id, texts in written(lines).items():
                log = self._store.logs.pop(job_id, None) or StoredLog()
                self._store.logs[job_id] = log
                log.until_ms = now + _KEPT_MS
                self._add(log, texts)

    async def read(self, job_id: JobId, after: str | None = None, limit: int = 500) -> LogPage:
        last = number_in(after)
        with self._store.lock:
            self._forget_old(to_ms(self._clock.now()))
            log = self._store.logs.get(job_id, StoredLog())
            found = [(number, text) for number, text in log.lines if number > last][:limit]
        read = [line for _, text in found if (line := line_in(job_id, text))]
        return LogPage(read, str(found[-1][0]) if found else after)

    def _add(self, log: StoredLog, texts: Sequence[str]) -> None:
        if [text for _, text in log.lines][-len(texts) :] == texts:
            return
        log.lines += [(next(self._store.line_numbers), text) for text in texts]
        del log.lines[:-KEPT_LINES]

    def _forget_old(self, now: int) -> None:
        logs = self._store.logs
        while logs and logs[oldest := next(iter(logs))].until_ms <= now:
            del logs[oldest]
