"""A bar that shows how far a long verb is."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from jobsys.adapters.cli.printable import printable

Tell = Callable[[str, int, int | None], None]
"""Shows what is done now, how much of it has been, and of how much, where that is known."""


@contextmanager
def progress() -> Generator[Tell]:
    """Yields what moves a bar; it is quiet where nobody is at a terminal."""
    from rich.console import Console  # noqa: PLC0415 (few verbs show a bar)
    from rich.progress import (  # noqa: PLC0415 (as above)
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
    )

    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(
        *columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, of: bar.update(
            task, description=printable(what), completed=done, total=of
        )
