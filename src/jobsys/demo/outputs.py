"""Reading every output again, and its source, without trusting what the jobs have said."""

import gzip
import hashlib
import os
import threading
import zlib
from collections.abc import Callable, Mapping
from typing import Final, cast

from jobsys import JobRecord, JobStatus
from jobsys.demo.corpus import Fingerprint
from jobsys.demo.evidence import EQUAL, Check, Finding, Role
from jobsys.demo.files import FileTask
from jobsys.demo.work_folder import WorkFolder

CHUNK: Final = 1024 * 1024
REJECTED: Final = "FILE_4001"
UNREADABLE: Final = (OSError, EOFError, zlib.error)

Told = Mapping[str, object]


class OutputChecks:
    """Checks outputs, in whatever threads it is called."""

    def __init__(self, work: WorkFolder) -> None:
        self._work = work
        self._over = threading.Event()

    def give_up(self) -> None:
        """Ends the checks that go on, for nobody waits for them any more."""
        self._over.set()

    def check(self, task: FileTask, record: JobRecord) -> Check:
        """Says whether a file job did what it should have done."""
        if record.status is not JobStatus.COMPLETED:
            return self._excuse(task, record)
        told = cast("Told", record.result)
        try:
            output = self._output_digest(task)
        except UNREADABLE as error:
            return _wrong(task, f"its output cannot be read: {error!r}")
        if output != told["sha256"]:
            return _wrong(task, "its output is not what its job has reported")
        return EQUAL if task.role is Role.THUMBNAIL else self._compared(task, output, told)

    def _compared(self, task: FileTask, output: str, told: Told) -> Check:
        """Compares with the source as it is now; one that has changed since is nobody's fault."""
        try:
            now = self._source_digest(task)
        except OSError:
            return Check(self._fate(task) or Finding.CHANGED)
        if output == now:
            return EQUAL
        if fate := self._fate(task):
            return Check(fate)
        if told["bytes"] != task.source.was.size:
            return Check(Finding.CHANGED)
        return _wrong(task, "its SHA-256 is not its source's")

    def _excuse(self, task: FileTask, record: JobRecord) -> Check:
        last = record.errors[-1] if record.errors else None
        if task.role is Role.THUMBNAIL and last and last.code == REJECTED:
            return Check(Finding.REFUSED, last.message)
        try:
            self._source_digest(task)
        except OSError:
            return Check(self._fate(task) or Finding.CHANGED)
        if fate := self._fate(task):
            return Check(fate)
        return _wrong(task, f"it is {record.status}: {last.message if last else 'no error known'}")

    def _fate(self, task: FileTask) -> Finding | None:
        """Says what has become of a source; None when it is as it was when it was listed."""
        try:
            found = (self._work.source / task.source.path).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return Finding.VANISHED
        except OSError:
            return Finding.CHANGED
        return None if Fingerprint.of(found) == task.source.was else Finding.CHANGED

    def _output_digest(self, task: FileTask) -> str:
        path = task.output(self._work)
        with gzip.open(path) if task.role is Role.FILE else path.open("rb") as file:
            return self._digest(file.read)

    def _source_digest(self, task: FileTask) -> str:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with os.fdopen(os.open(self._work.source / task.source.path, flags), "rb") as file:
            return self._digest(file.read)

    def _digest(self, read: Callable[[int], bytes]) -> str:
        digest = hashlib.sha256()
        while chunk := read(CHUNK):
            digest.update(chunk)
            if self._over.is_set():
                raise InterruptedError
        return digest.hexdigest()


def _wrong(task: FileTask, why: str) -> Check:
    return Check(Finding.WRONG, f"{task.source.path!r}: {why}")
