"""Listing a folder finds every file that can be worked on, and says why others are left out."""

import os
import socket
import stat
from pathlib import Path

import pytest

from jobsys.demo.corpus import Corpus, Skip, UnusableFolder, checked_folder

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    own = tmp_path / "own"
    own.mkdir()
    return own


def listed(corpus: Corpus) -> list[str]:
    return sorted(source.path for source in corpus.files())


def test_files_are_found_in_nested_folders_whatever_their_names(folder: Path, own: Path) -> None:
    (folder / "a" / "b").mkdir(parents=True)
    names = ["empty", "with spaces", "new\nline", "größe 日本", "-rf", "a/one", "a/b/two"]
    for name in names:
        (folder / name).touch()
    corpus = Corpus(folder, own)
    assert listed(corpus) == sorted(names)
    assert corpus.left_out == ""


def test_links_are_counted_and_never_followed(folder: Path, own: Path) -> None:
    (folder / "file").touch()
    for number, target in enumerate(["file", "nowhere", ".", "/etc"]):
        (folder / f"link{number}").symlink_to(target)
    corpus = Corpus(folder, own)
    assert listed(corpus) == ["file"]
    assert corpus.left_out == "4 symbolic links"


def test_what_is_no_regular_file_is_counted(folder: Path, own: Path) -> None:
    os.mkfifo(folder / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(folder / "socket"))
    corpus = Corpus(folder, own)
    assert listed(corpus) == []
    assert corpus.skipped == {Skip.NOT_REGULAR: 2}


def test_names_that_are_not_utf_8_are_counted(folder: Path, own: Path) -> None:
    raw = os.fsencode(folder)
    Path(os.fsdecode(raw + b"/folder\xff")).mkdir()
    for name in (b"/caf\xe9", b"/folder\xff/inside"):
        os.close(os.open(raw + name, os.O_CREAT))
    corpus = Corpus(folder, own)
    assert listed(corpus) == []
    assert corpus.skipped == {Skip.NOT_UTF8: 2}


def test_what_may_not_be_read_is_counted_and_root_may_read_all(folder: Path, own: Path) -> None:
    (folder / "closed").mkdir()
    (folder / "closed").chmod(0)
    (folder / "secret").touch(mode=0)
    corpus = Corpus(folder, own)
    assert listed(corpus) == (["secret"] if AS_ROOT else [])
    assert corpus.skipped == ({} if AS_ROOT else {Skip.NOT_READABLE: 2})
    (folder / "closed").chmod(stat.S_IRWXU)


def test_a_path_too_long_for_the_system_is_counted(folder: Path, own: Path) -> None:
    deep = os.open(folder, os.O_RDONLY)
    for _ in range(25):
        os.mkdir("d" * 200, dir_fd=deep)
        inner = os.open("d" * 200, os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = inner
        os.close(os.open("file", os.O_CREAT, dir_fd=deep))
    os.close(deep)
    corpus = Corpus(folder, own)
    assert len(listed(corpus)) == 18
    assert corpus.skipped[Skip.TOO_LONG] >= 1


def test_the_demos_own_folder_is_not_worked_on(folder: Path) -> None:
    own = folder / "own"
    own.mkdir()
    (own / "output.gz").touch()
    (folder / "file").touch()
    corpus = Corpus(folder, own)
    assert listed(corpus) == ["file"]
    assert corpus.skipped == {Skip.OWN: 1}


def test_the_largest_file_is_known(folder: Path, own: Path) -> None:
    (folder / "small").write_bytes(b"x")
    (folder / "large").write_bytes(b"x" * 1000)
    corpus = Corpus(folder, own)
    assert len(listed(corpus)) == 2
    assert corpus.largest == 1000


def test_no_folder_means_the_examples_of_the_repository() -> None:
    examples = checked_folder(None)
    assert examples is not None
    assert examples.parts[-2:] == ("examples", "files")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("missing", "No such file or directory"), ("a file", "Not a directory")],
)
def test_what_is_no_folder_is_refused_in_one_line(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "a file").touch()
    with pytest.raises(UnusableFolder, match=f"{name}' cannot be listed: {reason}"):
        checked_folder(tmp_path / name)
