"""What LocalFolderCleaner refuses on this system, and that swaps lead it nowhere else."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from jobsys.adapters.filesystem.folder_cleaner import LocalFolderCleaner
from jobsys.adapters.filesystem.walk import DEEPEST
from jobsys.domain.errors import ConfigurationError, FileProcessingFailed, FileRejected
from jobsys.ports.folder_cleaner import Cleaned, Fate, Sweep
from jobsys.testing.suites.sweep import LIMIT, made, paths, tree
from tests.support.meanwhile import meanwhile

FUTURE = datetime.now(UTC) + timedelta(days=1)
ROUNDS = 1000


def sweep_of(root: Path, folder: str = "tmp") -> Iterator[Cleaned]:
    wanted = Sweep(folder, FUTURE, recursive=True, dry_run=False)
    return LocalFolderCleaner([root]).sweep(wanted)


def test_a_root_that_is_a_link_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "real/tmp", old=["a"])
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(FileRejected, match="its root is a symbolic link"):
        list(sweep_of(tmp_path / "link"))
    assert (tmp_path / "real/tmp/a").exists()


def test_the_home_of_the_workers_user_is_refused_but_not_a_folder_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "tmp/in", old=["a"])
    monkeypatch.setenv("HOME", str(tmp_path / "tmp"))
    with pytest.raises(FileRejected, match="it is the home"):
        list(sweep_of(tmp_path))
    assert paths(sweep_of(tmp_path, "tmp/in")) == ["a"]


@pytest.mark.parametrize("folder", ["dev", "proc"])
def test_another_file_system_is_refused(folder: str) -> None:
    wanted = Sweep(folder, FUTURE, dry_run=True)
    with pytest.raises(FileRejected, match="another file system"):
        list(LocalFolderCleaner(["/"]).sweep(wanted))


def test_a_sweep_goes_so_deep_and_no_deeper(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    inner = tmp_path / "tmp"
    for _ in range(DEEPEST + 5):
        inner /= "d"
        inner.mkdir()
    made(inner, old=["a"])
    assert list(sweep_of(tmp_path)) == []
    assert (inner / "a").exists()


def test_a_folder_that_may_not_be_searched_is_kept_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "tmp", old=["a", "shut/b", "z"])
    refuse(monkeypatch, "open", "shut", PermissionError(13, "no"))
    told = list(sweep_of(tmp_path))
    assert Cleaned("shut", Fate.KEPT) in told
    assert tree(tmp_path / "tmp") == {"shut", "shut/b"}


@pytest.mark.parametrize(("call", "name"), [("unlink", "b"), ("rmdir", "in")])
def test_what_may_not_be_removed_is_kept_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, name: str
) -> None:
    made(tmp_path / "tmp", old=["a", "in/b", "z"])
    refuse(monkeypatch, call, name, PermissionError(1, "no"))
    kept = [one for one in sweep_of(tmp_path) if one.fate is Fate.KEPT]
    assert [Path(one.path).name for one in kept] == [name]
    assert {"a", "z"}.isdisjoint(tree(tmp_path / "tmp"))


def test_a_disk_that_fails_ends_the_sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path / "tmp", old=["a"])
    refuse(monkeypatch, "unlink", "a", OSError(5, "input/output error"))
    with pytest.raises(FileProcessingFailed, match="input/output error"):
        list(sweep_of(tmp_path))


def test_no_descriptor_is_left_open_by_a_sweep_that_is_given_up(tmp_path: Path) -> None:
    made(tmp_path / "tmp", old=["in/deep/a", "in/deep/b"])
    before = open_descriptors()
    wanted = Sweep("tmp", FUTURE, recursive=True, dry_run=False)
    sweep = LocalFolderCleaner([tmp_path]).sweep(wanted)
    next(sweep)
    assert open_descriptors() > before
    sweep.close()
    assert open_descriptors() == before


def test_nothing_outside_is_removed_through_a_swapped_folder(tmp_path: Path) -> None:
    outside = made(tmp_path / "outside", old=["file", "in/file"])
    inside = [f"{number}/file" for number in range(100)]
    folder = made(tmp_path / "root/tmp/door", old=inside, young=["stays"]).parent
    (folder / ".link").symlink_to(outside)
    cleaner, rounds, told = LocalFolderCleaner([tmp_path / "root"]), count(), set[str]()
    with meanwhile(partial(swap, folder)):
        while next(rounds) < ROUNDS or "door/99/file" not in told:
            told.update(paths(cleaner.sweep(Sweep("tmp", LIMIT, recursive=True, dry_run=False))))
    assert tree(outside) == {"file", "in", "in/file"}


@pytest.mark.parametrize("name", ["door", "file"])
def test_what_is_swapped_for_a_link_after_it_was_looked_at_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    outside = made(tmp_path / "outside", old=["door/a", "file"])
    folder = made(tmp_path / "root/tmp", old=["door/a", "file"])
    real_stat = os.stat

    def look_and_swap(
        path: str, *, dir_fd: int | None = None, follow_symlinks: bool = True
    ) -> os.stat_result:
        found = real_stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
        if path == name and not (folder / name).is_symlink():
            (folder / name).rename(folder / ".parked")
            (folder / name).symlink_to(outside / name)
        return found

    monkeypatch.setattr(os, "stat", look_and_swap)
    told = list(sweep_of(tmp_path / "root"))
    monkeypatch.undo()
    assert (Cleaned("door", Fate.KEPT) in told) == (name == "door")
    assert tree(outside) == {"door", "door/a", "file"}


def swap(folder: Path) -> None:
    """Turns `door` into `.link` and back."""
    for old, new in (("door", ".real"), (".link", "door")):
        (folder / old).rename(folder / new)
    for old, new in (("door", ".link"), (".real", "door")):
        (folder / old).rename(folder / new)


def test_a_cleaner_without_roots_is_a_mistake_in_the_configuration() -> None:
    with pytest.raises(ConfigurationError):
        LocalFolderCleaner([])


def open_descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def refuse(monkeypatch: pytest.MonkeyPatch, call: str, name: str, error: OSError) -> None:
    """Lets the system refuse one call for one name, as it would to a user without the right."""
    real = getattr(os, call)

    def refusing(path: str, *arguments: object, **options: object) -> object:
        if path == name:
            raise error
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, call, refusing)
