"""Measures what it costs to clean files: time for each, and the memory of a process that cleaned them all."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from collections.abc import Iterator

import pikepdf
from PIL import Image

from evenhand.mail.files import clean, preload
from evenhand.mail.sniff import sniff

ROUNDS = 5


def files() -> Iterator[tuple[str, bytes]]:
    """Files of common sizes, made of noise, which no format makes small."""
    noise = Image.merge("RGB", [Image.effect_noise((4000, 3000), 60).resize((4000, 3000)) for _ in range(3)])
    turned = Image.Exif()
    turned[0x0112] = 6
    for name, size, exif in (("upright", (1300, 975), Image.Exif()), ("on its side", (1300, 975), turned)):
        yield f"JPEG of 1 MB, {name}", _picture(noise.resize(size), "JPEG", quality=85, exif=exif)
    yield "JPEG of 12 million pixels", _picture(noise, "JPEG", quality=40)
    yield "PNG of 1 million pixels", _picture(noise.resize((1200, 900)), "PNG")
    yield "WebP of 1 million pixels", _picture(noise.resize((1200, 900)), "WEBP", quality=80)
    for pages in (1, 300):
        yield f"PDF of {pages} pages", _pdf(pages)
    yield "DOCX of 1 MB of text", _docx()
    yield "text of 1 MB", b"The arm sinks.\n" * 70_000


def _picture(image: Image.Image, form: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def _pdf(pages: int) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        for number in range(pages):
            document.add_blank_page()
            words = b"BT /F1 12 Tf (Page %d) Tj ET " % number
            document.pages[-1].obj.Contents = document.make_stream(words * 40)
        document.save(out)
    return out.getvalue()


def _docx() -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "<w:p><w:r><w:t>The arm of the lamp sinks slowly.</w:t></w:r></w:p>" * 15_000
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>')
    return out.getvalue()


def main() -> None:
    """Print a table: the file, its bytes, milliseconds to clean it (the fastest of five), the end."""
    began = time.perf_counter()
    preload()
    print(f"preload {1000 * (time.perf_counter() - began):.0f} ms")
    for name, content in files():
        took = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            end = clean(content, sniff(content, "", ""), "", "")
            took.append(time.perf_counter() - start)
        print(f"{name:32} {len(content):>10,} B {1000 * min(took):>9.2f} ms  {type(end).__name__}")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB, with making the files")


if __name__ == "__main__":
    main()
