"""The files of a demo that has no others."""

from pathlib import Path

from PIL import Image

from jobsys.demo.corpus import Corpus
from jobsys.demo.samples import make_samples


def test_the_samples_are_usable_files_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_samples(tmp_path / name)
    corpus = Corpus(tmp_path / "one", tmp_path)
    paths = sorted(source.path for source in corpus.files())
    assert len(paths) >= 12
    assert not corpus.skipped
    assert all(
        (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()
        for path in paths
    )


def test_the_pictures_among_the_samples_are_pictures(tmp_path: Path) -> None:
    make_samples(tmp_path / "samples")
    pictures = list((tmp_path / "samples").rglob("*.bmp"))
    assert pictures
    for path in pictures:
        with Image.open(path) as picture:
            side, _ = picture.size
            assert picture.getpixel((3, side - 1)) == (3, 0, 128)
