"""What `FolderCleaner.sweep` promises."""

import os
import socket
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from os import mkfifo
from pathlib import Path
from typing import Final

import pytest

from jobsys.domain.errors import FileRejected
from jobsys.ports.folder_cleaner import Cleaned, Fate, FolderCleaner, Sweep

LIMIT: Final = datetime(2020, 1, 1, tzinfo=UTC)
OLD: Final = LIMIT - timedelta(seconds=1)
YOUNG: Final = LIMIT + timedelta(seconds=1)


def unix_socket(path: str) -> None:
    """Leaves a socket's file."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)


class SweepSuite:
    """One test for each sentence."""

    def test_files_are_removed_that_match_and_are_older_one_at_a_time(
        self, cleaner: FolderCleaner, root: Path
    ) -> None:
        folder = made(root / "tmp", old=["a.tmp", "b.tmp", "c.txt"], young=["d.tmp"])
        sweep = cleaner.sweep(wanted("*.tmp"))
        assert next(sweep) == Cleaned("a.tmp", Fate.FILE_REMOVED, 5)
        assert names_in(folder) == {"b.tmp", "c.txt", "d.tmp"}
        assert list(sweep) == [Cleaned("b.tmp", Fate.FILE_REMOVED, 5)]
        assert names_in(folder) == {"c.txt", "d.tmp"}

    def test_a_dry_run_removes_nothing_and_tells_the_same(
        self, cleaner: FolderCleaner, root: Path
    ) -> None:
        folder = made(root / "tmp", old=["a", "in/b", "in/deep/c", "left/d"], young=["left/e"])
        before = tree(folder)
        told = list(cleaner.sweep(wanted(recursive=True, dry_run=True)))
        assert tree(folder) == before
        assert list(cleaner.sweep(wanted(recursive=True))) == told
        assert [one.path for one in told] == ["a", "in/b", "in/deep/c", "in/deep", "in", "left/d"]
        assert tree(folder) == {"left", "left/e"}

    def test_folders_below_are_left_alone_unless_the_sweep_is_recursive(
        self, cleaner: FolderCleaner, root: Path
    ) -> None:
        folder = made(root / "tmp", old=["a", "in/b"])
        assert paths(cleaner.sweep(wanted())) == ["a"]
        assert tree(folder) == {"in", "in/b"}

    @pytest.mark.parametrize(
        ("pattern", "removed"), [("*", ["a"]), (".*", [".b"]), (".b", [".b"]), ("?b", [])]
    )
    def test_a_star_does_not_match_a_leading_dot(
        self, cleaner: FolderCleaner, root: Path, pattern: str, removed: list[str]
    ) -> None:
        made(root / "tmp", old=["a", ".b", ".hidden/c"])
        told = paths(cleaner.sweep(wanted(pattern, recursive=True)))
        assert told == removed
        assert (root / "tmp/.hidden/c").exists()

    def test_an_empty_folder_is_removed_only_if_the_sweep_emptied_it_or_it_is_old(
        self, cleaner: FolderCleaner, root: Path
    ) -> None:
        folder = made(root / "tmp", old=["emptied/a"])
        for name, time in (("old", OLD), ("young", YOUNG)):
            (folder / name).mkdir()
            set_time(folder / name, time)
        set_time(folder / "emptied", YOUNG)
        told = list(cleaner.sweep(wanted(recursive=True)))
        assert [one.path for one in told if one.fate is Fate.FOLDER_REMOVED] == ["emptied", "old"]
        assert tree(folder) == {"young"}

    def test_a_swept_folder_itself_stays(self, cleaner: FolderCleaner, root: Path) -> None:
        folder = made(root / "tmp", old=["a"])
        list(cleaner.sweep(wanted(recursive=True)))
        assert folder.is_dir()

    def test_links_are_neither_removed_nor_followed(
        self, cleaner: FolderCleaner, root: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        outside = made(tmp_path_factory.mktemp("outside"), old=["a", "in/b"])
        folder = made(root / "tmp", old=["z"])
        (folder / "to-file").symlink_to(outside / "a")
        (folder / "to-folder").symlink_to(outside)
        (folder / "dangling").symlink_to("nowhere")
        for link in folder.iterdir():
            set_time(link, OLD)
        assert paths(cleaner.sweep(wanted(recursive=True))) == ["z"]
        assert names_in(folder) == {"to-file", "to-folder", "dangling"}
        assert tree(outside) == {"a", "in", "in/b"}

    @pytest.mark.parametrize("make", [mkfifo, unix_socket])
    def test_pipes_and_sockets_are_not_removed(
        self,
        cleaner: FolderCleaner,
        root: Path,
        monkeypatch: pytest.MonkeyPatch,
        make: Callable[[str], None],
    ) -> None:
        folder = made(root / "tmp")
        monkeypatch.chdir(folder)  # the path of a socket must be short
        make("special")
        set_time(folder / "special", OLD)
        assert paths(cleaner.sweep(wanted(recursive=True))) == []

    def test_a_file_that_is_gone_before_it_can_be_removed_has_vanished(
        self, cleaner: FolderCleaner, root: Path
    ) -> None:
        folder = made(root / "tmp", old=["a", "b", "c"])
        sweep = cleaner.sweep(wanted())
        next(sweep)
        (folder / "b").unlink()
        assert list(sweep) == [Cleaned("b", Fate.VANISHED), Cleaned("c", Fate.FILE_REMOVED, 5)]

    def test_a_name_that_is_no_text_is_told_in_a_printable_way(
        self, cleaner: FolderCleaner, root: Path
    ) -> None:
        made(root / "tmp", old=[os.fsdecode(b"caf\xe9")])
        assert paths(cleaner.sweep(wanted())) == ["caf\\udce9"]

    @pytest.mark.parametrize(
        "folder",
        [
            *("..", ".", "", "/", "/etc", "tmp/..", "tmp/../..", "./.", "none", "tmp\0", "{root}"),
            *("{root}/.", "{root}/..", "to-tmp", "to-tmp/in", "tmp/file", "../{name}", "//{root}"),
        ],
    )
    def test_a_folder_that_is_no_folder_below_an_allowed_place_is_refused(
        self, cleaner: FolderCleaner, root: Path, folder: str
    ) -> None:
        made(root / "tmp", old=["file", "in/a"])
        (root / "to-tmp").symlink_to("tmp")
        before = tree(root)
        path = folder.format(root=root, name=root.name)
        with pytest.raises(FileRejected, match="is refused"):
            list(cleaner.sweep(Sweep(path, LIMIT, recursive=True, dry_run=False)))
        assert tree(root) == before

    def test_an_absolute_path_below_an_allowed_place_is_accepted(
        self, cleaner: FolderCleaner, root: Path
    ) -> None:
        folder = made(root / "tmp/in", old=["a"])
        assert paths(cleaner.sweep(Sweep(str(folder), LIMIT))) == ["a"]


def wanted(pattern: str = "*", *, recursive: bool = False, dry_run: bool = False) -> Sweep:
    """Returns a sweep of the folder `tmp`, which removes."""
    return Sweep("tmp", LIMIT, pattern, recursive=recursive, dry_run=dry_run)


def made(folder: Path, old: Iterable[str] = (), young: Iterable[str] = ()) -> Path:
    """Makes files of five bytes in a folder and the folders that they need."""
    folder.mkdir(parents=True, exist_ok=True)
    for names, time in ((old, OLD), (young, YOUNG)):
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(b"bytes")
            set_time(folder / name, time)
    return folder


def set_time(path: Path, time: datetime) -> None:
    """Makes a file look as if it had last been changed then."""
    os.utime(path, (time.timestamp(), time.timestamp()), follow_symlinks=False)


def paths(told: Iterable[Cleaned]) -> list[str]:
    """Returns the ways of what was told."""
    return [one.path for one in told]


def names_in(folder: Path) -> set[str]:
    """Returns the names in a folder."""
    return {file.name for file in folder.iterdir()}


def tree(folder: Path) -> set[str]:
    """Returns all that is below a folder, by its way down."""
    return {str(file.relative_to(folder)) for file in folder.rglob("*")}
