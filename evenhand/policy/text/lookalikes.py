"""Letters of other scripts that look like Latin ones, and words that are disguised by them read in Latin letters."""

from __future__ import annotations

import re

__all__ = ["FOREIGN", "in_latin"]

# Our own table, after the idea of UTS 39; each letter is followed by the Latin one.
_TWINS = (
    # Cyrillic
    "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwѵvвbкkмmнhтt"
    # Greek
    "αaοoρpνvυuιiκkτtχxηnγyσo"
    # Armenian and Cherokee
    "օoսuոnհhցgզqքpՕoՍuՏsԼlᏒrᎬeᏙvᎥiᏔwᎪaᏟcᎢtᏚsᏢpᎻhᏴbᏀgꮢrꭼeꮩvꭵiꮤwꭺaꮯcꭲtꮪsꮲpꮋhꮀg"
)
# Phonetic letters and small capitals, which no word of these languages has.
_ORNAMENTS = "ɑaɡgɩiɪiʀrʟlɴnʙbɢgʜhʏyᴀaᴄcᴅdᴇeᴊjᴋkᴍmᴏoᴘpᴛtᴜuᴠvᴡwᴢzꜰfꜱsʋvɾr"
# Letters that pass only among true Latin ones: a word of these alone is a word of its own script.
_COUSINS = "гrпnиuлlзeьbыbюoяrчyцuшwεeωwβbςsμuπnλlδdθoζzάaέeήnίiόoύuώwտuշ2ɛeɔoʍmʇtəe"


def _table(pairs: str) -> dict[int, str]:
    return {ord(pairs[at]): pairs[at + 1] for at in range(0, len(pairs), 2)}


_ALONE = _table(_TWINS)
_AMONG = {**_ALONE, **_table(_COUSINS)}
_PHONETIC = _table(_ORNAMENTS)
_CAPITALS = re.compile(f"[{''.join(map(chr, _PHONETIC))}]")
_TWINS_ONLY = re.compile(f"[{''.join(map(chr, _ALONE))}]+$")

FOREIGN = re.compile(
    "[\u0250-\u02af\u0370-\u03ff\u0400-\u052f\u0531-\u058f\u13a0-\u13ff\u1d00-\u1d7f\ua730-\ua7ff\uab70-\uabbf]"
)
"""Where such letters lie."""

_RUN = re.compile(rf"[^\W_]*{FOREIGN.pattern}[^\W_]*")
_LATIN = re.compile("[a-z]")


def in_latin(text: str) -> str:
    """
    Write words that mix scripts, and words of mere look-alikes in a Latin text, in Latin letters; no length changes.

    Words of other scripts stay as they are. Expects lower case.

    >>> in_latin("pl\u0435ase l\u0435av\u0435 a \u0441\u043e\u0440\u0435, \u043f\u0440\u0438\u0432\u0435\u0442")
    'please leave a cope, \u043f\u0440\u0438\u0432\u0435\u0442'
    """
    text = _CAPITALS.sub(lambda hit: _PHONETIC[ord(hit[0])], text)
    latin = len(_LATIN.findall(text))
    if not latin:
        return text
    # In a text of another script with a Latin word or two, words that happen to look Latin are that script's.
    strangers = sum(len(word) for word in _RUN.findall(text) if not _LATIN.search(word) and not _TWINS_ONLY.match(word))
    return _RUN.sub(lambda hit: _read(hit, is_latin=latin > strangers), text)


def _read(hit: re.Match[str], *, is_latin: bool) -> str:
    word = hit[0]
    if _LATIN.search(word):
        read = word.translate(_AMONG)
        return read if not FOREIGN.search(read) else word
    if not is_latin:
        return word
    read = word.translate(_ALONE)
    if not read.isascii() or (len(word) == 1 and not _between(hit)):
        return word
    return read


def _between(hit: re.Match[str]) -> bool:
    """Whether a single letter stands behind a Latin word, as an article would."""
    return bool(_LATIN.search(hit.string, max(0, hit.start() - 2), hit.start()))
