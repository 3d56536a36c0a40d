"""Cleans pictures: what draws them stays bit by bit, what tells of people, places and devices goes."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import GifImagePlugin, Image, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from evenhand.mail.files.outcome import Clean, Left
from evenhand.mail.files.pictures import gif, jpeg, png, webp
from evenhand.mail.files.pictures.container import Bare
from evenhand.mail.files.pictures.orientation import UPRIGHT

__all__ = ["FRAMES_LIMIT", "PIXELS_LIMIT", "TYPES", "clean_picture", "preload"]

PIXELS_LIMIT = 40_000_000
"""Pixels of one picture."""
FRAMES_LIMIT = 1000
ALL_FRAMES_LIMIT = 100_000_000
"""Pixels of all frames of an animation: about three seconds of decoding."""

_QUALITY = 92
_PLUGINS = (GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
_READERS: dict[str, tuple[str, Callable[[bytes], Bare | None]]] = {
    "image/jpeg": ("JPEG", jpeg.bare),
    "image/png": ("PNG", png.bare),
    "image/gif": ("GIF", gif.bare),
    "image/webp": ("WEBP", webp.bare),
}
TYPES = frozenset(_READERS)
"""The media types that can be cleaned."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = frozenset({5, 6, 7, 8})
_DAMAGED = Left(
    "damaged",
    "The picture could not be opened, so it could not be freed of what it tells about its maker.",
    "Open it, save it again as JPEG or PNG, and attach it anew.",
)
_TOO_LARGE = Left(
    "too-large",
    f"The picture has more than {PIXELS_LIMIT // 1_000_000} million pixels, or too many frames.",
    "Make it smaller and attach it anew.",
)
_NOTE = "Place, device and other details stored in the picture were taken out."


def preload() -> None:
    """Import and register everything that decoding needs, so that nothing is opened later."""
    assert {"GIF", "JPEG", "PNG", "WEBP"} <= set(Image.OPEN), _PLUGINS
    for media_type in TYPES:
        out = BytesIO()
        Image.new("RGB", (2, 2)).save(out, _READERS[media_type][0])
        clean_picture(out.getvalue(), media_type)


def clean_picture(content: bytes, media_type: str) -> Clean | Left:
    """
    Free a picture of all that is not needed to show it. `media_type` is what its content says, one of `TYPES`.

    The container is rebuilt from the parts on a list, and what comes out is decoded whole: only a picture that can be
    shown is passed on. Where EXIF says that it lies on its side it is turned and written anew, a JPEG with its own
    quantisation tables. Costs about 10 ms for a million pixels, and 4 bytes of memory for each.
    """
    form, take_apart = _READERS[media_type]
    found = take_apart(content)
    if found is None:
        return _DAMAGED
    if found.width * found.height > PIXELS_LIMIT or found.frames > FRAMES_LIMIT or found.pixels > ALL_FRAMES_LIMIT:
        return _TOO_LARGE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            cleaned = _shown(found, form)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return _TOO_LARGE
    except Exception:  # noqa: BLE001  decoders raise what they like; a picture that cannot be decoded is not passed on
        return _DAMAGED
    return Clean(cleaned, media_type, (_NOTE,) if found.told else ())


def _shown(found: Bare, form: str) -> bytes:
    """Decode every frame, and turn the picture upright if it is not."""
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
    with Image.open(BytesIO(found.content), formats=[form]) as image:
        if image.size[0] * image.size[1] > PIXELS_LIMIT:
            raise Image.DecompressionBombError
        image.load()
        for frame in range(1, found.frames):
            image.seek(frame)
            image.load()
        if found.orientation == UPRIGHT or found.frames > 1:
            return found.content
        return _turned(image, found, form)


def _turned(image: Image.Image, found: Bare, form: str) -> bytes:
    upright = image.transpose(_TURNS[found.orientation])
    # What Pillow read along with the pixels must not be written again.
    upright.info.clear()
    out = BytesIO()
    if form == "JPEG":
        upright.save(out, form, icc_profile=found.profile, **_as_before(image, found.orientation))
    elif form == "PNG":
        seen_through = image.info.get("transparency")
        upright.save(
            out, form, icc_profile=found.profile, **({} if seen_through is None else {"transparency": seen_through})
        )
    else:
        upright.save(out, form, icc_profile=found.profile, quality=_QUALITY, lossless=found.lossless)
    return out.getvalue()


def _as_before(image: Image.Image, turn: int) -> dict[str, Any]:
    """By what a turned JPEG is written as finely as it was: its own tables, mirrored if it lies on its side."""
    tables = image.quantization if isinstance(image, JpegImagePlugin.JpegImageFile) else {}
    if set(tables) not in ({0}, {0, 1}) or any(value > 255 for table in tables.values() for value in table):
        return {"quality": _QUALITY}
    if turn in _ON_ITS_SIDE:
        tables = {number: [table[at % 8 * 8 + at // 8] for at in range(64)] for number, table in tables.items()}
    sampling = JpegImagePlugin.get_sampling(image)
    # What is halved across only would be halved down only once turned, which cannot be written: nothing is halved then.
    return {"qtables": tables, "subsampling": 2 if sampling == 2 else 0}
