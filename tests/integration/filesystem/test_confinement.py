"""Nothing outside the roots is read or written, whatever is asked and whoever swaps what."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from jobsys.adapters.filesystem.file_store import LocalFileStore
from jobsys.domain.errors import FileRejected

SECRET = b"outside the root"

# {outside} stands for the absolute path of the folder beside the root.
TRAVERSALS = [
    *("..", ".", "", "/", "//", "./.", "../", "/.."),
    *("../outside/secret", "./../outside/secret", "in/../../outside/secret"),
    *("../../../../../../../../etc/passwd", "in/../a.txt", "in/..", ".../../../outside/secret"),
    *("{outside}/secret", "/{outside}/secret", "//{outside}/secret", "{outside}"),
    *("{root}/../outside/secret", "{root}/in/../../outside/secret", "{root}", "{root}x/secret"),
    *("/etc/passwd", "/proc/self/environ", "/dev/null", "/proc/self/root/etc/passwd"),
    *("a\0.txt", "\0", "../outside/secret\0.png", "{root}/a.txt\0"),
    *("link-to-file", "link-to-folder/secret", "in/link-up/outside/secret", "link-to-itself"),
    *("link-to-file/", "dangling", "link-inside", "link-to-root/a.txt", "in/link-up/root/a.txt"),
    *("\ud800", "a.txt/b", "a.txt/../a.txt", "n" * 256, "n" * 256 + "/a"),
]

# Harmless names on this system that mean something to others: URLs, Windows, shells.
LITERALS = [
    *("%2e%2e/outside/secret", "..%2foutside%2fsecret", "%2e%2e%2foutside", "..%c0%af..", "..%00"),
    *("..\\outside\\secret", "\\\\server\\share\\secret", "C:\\secret", "~/secret", "$HOME/secret"),
    *("file:///etc/passwd", "\uff0e\uff0e/outside/secret", "..;/outside/secret", "`id`", "|id"),
]


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret").write_bytes(SECRET)
    return folder


@pytest.fixture
def root(tmp_path: Path, outside: Path) -> Path:
    root = tmp_path / "root"
    (root / "in").mkdir(parents=True)
    (root / "a.txt").write_bytes(b"a")
    (root / "link-to-file").symlink_to(outside / "secret")
    (root / "link-to-folder").symlink_to(outside)
    (root / "link-to-itself").symlink_to("link-to-itself")
    (root / "link-to-root").symlink_to(root)
    (root / "link-inside").symlink_to("a.txt")
    (root / "dangling").symlink_to(outside / "new")
    (root / "in/link-up").symlink_to("../..")
    return root


@pytest.fixture
def store(root: Path) -> LocalFileStore:
    return LocalFileStore([root])


def state_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def read(store: LocalFileStore, path: str) -> bytes:
    with store.read(path) as file:
        return file.read()


def write(store: LocalFileStore, path: str) -> None:
    with store.write(path) as file:
        file.write(b"written")


def test_there_are_at_least_40_traversals() -> None:
    assert len(set(TRAVERSALS)) >= 40


@pytest.mark.parametrize("template", TRAVERSALS, ids=ascii)
def test_a_path_that_leaves_the_roots_is_refused(
    store: LocalFileStore, root: Path, outside: Path, template: str
) -> None:
    path = template.format(root=root, outside=outside)
    for use in (read, write):
        with pytest.raises(FileRejected, match="is refused") as caught:
            use(store, path)
        assert caught.value.code == "FILE_4001"
        assert len(str(caught.value)) < 400
    assert state_of(outside) == {"secret": SECRET}


@pytest.mark.parametrize("path", LITERALS, ids=ascii)
def test_a_name_that_other_systems_would_interpret_is_taken_literally(
    store: LocalFileStore, outside: Path, path: str
) -> None:
    with pytest.raises(FileRejected, match="no such file"):
        read(store, path)
    write(store, path)
    assert read(store, path) == b"written"
    assert state_of(outside) == {"secret": SECRET}


def unix_socket(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, unix_socket])
def test_what_is_no_regular_file_is_refused_without_waiting(
    store: LocalFileStore, root: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[str], None]
) -> None:
    monkeypatch.chdir(root)  # the path of a socket must be short
    make("special")
    for use in (read, write):
        with pytest.raises(FileRejected, match="not a regular file"):
            use(store, "special")


def test_a_device_is_refused() -> None:
    store = LocalFileStore(["/dev"])
    for use in (read, write):
        with pytest.raises(FileRejected, match="not a regular file"):
            use(store, "null")
