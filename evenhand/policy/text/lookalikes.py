"""Letters of other scripts that look like Latin ones: our own table, after the idea of UTS 39."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["LOOKALIKES"]

_PAIRS = (
    # Cyrillic
    "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwвbкkмmнhтtгrпnиuлlзeьbыbюoяrчyцuшw"
    "АAЕEОOРPСCУYХXІIЈJЅSВBКKМMНHТTԀDԚQԜWЗEГRПNЬB"
    # Greek
    "αaεeοoρpνvυuιiκkτtχxηnωwβbγyσoςsμuπnλlδdθoζz"
    "ΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXάaέeήnίiόoύuώw"
    # Armenian and Cherokee
    "օoսuոnհhցgզqքpեtշ2ՕOՍUՏSԼLᏒRᎬEᏙVᎥIᏔWᎪAᏟCᎢTᏚSᏢPᎻHᏴBᏀG"
    # Phonetic and small capitals
    "ɑaɡgɩiɪiʀrʟlɴnʙbɢgʜhʏyᴀaᴄcᴅdᴇeᴊjᴋkᴍmᴏoᴘpᴛtᴜuᴠvᴡwᴢzꜰfꜱsʋvɾrɛeɔoʍmʇt"
)

LOOKALIKES: Mapping[str, str] = {_PAIRS[at]: _PAIRS[at + 1] for at in range(0, len(_PAIRS), 2)}
