"""The files that the demo works on by default."""

from pathlib import Path

from jobsys.adapters.filesystem.file_store import LocalFileStore
from jobsys.adapters.pillow.image_tool import PillowImageTool

ROOT = Path(__file__).parents[3] / "examples" / "files"
FILES = [file for file in ROOT.rglob("*") if file.is_file()]
PICTURES = [file for file in FILES if file.parent.name == "images"]


def test_there_are_thirty_files_of_eight_kinds_in_600_kilobytes() -> None:
    assert len(FILES) >= 30
    assert len({file.suffix for file in FILES}) >= 8
    assert sum(file.stat().st_size for file in FILES) < 600_000


def test_some_of_them_are_awkward() -> None:
    assert any(file.stat().st_size == 0 for file in FILES)
    assert any(" " in file.name for file in FILES)
    assert any(not file.name.isascii() for file in FILES)


def test_each_of_them_is_accepted() -> None:
    store = LocalFileStore([ROOT])
    for file in FILES:
        with store.read(str(file.relative_to(ROOT))) as source:
            assert source.read() == file.read_bytes()


def test_each_picture_has_a_thumbnail() -> None:
    assert PICTURES
    for file in PICTURES:
        with file.open("rb") as source:
            picture = PillowImageTool().thumbnail(source, 64, "png")
        assert max(picture.width, picture.height) == 64
