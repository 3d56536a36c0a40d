"""The endings of file names: which ending is meant, and which of them run when the file is opened."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["BY_ENDING", "RUNS", "ending"]

_ENDINGS = {
    "text/html": "html htm xhtml xht shtml mht mhtml hta",
    "image/svg+xml": "svg svgz",
    "text/javascript": "js jse mjs cjs",
    "text/vbscript": "vb vbs vbe wsf wsc wsh",
    "application/x-bat": "bat cmd",
    "application/x-powershell": "ps1 psm1 psd1",
    "application/x-sh": "sh bash zsh csh ksh command py pyw pl rb php phtml lua tcl scpt applescript jnlp scr pif",
    "application/x-mswinurl": "url website webloc",
    "application/x-desktop": "desktop",
    "application/x-ms-registry": "reg inf",
    "message/rfc822": "eml mbox",
    "text/calendar": "ics ical ifb",
    "text/vcard": "vcf vcard",
    "application/xml": "xml xsl xslt",
    "text/csv": "csv",
    "text/markdown": "md markdown",
}
BY_ENDING = {name: media_type for media_type, names in _ENDINGS.items() for name in names.split()}
"""What a text is by the ending of its name, since any words may be a script."""

_RUNNING_TEXTS = (
    "text/html", "image/svg+xml", "text/javascript", "text/vbscript", "application/x-bat", "application/x-powershell",
    "application/x-sh", "application/x-mswinurl", "application/x-desktop", "application/x-ms-registry",
)  # fmt: skip
RUNS = frozenset(
    """
    exe com msi msp mst cpl dll sys lnk jar apk app dmg iso img vhd vhdx scf gadget docm dotm xlsm xltm xlam pptm potm
    ppam sldm swf chm xll appref-ms application msix appx deb rpm run bin elf vxd ocx library-ms search-ms
    settingcontent-ms
    """.split()
) | {name for media_type in _RUNNING_TEXTS for name in _ENDINGS[media_type].split()}
"""Endings by which a system knows what to run, whatever the content looks like."""

_UNSEEN = frozenset({"Cf", "Cc", "Mn", "Me", "Cn", "Co", "Cs"})
_DOTS = str.maketrans("。．․‧｡\u2024\u00b7", ".......")
_TAIL = re.compile(r"[\s.]+\Z")


def ending(name: str) -> str:
    r"""
    Give the ending a system would go by, lower case and without its dot, or an empty string.

    Characters nobody sees are taken out and look-alike forms are read as what they stand for, since names are
    disguised with them; spaces and dots at the end are dropped, as Windows does, and so is the name of a stream.

    >>> ending("invoice.pdf.\u200bＥＸＥ . ")
    'exe'
    >>> ending("README")
    ''
    """
    plain = name if name.isascii() and name.isprintable() else _plain(name)
    stem, dot, last = _TAIL.sub("", plain).rpartition(".")
    return last.partition(":")[0].strip().lower() if dot and (stem or last) else ""


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name.translate(_DOTS)).translate(_DOTS)
    return "".join(char for char in folded if unicodedata.category(char) not in _UNSEEN)
