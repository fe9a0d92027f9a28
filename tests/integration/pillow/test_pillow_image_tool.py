"""What PillowImageTool promises about pictures that are accepted."""

import sys
from io import BytesIO

import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from jobsys.adapters.pillow.image_tool import PillowImageTool
from jobsys.domain.jobs.file_processing import ImageFormat
from jobsys.ports.errors import MissingExtra
from jobsys.ports.image_tool import Picture

GREY = Image.linear_gradient("L").resize((300, 200))  # black above, white below


def encoded(image: Image.Image, image_format: str, **options: object) -> BytesIO:
    content = BytesIO()
    image.save(content, image_format, **options)
    return content


def thumbnail(source: BytesIO, max_side: int = 60, to: ImageFormat = "png") -> Picture:
    return PillowImageTool().thumbnail(source, max_side, to)


def decoded(picture: Picture) -> Image.Image:
    return Image.open(BytesIO(picture.content))


@pytest.mark.parametrize(
    ("mode", "image_format"),
    [
        *(("1", "PNG"), ("L", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("RGB", "PNG"), ("RGBA", "PNG")),
        *(("L", "JPEG"), ("RGB", "JPEG"), ("CMYK", "JPEG"), ("P", "GIF"), ("1", "BMP")),
        *(("RGB", "BMP"), ("RGB", "WEBP"), ("RGBA", "WEBP")),
    ],
)
@pytest.mark.parametrize("to", ["jpeg", "png", "webp"])
def test_a_picture_of_each_kind_and_mode_is_scaled(
    mode: str, image_format: str, to: ImageFormat
) -> None:
    picture = thumbnail(encoded(GREY.convert(mode), image_format), to=to)
    result = decoded(picture)
    assert result.format == to.upper()
    assert (picture.width, picture.height) == result.size == (60, 40)
    shades = result.convert("L").tobytes()
    assert max(shades[: 60 * 5]) < 60
    assert min(shades[-60 * 5 :]) > 190


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    deep = Image.frombytes(
        "I;16", (200, 2), bytes(byte for x in range(400) for byte in (0, x % 200))
    )
    result = decoded(thumbnail(encoded(deep, "PNG"), max_side=200))
    assert [result.convert("L").getpixel((x, 0)) for x in (0, 100, 199)] == [0, 100, 199]


def test_a_small_picture_is_never_enlarged() -> None:
    picture = thumbnail(encoded(GREY.resize((20, 10)), "PNG"), max_side=256)
    assert (picture.width, picture.height) == (20, 10)


def test_a_very_narrow_picture_keeps_a_pixel() -> None:
    picture = thumbnail(encoded(GREY.resize((4000, 1)), "PNG"), max_side=16)
    assert (picture.width, picture.height) == (16, 1)


def test_a_picture_lying_on_its_side_is_set_upright_and_its_exif_removed() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Artist] = "canary"
    picture = thumbnail(encoded(GREY, "JPEG", exif=exif, comment=b"canary"), to="jpeg")
    assert (picture.width, picture.height) == (40, 60)
    assert len(decoded(picture).getexif()) == 0
    assert b"canary" not in picture.content


@pytest.mark.parametrize("to", ["jpeg", "png", "webp"])
def test_text_profiles_and_data_behind_the_picture_do_not_survive(to: ImageFormat) -> None:
    text = PngInfo()
    text.add_text("Comment", "canary")
    source = encoded(GREY.convert("RGB"), "PNG", pnginfo=text, icc_profile=b"canary")
    source.seek(0, 2)
    source.write(b"PK\x03\x04 canary <script>")
    picture = thumbnail(source, to=to)
    assert b"canary" not in picture.content
    assert not {"Comment", "comment", "exif", "icc_profile", "xmp"} & set(decoded(picture).info)


def test_transparency_is_kept_where_the_format_has_it_and_white_elsewhere() -> None:
    source = encoded(Image.new("RGBA", (50, 50), (255, 0, 0, 0)), "PNG")
    assert decoded(thumbnail(source, to="png")).getpixel((9, 9)) == (255, 0, 0, 0)
    assert decoded(thumbnail(source, to="jpeg")).getpixel((9, 9)) == (255, 255, 255)


def test_of_an_animation_the_first_frame_is_taken() -> None:
    frames = [Image.new("L", (20, 20), shade) for shade in (255, 0, 128)]
    source = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert decoded(thumbnail(source)).getpixel((9, 9)) == (255, 255, 255)


def test_equal_input_gives_equal_bytes() -> None:
    assert thumbnail(encoded(GREY, "PNG")) == thumbnail(encoded(GREY, "PNG"))


def test_without_pillow_the_command_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "jobsys.adapters.pillow.picture", raising=False)
    monkeypatch.delattr("jobsys.adapters.pillow.picture", raising=False)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtra, match=r"pip install 'jobsys\[images\]'"):
        thumbnail(BytesIO())
