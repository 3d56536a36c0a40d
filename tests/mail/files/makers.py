"""Makes the files that people attach, with what their programs hide in them: every telling word begins with `telltale`."""

import io
import zipfile
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageCms

TELLTALE = b"telltale"
OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def gradient(size=(60, 40)):
    return Image.merge("RGB", [Image.linear_gradient("L").resize(size).rotate(turn) for turn in (0, 90, 180)])


def exif(orientation=1):
    made = Image.Exif()
    made[0x010F], made[0x013B], made[0x0112] = "telltale maker", "telltale artist", orientation
    made.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (16.0, 22.0, 0.0)})
    return made


def profile():
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    place = made.find("sRGB built-in".encode("utf-16-be"))
    made[place : place + 16] = "telltale".encode("utf-16-be")
    return bytes(made)


def picture(form, image=None, *, orientation=1, **more):
    out = io.BytesIO()
    (image or gradient()).save(out, form, exif=exif(orientation), icc_profile=profile(), **more)
    return out.getvalue()


def jpeg(image=None, *, orientation=1):
    made = picture(
        "JPEG", image, orientation=orientation, quality=90, comment=b"telltale comment", xmp=b"<x>telltale</x>"
    )
    return made + b"telltale trailer"


def chunk(name, body):
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(body, zlib.crc32(name)).to_bytes(4, "big")


def png(image=None, *, orientation=1):
    made = picture("PNG", image, orientation=orientation)
    texts = (
        chunk(b"tEXt", b"Author\0telltale")
        + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"telltale"))
        + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x>telltale</x>")
        + chunk(b"tIME", b"\x07\xea\x01\x01\x00\x00\x00")
        + chunk(b"prVt", b"telltale")
    )
    return made[:33] + texts + made[33:] + b"telltale trailer"


def gif(frames=3):
    out = io.BytesIO()
    first, *rest = [gradient().rotate(10 * number).convert("P") for number in range(frames)]
    first.save(out, "GIF", save_all=True, append_images=rest, loop=0, duration=40, comment=b"telltale comment")
    made = out.getvalue()
    xmp = b"!\xff\x0bXMP DataXMP\x08telltale\0"
    return made[:-1] + xmp + b";telltale trailer"


def webp(**more):
    return picture("WEBP", xmp=b"<x>telltale</x>", **more) + b"telltale trailer"


def png_of(width, height):
    """A few bytes that announce a picture of this size."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def pdf(**how):
    document = pikepdf.new()
    document.add_blank_page()
    page = document.pages[0].obj
    photo = document.make_stream(
        picture("JPEG", quality=90), Type=Name.XObject, Subtype=Name.Image, Width=60, Height=40,
        ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode,
    )  # fmt: skip
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    space = Array([Name.ICCBased, document.make_stream(profile(), N=3)])
    page.Resources = Dictionary(
        Font=Dictionary(F1=font), XObject=Dictionary(P1=photo), ColorSpace=Dictionary(C1=document.make_indirect(space))
    )
    page.Contents = document.make_stream(b"BT /F1 12 Tf 9 99 Td (One lamp, 40 euro) Tj ET q 60 0 0 40 0 0 cm /P1 Do Q")
    script = Dictionary(S=Name.JavaScript, JS=String("telltale()"))

    def note(kind, **more):
        return document.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name("/" + kind), Rect=Array([0, 0, 9, 9]), **more)
        )

    page.Annots = Array([
        note("Link", A=Dictionary(S=Name.URI, URI=String("https://shop.example/lamp"))),
        note("Link", A=Dictionary(S=Name.Launch, F=String("telltale.exe"), Next=script)),
        note("Link", A=Dictionary(S=Name.URI, URI=String("file:///home/telltale"))),
        note("Link", A=Dictionary(S=Name.SubmitForm, F=String("https://telltale.example"))),
        note("Text", T=String("telltale annotator"), Contents=String("Please check the colour")),
        note("FileAttachment", FS=Dictionary(EF=Dictionary(F=document.make_stream(b"telltale")))),
        note("Widget", FT=Name.Sig, T=String("Signature1"), V=document.make_indirect(
            Dictionary(Type=Name.Sig, Name=String("telltale signer")))),
    ])  # fmt: skip
    page.AA = Dictionary(O=script)
    page.PieceInfo = Dictionary(App=Dictionary(Private=String("telltale")))
    document.docinfo["/Author"] = "telltale author"
    with document.open_metadata() as xmp:
        xmp["dc:creator"] = ["telltale author"]
    document.attachments["telltale.txt"] = b"telltale"
    root = document.Root
    root.OpenAction = script
    root.AcroForm = Dictionary(Fields=Array([page.Annots[6]]), XFA=String("telltale"), SigFlags=3)
    root.Names["/JavaScript"] = Dictionary(Names=Array([String("x"), script]))
    document.trailer.ID = Array([String("telltale id 1234"), String("telltale id 5678")])
    out = io.BytesIO()
    document.save(out, **how)
    return out.getvalue()


def pdf_unpacked(content):
    """All of a PDF with every stream unpacked, as bytes in which words can be found."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.generalized, compress_streams=False, qdf=True)
    return out.getvalue()


