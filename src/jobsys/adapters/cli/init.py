"""`jobsys init`: a small service to begin with."""

import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from shlex import quote
from typing import Annotated, Final, cast

import typer

from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.output import print_json
from jobsys.domain.errors import JobsysError

SUFFIX: Final = ".tmpl"
"""What keeps tools from taking a template for a part of this program."""
NEXT: Final = """\
python -m pip install -e '.[dev]'
python -m pytest
jobsys worker service.app:container
jobsys --app service.app:container submit greet '{"name": "Ada"}'
"""


class CannotWrite(JobsysError):
    """A file that shall be made is there already, or cannot be made."""

    code = "CANNOT_WRITE"


def init(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where; made if need be.", readable=False)
    ] = Path(),
    as_json: Json = False,
) -> None:
    """Write a small working service: job, handler, container, test, compose file, systemd unit."""
    given = cast("Invocation", context.obj)
    texts = {
        folder / name: text
        for name, text in _templates(files("jobsys.adapters.cli") / "template", "")
    }
    _write_new(texts)
    if given.as_json or as_json:
        print_json({"files": [str(path) for path in texts]})
        return
    for path in texts:
        sys.stdout.write(f"{path}\n")
    enter = "" if folder == Path() else f"cd {quote(str(folder))}\n"
    sys.stdout.write(f"\nNext:\n\n{enter}{NEXT}")


def _templates(folder: Traversable, above: str) -> Iterator[tuple[str, str]]:
    """Yields the name of each file to be written, relative to its folder, and its text."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _templates(entry, f"{above}{entry.name}/")
        else:
            yield above + entry.name.removesuffix(SUFFIX), entry.read_text(encoding="utf-8")


def _write_new(texts: Mapping[Path, str]) -> None:
    """Writes all of these files, or, where one of them exists, none.

    Raises:
        CannotWrite: at least one exists, or cannot be written.
    """
    in_the_way = [str(path) for path in texts if path.exists() or path.is_symlink()]
    if in_the_way:
        raise CannotWrite(f"nothing was written, for these exist: {', '.join(in_the_way)}")
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise CannotWrite(f"cannot write {path}: {error.strerror}") from error
