"""What LocalFileStore promises about reading and writing."""

import os
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from jobsys.adapters.filesystem.file_store import LocalFileStore
from jobsys.domain.errors import ConfigurationError, FileProcessingFailed, FileRejected


@pytest.fixture
def store(tmp_path: Path) -> LocalFileStore:
    return LocalFileStore([tmp_path])


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def put(store: LocalFileStore, path: str, content: bytes) -> None:
    with store.write(path) as file:
        file.write(content)


def content_of(store: LocalFileStore, path: str) -> bytes:
    with store.read(path) as file:
        return file.read()


def test_a_store_without_roots_is_a_mistake_in_the_configuration() -> None:
    with pytest.raises(ConfigurationError):
        LocalFileStore([])


def test_a_relative_path_belongs_to_the_first_root(tmp_path: Path) -> None:
    store = LocalFileStore([tmp_path / "one", tmp_path / "two"])
    (tmp_path / "one").mkdir()
    put(store, "a.txt", b"1")
    assert (tmp_path / "one/a.txt").read_bytes() == b"1"


def test_an_absolute_path_may_lie_in_any_root(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    store = LocalFileStore([tmp_path / "one", tmp_path / "one/../two"])
    put(store, str(tmp_path / "two/a.txt"), b"2")
    assert content_of(store, str(tmp_path / "two/a.txt")) == b"2"


def test_a_root_may_itself_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    put(LocalFileStore([tmp_path / "link"]), "a.txt", b"1")
    assert (tmp_path / "real/a.txt").read_bytes() == b"1"


@pytest.mark.parametrize("name", ["with space", "größe-日本", "two\nlines", "*?[", "~", "a" * 255])
def test_a_file_may_have_any_name_that_the_system_allows(store: LocalFileStore, name: str) -> None:
    put(store, f"{name}/{name}", b"content")
    assert content_of(store, f"{name}/{name}") == b"content"


def test_a_file_can_be_sought_in(store: LocalFileStore) -> None:
    put(store, "a.txt", b"abc")
    with store.read("a.txt") as file:
        assert file.seek(0, os.SEEK_END) == 3
        file.seek(1)
        assert file.read() == b"bc"


def test_missing_folders_of_an_output_are_made(store: LocalFileStore, tmp_path: Path) -> None:
    put(store, "a/b/c.txt", b"c")
    assert (tmp_path / "a/b/c.txt").read_bytes() == b"c"


def test_a_reader_sees_the_old_file_until_the_new_one_is_whole(store: LocalFileStore) -> None:
    put(store, "a.txt", b"old")
    with store.write("a.txt") as file:
        file.write(b"ne")
        file.flush()
        assert content_of(store, "a.txt") == b"old"
        file.write(b"w")
    assert content_of(store, "a.txt") == b"new"


def test_an_error_in_the_block_leaves_the_old_file_and_nothing_else(
    store: LocalFileStore, tmp_path: Path
) -> None:
    put(store, "a.txt", b"old")
    with suppress(ZeroDivisionError), store.write("a.txt") as file:
        file.write(b"new")
        raise ZeroDivisionError
    assert content_of(store, "a.txt") == b"old"
    assert names_in(tmp_path) == {"a.txt"}


def test_writers_at_the_same_time_leave_one_whole_file(
    store: LocalFileStore, tmp_path: Path
) -> None:
    contents = [bytes([letter]) * 100_000 for letter in b"abcdefgh"]
    writers = [threading.Thread(target=put, args=(store, "a.txt", content)) for content in contents]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert content_of(store, "a.txt") in contents
    assert names_in(tmp_path) == {"a.txt"}


def test_a_new_file_has_the_permissions_that_the_umask_leaves(
    store: LocalFileStore, tmp_path: Path
) -> None:
    put(store, "ours", b"")
    (tmp_path / "theirs").touch()
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "theirs").stat().st_mode


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_failing_disk_is_a_failure_and_not_a_refusal(
    store: LocalFileStore, tmp_path: Path
) -> None:
    with pytest.raises(FileProcessingFailed, match="No space left") as caught, store.write("a"):
        Path("/dev/full").write_bytes(b"too much")
    assert caught.value.code == "FILE_4004"
    assert names_in(tmp_path) == set()


def test_an_unreadable_file_is_refused_to_all_but_root(
    store: LocalFileStore, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "secret").chmod(0)
    if os.geteuid() == 0:
        assert content_of(store, "secret") == b"secret"
    else:
        with pytest.raises(FileRejected, match="permission is denied"):
            content_of(store, "secret")
