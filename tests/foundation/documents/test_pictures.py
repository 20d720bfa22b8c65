"""Pictures: written anew, without what is hidden in them, or refused."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image, ImageCms

from erhvervspanel.foundation.documents import looked_over, pictures
from tests import documents as made
from tests.documents import file
from tests.foundation.documents import refusal

HIDDEN = b"GPS 55.8 N 12.5 E"


def stored_picture(name: str, content: bytes) -> Image.Image:
    return Image.open(looked_over(file(name, content)))


def test_a_picture_loses_place_comment_and_what_is_hung_behind_it():
    exif = Image.Exif()
    exif[0x010F] = HIDDEN.decode()
    content = made.picture("JPEG", exif=exif, comment=HIDDEN, xmp=HIDDEN) + HIDDEN
    assert content.count(HIDDEN) == 4
    stored = looked_over(file("tavle.jpg", content)).read()
    assert HIDDEN not in stored
    with Image.open(io.BytesIO(stored)) as picture:
        assert (picture.size, dict(picture.getexif()), set(picture.info) & {"comment", "xmp", "icc_profile"}) == (
            (40, 30), {}, set(),
        )  # fmt: skip


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_every_kind_of_picture_is_written_anew(kind):
    exif = Image.Exif()
    exif[0x010F] = HIDDEN.decode()
    content = made.picture(kind, exif=exif, lossless=True) + HIDDEN
    stored = looked_over(file(f"tavle.{kind.lower()}", content)).read()
    assert HIDDEN in content
    assert HIDDEN not in stored
    assert Image.open(io.BytesIO(stored)).getpixel((5, 5))[0] > 240


def test_a_picture_that_is_a_web_page_too_is_only_a_picture_afterwards():
    script = b"<script>alert(1)</script>"
    stored = looked_over(file("tavle.jpg", made.picture("JPEG", comment=script))).read()
    assert script not in stored


def test_a_picture_that_is_a_zip_too_is_only_a_picture_afterwards():
    content = made.picture() + made.word()
    assert zipfile.is_zipfile(io.BytesIO(content))
    stored = looked_over(file("tavle.png", content)).read()
    assert not zipfile.is_zipfile(io.BytesIO(stored))


def test_a_picture_is_turned_as_the_camera_was_held():
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter to the right
    assert stored_picture("tavle.jpg", made.picture("JPEG", exif=exif)).size == (30, 40)


def test_a_picture_keeps_its_holes():
    content = made.picture("PNG", mode="RGBA")
    assert stored_picture("tavle.png", content).mode == "RGBA"


def test_a_picture_in_other_colours_is_in_the_webs_afterwards():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for icc in (profile, b"no profile at all"):
        stored = stored_picture("tavle.png", made.picture("PNG", icc_profile=icc))
        assert (stored.mode, "icc_profile" in stored.info) == ("RGB", False)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_picture_may_have_any_mode(mode):
    written = io.BytesIO()
    Image.new(mode, (4, 4)).save(written, "PNG")
    assert stored_picture("tavle.png", written.getvalue()).size == (4, 4)


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says to be as large as one likes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [5_001, 8_000, 60_000])
def test_a_picture_that_takes_too_much_is_refused_before_it_is_decoded(side):
    assert refusal("bombe.png", png_of(side, side)) == (
        "Billedet har mere end 25 millioner billedpunkter. Gør det mindre i et billedprogram, og prøv igen."
    )


@pytest.mark.parametrize(("name", "kind"), [("film.png", "PNG"), ("film.webp", "WEBP")])
def test_a_moving_picture_is_refused(name, kind):
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, kind, save_all=True, append_images=frames[1:], duration=100)
    assert refusal(name, written.getvalue()).startswith("Billedet bevæger sig.")


def test_a_telephones_jpeg_with_a_second_picture_keeps_the_first():
    frames = [Image.new("RGB", (40, 30), "red"), Image.new("RGB", (4, 4), "blue")]
    written = io.BytesIO()
    frames[0].save(written, "MPO", save_all=True, append_images=frames[1:])
    stored = stored_picture("tavle.jpg", written.getvalue())
    assert (stored.format, stored.size) == ("JPEG", (40, 30))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.7])
def test_a_damaged_picture_is_refused(kind, part):
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    written = io.BytesIO()
    noise.save(written, kind)
    content = written.getvalue()
    assert refusal(f"tavle.{kind.lower()}", content[: int(len(content) * part)]).startswith(
        "Billedet kan ikke læses"
    )


def test_no_picture_is_of_another_kind_than_it_begins_as():
    """Pillow would open a TIFF, or worse, wherever the beginning leads it."""
    assert refusal("tavle.png", b"\x89PNG\r\n\x1a\n" + made.picture("TIFF")).startswith(
        "Billedet kan ikke læses"
    )


def test_the_limit_on_pictures_is_pillows_too():
    assert Image.MAX_IMAGE_PIXELS == pictures.MOST_PIXELS
