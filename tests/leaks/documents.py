"""Files with words in them, made here: PDF, Office documents, pictures; each a function of the words."""

import io
import struct
import zipfile
import zlib

import pikepdf
from PIL import Image, PngImagePlugin


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pdf_with(build, **saving):
    """A PDF of one page; `build` puts into it what it likes."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(300, 300))
    build(document, document.pages[0])
    out = io.BytesIO()
    document.save(out, static_id=True, **saving)
    return out.getvalue()


PACKED = {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "compress_streams": True, "recompress_flate": True}


def pdf_string(text):
    """A string literal of a content stream."""
    shown = text.encode("cp1252", "replace")
    return b"(" + shown.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"


def pdf_text(text):
    """The words on the page, in a deflated content stream."""

    def build(document, page):
        content = b"BT /F1 12 Tf 20 200 Td " + pdf_string(text) + b" Tj ET"
        page.Contents = document.make_stream(content)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=simple_font()))

    return pdf_with(build, **PACKED)


def simple_font(**more):
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica, **more
    )


def pdf_author(text):
    """The words as author, in an object stream."""

    def build(document, _):
        document.docinfo["/Author"] = text

    return pdf_with(build, **PACKED)


def pdf_xmp(text):
    """The words in the XMP packet, deflated."""

    def build(document, _):
        document.Root.Metadata = document.make_stream(xmp(text), Type=pikepdf.Name.Metadata)

    return pdf_with(build, **PACKED)


def pdf_link(text):
    """The words as target of a link, in an object stream."""

    def build(document, page):
        action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(f"https://x.example/?m={text}"))
        page.Annots = pikepdf.Array(
            [document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action))]
        )

    return pdf_with(build, **PACKED)


def xmp(text):
    names = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    words = f"<rdf:Description {names}><dc:creator>{escaped(text)}</dc:creator></rdf:Description>"
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {names}>{words}</rdf:RDF></x:xmpmeta>'.encode(
        "utf-8", "replace"
    )


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(text="Lamp", author="Ada", runs=None):
    """A document of Word: a paragraph of runs, and its properties."""
    words = "".join(f"<w:r><w:t>{escaped(run)}</w:t></w:r>" for run in (runs or [text]))
    body = f"<w:document><w:body><w:p><w:pPr/>{words}</w:p><w:p><w:r><w:t>End</w:t></w:r></w:p></w:body></w:document>"
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": body.encode("utf-8", "replace"),
            "docProps/core.xml": f"<cp:coreProperties><dc:creator>{escaped(author)}</dc:creator></cp:coreProperties>".encode(
                "utf-8", "replace"
            ),
        }
    )


def odt(text):
    """A document of LibreOffice."""
    body = f"<office:text><text:p>{escaped(text)}</text:p></office:text>"
    return zipped(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": body.encode("utf-8", "replace")}
    )


def picture(kind="PNG", **saving):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(out, kind, **saving)
    return out.getvalue()


def png_text(text, *, packed=False, international=False):
    """A PNG that says it in a text chunk."""
    info = PngImagePlugin.PngInfo()
    if international:
        info.add_itxt("Author", text, "en", "Author", zip=packed)
    else:
        info.add_text("Author", text.encode("latin-1", "replace").decode("latin-1"), zip=packed)
    return picture(pnginfo=info)


def jpeg_exif(text):
    """A JPEG whose artist it is."""
    exif = Image.Exif()
    exif[0x013B] = text if text.isascii() else text.encode()
    return picture("JPEG", exif=exif)


def jpeg_xmp(text):
    return picture("JPEG", xmp=xmp(text))


def jpeg_comment(text):
    return picture("JPEG", comment=text.encode("utf-8", "replace"))


def gif_comment(text):
    return picture("GIF", comment=b"x" * 250 + text.encode("utf-8", "replace"))


def png_chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
