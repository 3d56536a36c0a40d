"""Pictures: what they show stays, to the bit where they lie upright; what they tell goes."""

import io
import zlib

import pytest
from PIL import Image, ImageChops, ImageCms, ImageOps

from evenhand.mail.files import Clean, clean
from tests.mail.files.makers import TELLTALE, chunk, gif, gradient, jpeg, picture, png, png_of, profile, webp


def cleaned(content, media_type):
    return clean(content, media_type, media_type, "")


def opened(content):
    return Image.open(io.BytesIO(content))


MAKERS = {"image/jpeg": jpeg, "image/png": png, "image/gif": gif, "image/webp": webp}


@pytest.mark.parametrize("media_type", MAKERS)
def test_l31_a_picture_keeps_every_pixel_and_loses_all_it_tells(media_type):
    content = MAKERS[media_type]()
    assert content.count(TELLTALE) >= 2
    found = cleaned(content, media_type)
    assert isinstance(found, Clean)
    assert (TELLTALE in found.content, b"Exif" in found.content, found.media_type) == (False, False, media_type)
    assert found.notes == ("Place, device and other details stored in the picture were taken out.",)
    before, after = opened(content).convert("RGB"), opened(found.content).convert("RGB")
    assert ImageChops.difference(before, after).getbbox() is None


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp"])
def test_colours_are_shown_as_before_by_a_profile_without_a_name(media_type):
    content = MAKERS[media_type]()
    assert "telltale".encode("utf-16-be") in opened(content).info["icc_profile"]
    kept = opened(cleaned(content, media_type).content).info["icc_profile"]
    named = ImageCms.ImageCmsProfile(io.BytesIO(kept))
    assert ImageCms.getProfileDescription(named).strip() == "colours"
    assert "telltale".encode("utf-16-be") not in kept
    as_it_was = ImageCms.ImageCmsProfile(io.BytesIO(profile()))
    srgb = ImageCms.createProfile("sRGB")
    shown = [ImageCms.profileToProfile(gradient(), one, srgb) for one in (as_it_was, named)]
    assert ImageChops.difference(*shown).getbbox() is None


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_picture_on_its_side_is_turned_upright(media_type, orientation):
    form = media_type.removeprefix("image/").upper()
    how = {"lossless": True} if form == "WEBP" else {"quality": 95, "subsampling": 0}
    content = picture(form, gradient((64, 48)), orientation=orientation, **how)
    found = cleaned(content, media_type)
    upright = opened(found.content)
    sideways = orientation > 4
    assert upright.size == ((48, 64) if sideways else (64, 48))
    assert upright.getexif() == {}
    meant = ImageOps.exif_transpose(opened(content)).convert("RGB")
    apart = ImageChops.difference(meant, upright.convert("RGB"))
    assert max(high for _, high in apart.getextrema()) <= (8 if form == "JPEG" else 0)


def test_an_animation_keeps_its_frames_times_and_rounds():
    found = opened(cleaned(gif(5), "image/gif").content)
    assert (found.n_frames, found.info["duration"], found.info["loop"]) == (5, 40, 0)
    out = io.BytesIO()
    first, *rest = [gradient().rotate(10 * number) for number in range(4)]
    for form in ("PNG", "WEBP"):
        out = io.BytesIO()
        first.save(out, form, save_all=True, append_images=rest, loop=0, duration=40)
        assert opened(cleaned(out.getvalue(), f"image/{form.lower()}").content).n_frames == 4


@pytest.mark.parametrize(
    "content",
    [png_of(50_000, 50_000), png_of(1, 40_000_001), png_of(6_325, 6_325)],
    ids=["50k × 50k", "a line", "just above 40 million"],
)
def test_a_bomb_is_refused_before_it_is_unpacked(content):
    # The announced size alone is too much; its stream of pixels does not even fit.
    assert cleaned(content, "image/png").kind in {"too-large", "damaged"}


def test_a_bomb_whose_stream_really_is_that_long_is_refused():
    head = (9000).to_bytes(4, "big") * 2 + b"\x08\0\0\0\0"
    made = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9001 * 9000), 1)) + chunk(b"IEND", b"")
    assert cleaned(b"\x89PNG\r\n\x1a\n" + made, "image/png").kind == "too-large"


def test_more_frames_than_anybody_looks_at_are_refused():
    out = io.BytesIO()
    tiny = Image.new("P", (2, 2))
    tiny.putpalette([0, 0, 0, 255, 255, 255])
    frames = [tiny.copy() for _ in range(1001)]
    for number, frame in enumerate(frames):
        frame.putpixel((number % 2, 0), number % 2)
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=list(range(10, 10 * 1002, 10)))
    assert opened(out.getvalue()).n_frames == 1001
    assert cleaned(out.getvalue(), "image/gif").kind == "too-large"


def test_what_stands_behind_the_pixels_of_a_png_is_no_part_of_it():
    head = (2).to_bytes(4, "big") * 2 + b"\x08\0\0\0\0"
    hiding = zlib.compress(bytes(6)) + b"telltale"
    made = chunk(b"IHDR", head) + chunk(b"IDAT", hiding) + chunk(b"IEND", b"")
    assert cleaned(b"\x89PNG\r\n\x1a\n" + made, "image/png").kind == "damaged"


@pytest.mark.parametrize("media_type", MAKERS)
@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_half_a_picture_is_none(media_type, share):
    out = io.BytesIO()
    gradient((300, 200)).save(out, media_type.removeprefix("image/").upper())
    content = out.getvalue()
    found = cleaned(content[: int(len(content) * share)], media_type)
    assert (found.kind, found.fix) == ("damaged", "Open it, save it again as JPEG or PNG, and attach it anew.")


def test_a_cmyk_jpeg_of_a_printer_stays_one():
    out = io.BytesIO()
    gradient().convert("CMYK").save(out, "JPEG", quality=95, exif=b"")
    found = opened(cleaned(out.getvalue(), "image/jpeg").content)
    before = opened(out.getvalue())
    assert found.mode == "CMYK"
    assert ImageChops.difference(before.convert("RGB"), found.convert("RGB")).getbbox() is None
