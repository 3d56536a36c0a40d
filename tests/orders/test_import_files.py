"""Files that are not what they should be: the operator reads one sentence that says what to do, and nothing is stored."""

import gzip
import io
import zipfile

import pytest

from evenhand.orders.imports import BadRow, ImportReport
from tests.orders.sheets import COLUMNS, added, bring, json_lines, numbers, row, sheet

pytestmark = pytest.mark.django_db

UTF_16 = "The file is UTF-16, not UTF-8. Save it again as “CSV UTF-8”, or convert it: iconv -f UTF-16 -t UTF-8."
SPREADSHEET = "The file is a spreadsheet, not text. Save it as “CSV UTF-8” and import that."
COMPRESSED = "The file is compressed. Unpack it with gunzip and import what comes out."
CR_ONLY = "The lines end in a carriage return alone. Save the file with the line ends LF or CRLF."
EMPTY = "The file is empty."
QUOTES = "The quotes of the header line do not match."


def unusable(reason, line=1):
    return ImportReport(refused=[BadRow(line, None, reason)])


def workbook():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_both_line_ends_and_a_byte_order_mark_are_taken(kind, mark, end):
    content = sheet(row(), row(order_id="7732")) if kind == "csv" else json_lines(row(), row(order_id="7732"))
    content = content.replace(b"\r\n", b"\n").replace(b"\n", end.encode())
    assert bring(mark + content, kind=kind) == added(2)
    assert bring(mark + content.rstrip(), kind=kind).orders_unchanged == 2


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", EMPTY),
        (b"\n\r\n  \n", EMPTY),
        *((sheet(row()).decode().encode(name), UTF_16) for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        (workbook(), SPREADSHEET),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), SPREADSHEET),
        (gzip.compress(sheet(row())), COMPRESSED),
        (sheet(row()).replace(b"\r\n", b"\r"), CR_ONLY),
    ],
)
def test_what_is_no_such_text_is_told_with_the_way_out(kind, content, reason):
    assert bring(content, kind=kind) == unusable(reason)
    assert numbers() == []


def test_a_json_array_is_told_with_the_way_out():
    reason = "The file is one JSON array. Write one object per line: jq -c '.[]'."
    assert bring(b"\n[" + json_lines(row()) + b"]", kind="jsonl") == unusable(reason, line=2)


class TestHeader:
    def headed(self, *names):
        return bring((",".join(names) + "\n").encode() + sheet(row()))

    def test_a_missing_column_is_named(self):
        assert self.headed(*[name for name in COLUMNS if name not in {"sku", "asin"}]) == unusable(
            "The header line does not name the columns of orders; missing: sku, asin."
        )

    def test_an_unknown_column_is_named(self):
        assert self.headed(*COLUMNS, "colour", "") == unusable(
            "The header line does not name the columns of orders; unknown: “colour”, a column without a name."
        )

    def test_a_column_given_twice_is_named(self):
        assert self.headed(*COLUMNS, "sku", "title", "sku") == unusable(
            "The header line does not name the columns of orders; given twice: sku, title."
        )

    def test_a_misspelt_column_is_named_with_the_right_one(self):
        names = [{"buyer_email": "Buyer e-mail", "sku": "SKU"}.get(name, name) for name in COLUMNS]
        assert self.headed(*names) == unusable(
            "The header line does not name the columns of orders; missing: buyer_email, sku; "
            "unknown: “Buyer e-mail” (did you mean buyer_email?), “SKU” (did you mean sku?)."
        )

    @pytest.mark.parametrize(("separator", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
    def test_another_separator_is_named(self, separator, word):
        content = sheet(row()).replace(b",", separator.encode())
        reason = f"The columns are separated by {word}. Save the file with commas between the columns."
        assert bring(content) == unusable(reason)

    def test_a_file_without_a_header_is_told(self):
        [bad] = bring(sheet(row()).split(b"\n", 1)[1]).refused
        assert (bad.line, bad.reason[:61]) == (1, "The header line does not name the columns of orders; missing:")

    @pytest.mark.parametrize("name", ['"order_id', '"order_id"x'])
    def test_a_broken_quote_is_told(self, name):
        assert self.headed(name, *COLUMNS[1:]) == unusable(QUOTES)

    def test_an_unreadable_header_is_told(self):
        assert bring(b"ord\xe9r," + sheet(row())).refused == [
            BadRow(
                1,
                None,
                "The header line is not UTF-8 (byte 0xE9 at 4); save the file again as “CSV UTF-8”.",
            )
        ]

    def test_names_may_be_quoted_and_spaced(self):
        names = ", ".join(f'"{name}"' for name in COLUMNS).replace(' "', '"').replace("sku", " sku ")
        assert bring(names.encode() + b"\n" + sheet(row()).split(b"\n", 1)[1]) == added(1)