def packed(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpacked(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def relations(*entries):
    rows = "".join(
        f'<Relationship Id="{number}" Type="{_REL}/{kind}" Target="{target}"{" TargetMode=" + chr(34) + "External" + chr(34) if outside else ""}/>'
        for number, kind, target, outside in entries
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def types(*parts):
    rows = "".join(f'<Override PartName="/{one}" ContentType="application/xml"/>' for one in parts)
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{rows}</Types>'


def docx_members():
    body = (
        '<w:p w:rsidR="00AA11BB"><w:commentRangeStart w:id="0"/><w:r><w:t>One lamp, </w:t></w:r>'
        '<w:ins w:id="1" w:author="telltale author" w:date="2026-01-01T00:00:00Z"><w:r><w:t>40 euro</w:t></w:r></w:ins>'
        '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'
        '<w:hyperlink r:id="r3"><w:r><w:t>our shop</w:t></w:r></w:hyperlink>'
        '<w:hyperlink r:id="r4"><w:r><w:t>write to us</w:t></w:r></w:hyperlink>'
        '<w:r><w:drawing><pic:pic><a:blip r:embed="r5" r:link="r6"/></pic:pic></w:drawing></w:r>'
        '<w:r><w:instrText>INCLUDEPICTURE "https://telltale.example/x.png"</w:instrText></w:r></w:p>'
    )
    spaces = (
        f'xmlns:w="{_W}" xmlns:r="{_REL}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" mc:Ignorable="w14"'
    )
    return {
        "[Content_Types].xml": types("word/document.xml", "word/comments.xml", "docProps/core.xml", "word/settings.xml"),
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml", False), ("r2", "core", "docProps/core.xml", False)),
        "docProps/core.xml": "<x>telltale author</x>",
        "docProps/app.xml": "<x>telltale company</x>",
        "docProps/thumbnail.jpeg": jpeg(),
        "customXml/item1.xml": "<x>telltale</x>",
        "word/document.xml": f"<w:document {spaces}><!-- telltale --><w:body>{body}</w:body></w:document>",
        "word/settings.xml": f'<w:settings {spaces}><w:attachedTemplate r:id="t1"/><w:rsids><w:rsid w:val="00AA11BB"/></w:rsids></w:settings>',
        "word/_rels/settings.xml.rels": relations(("t1", "attachedTemplate", "file:///C:/Users/telltale/Normal.dotm", True)),
        "word/comments.xml": f'<w:comments {spaces}><w:comment w:author="telltale">x</w:comment></w:comments>',
        "word/people.xml": "<x>telltale</x>",
        "word/embeddings/oleObject1.bin": b"telltale",
        "word/media/image1.jpeg": jpeg(),
        "word/_rels/document.xml.rels": relations(
            ("r3", "hyperlink", "https://shop.example/lamp", True), ("r4", "hyperlink", "mailto:telltale@home.example", True),
            ("r5", "image", "media/image1.jpeg", False), ("r6", "image", "https://telltale.example/p.png", True),
            ("r7", "comments", "comments.xml", False), ("r8", "settings", "settings.xml", False),
        ),
    }  # fmt: skip


def xlsx_members():
    sheet = (
        f'<worksheet xmlns="{_S}" xmlns:r="{_REL}"><sheetData><row r="1"><c r="A1"><v>40</v></c>'
        '<c r="B1"><f>SUM(A1)</f><v>40</v></c><c r="C1"><f>\'[1]Sheet1\'!A1</f><v>7</v></c></row></sheetData>'
        '<hyperlinks><hyperlink ref="A1" r:id="h1"/><hyperlink ref="B1" r:id="h2"/></hyperlinks>'
        '<legacyDrawing r:id="v1"/></worksheet>'
    )
    return {
        "[Content_Types].xml": types("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/externalLinks/externalLink1.xml"),
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml", False)),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_S}" xmlns:r="{_REL}" xmlns:x15ac="x15ac"><x15ac:absPath url="C:\\Users\\telltale\\"/>'
            '<fileSharing userName="telltale"/><sheets><sheet name="Bill" sheetId="1" r:id="s1"/></sheets>'
            '<externalReferences><externalReference r:id="e1"/></externalReferences></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relations(
            ("s1", "worksheet", "worksheets/sheet1.xml", False), ("e1", "externalLink", "externalLinks/externalLink1.xml", False)
        ),
        "xl/externalLinks/externalLink1.xml": "<x>telltale</x>",
        "xl/worksheets/sheet1.xml": sheet,
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            ("h1", "hyperlink", "https://shop.example/", True), ("h2", "hyperlink", "file:///telltale", True),
            ("v1", "vmlDrawing", "../drawings/vmlDrawing1.vml", False),
        ),
        "xl/drawings/vmlDrawing1.vml": "<x>telltale</x>",
        "xl/comments1.xml": "<x>telltale</x>",
        "xl/persons/person.xml": "<x>telltale</x>",
    }  # fmt: skip


def odt_members():
    spaces = 'xmlns:office="o" xmlns:text="t" xmlns:draw="d" xmlns:dc="c" xmlns:xlink="http://www.w3.org/1999/xlink"'
    content = (
        f"<office:document-content {spaces}><office:body><office:text><text:tracked-changes><dc:creator>telltale</dc:creator>"
        "</text:tracked-changes><text:p>One lamp, <office:annotation><dc:creator>telltale</dc:creator></office:annotation>"
        '40 euro <text:a xlink:href="https://shop.example/">our shop</text:a><text:a xlink:href="mailto:telltale@x.example">us'
        '</text:a></text:p><draw:image xlink:href="Pictures/1.jpg"/><draw:image xlink:href="https://telltale.example/p.png"/>'
        "</office:text></office:body></office:document-content>"
    )
    manifest = "".join(
        f'<m:file-entry m:full-path="{one}" m:media-type=""/>'
        for one in ("/", "content.xml", "meta.xml", "Pictures/1.jpg", "Thumbnails/thumbnail.png")
    )
    return {
        "mimetype": f"{ODF}.text",
        "content.xml": content,
        "meta.xml": "<x>telltale</x>",
        "settings.xml": "<x>telltale printer</x>",
        "Pictures/1.jpg": jpeg(),
        "Thumbnails/thumbnail.png": png(),
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="m">{manifest}</m:manifest>',
        "META-INF/documentsignatures.xml": "<x>telltale certificate</x>",
    }


def calendar(*lines, method="REQUEST"):
    return "\r\n".join([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//telltale//1.0", f"METHOD:{method}", "X-WR-CALNAME:telltale@home.example",
        "BEGIN:VEVENT", "DTSTART:20260401T100000Z", "DTEND:20260401T110000Z", "UID:telltale@home.example",
        "SUMMARY:Handing over the lamp", "LOCATION:Main station\\, hall 2", *lines, "END:VEVENT", "END:VCALENDAR", "",
    ]).encode()  # fmt: skip
