"""Where a demo keeps what it makes."""

import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from jobsys import ConfigurationError
from jobsys.demo.samples import make_samples


class WorkFolder:
    """The paths in one demo's folder, which its worker processes share.

    `source` has the files to work on: it is a link to the user's folder, a path that is UTF-8
    whatever the folder's own is, or a folder of samples.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.source = root / "source"
        self.outputs = root / "outputs"
        self.outbox = root / "outbox"
        self.clutter = root / "clutter"
        self.ledger = root / "ledger.jsonl"
        self.mended = root / "mended"
        self.told_to_end = root / "told-to-end"
        self.is_kept = False

    @classmethod
    def made_for(cls, folder: Path | None) -> "WorkFolder":
        """Makes a new folder for a demo on the files of `folder`, or else on samples.

        Leaving it removes it.

        Raises:
            ConfigurationError: there is no place for temporary files, or its name is not UTF-8.

        """
        try:
            tempfile.gettempdir().encode()
            work = cls(Path(tempfile.mkdtemp(prefix="jobsys-demo-")))
        except (OSError, UnicodeEncodeError) as error:
            raise ConfigurationError(
                f"no place for the demo's files: {error}; set TMPDIR to a folder that can be"
                " written and has a plain name"
            ) from error
        if folder is None:
            make_samples(work.source)
        else:
            work.source.symlink_to(folder.absolute(), target_is_directory=True)
        work.ledger.touch()
        return work

    @property
    def sqlite_url(self) -> str:
        """A backend in this folder."""
        return f"sqlite:///{quote(str(self.root / 'jobs.db'))}"

    def output(self, number: int, suffix: str) -> Path:
        """Where the output for file `number` goes; its name owes nothing to the file's."""
        return self.outputs / f"{number // 1000:03}" / f"{number:06}{suffix}"

    def ready(self, pid: int) -> Path:
        """What a worker process makes once it runs jobs."""
        return self.root / f"ready-{pid}"

    def metrics(self, pid: int) -> Path:
        """Where a worker process that ends in order leaves what it has counted."""
        return self.root / f"metrics-{pid}.json"

    def log(self, number: int) -> Path:
        """Where worker process `number` writes what it has to say."""
        return self.root / f"worker-{number}.log"

    def keep(self) -> None:
        """Lets the folder stay where it is."""
        self.is_kept = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self.is_kept:
            shutil.rmtree(self.root, ignore_errors=True)
