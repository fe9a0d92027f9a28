"""A path swapped between check and use, over and over, never leads outside."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from jobsys.adapters.filesystem.file_store import LocalFileStore
from jobsys.domain.errors import FileRejected
from tests.support.meanwhile import meanwhile

ROUNDS = 1000


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "file").write_bytes(b"outside")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root/door").mkdir(parents=True)
    (tmp_path / "root/door/file").write_bytes(b"inside")
    return tmp_path / "root"


@contextmanager
def swapping(path: Path, target: Path) -> Generator[None]:
    """Turns `path` into a link to `target` and back, as fast as it can, during the block."""
    parked = path.parent / "parked"
    parked.mkdir()
    turns = count()

    def swap() -> None:
        turn = next(turns)
        path.rename(parked / f"real-{turn}")
        with suppress(FileExistsError):  # a writer made a folder just now
            path.symlink_to(target)
        path.rename(parked / f"link-{turn}")
        with suppress(OSError):  # again, and has put a file there
            (parked / f"real-{turn}").rename(path)

    with meanwhile(swap):
        yield


def test_the_swaps_do_lead_a_plain_open_outside(root: Path, outside: Path) -> None:
    seen = set[bytes]()
    with swapping(root / "door", outside):
        while b"outside" not in seen:
            with suppress(OSError):
                seen.add((root / "door/file").read_bytes())


@pytest.mark.parametrize("swapped", ["door", "door/file"])
def test_a_folder_or_file_swapped_for_a_link_is_never_read_through(
    root: Path, outside: Path, swapped: str
) -> None:
    store, seen, rounds = LocalFileStore([root]), set[bytes](), count()
    target = outside if swapped == "door" else outside / "file"
    with swapping(root / swapped, target):
        while next(rounds) < ROUNDS or not seen:
            with suppress(FileRejected), store.read("door/file") as file:
                seen.add(file.read())
    assert seen == {b"inside"}


def test_nothing_is_ever_written_through_a_swapped_folder(root: Path, outside: Path) -> None:
    store, accepted, refused = LocalFileStore([root]), 0, 0
    with swapping(root / "door", outside):
        while accepted + refused < ROUNDS or not (accepted and refused):
            try:
                with store.write(f"door/{accepted % 10}") as file:
                    file.write(b"written")
                accepted += 1
            except FileRejected:
                refused += 1
    assert [file.name for file in outside.iterdir()] == ["file"]
    assert (outside / "file").read_bytes() == b"outside"
