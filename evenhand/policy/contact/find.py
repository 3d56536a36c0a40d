"""Finds ways around the service in folded text: each with its place, its kind, and how sure it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Literal, NamedTuple

import ahocorasick_rs

from evenhand.policy.text.accents import plain_letters

__all__ = ["Contact", "Kind", "contacts"]

Kind = Literal["email", "phone", "messenger", "post", "visit", "payment"]


class Contact(NamedTuple):
    """A way around the service: its kind and its place in the folded text; `confidence` from 0 to 1."""

    kind: Kind
    start: int
    end: int
    confidence: float = 0.9


_AT = (
    r"(?:\s*@\s*|\s*[\[({<]\s*(?:@|at|ät|arroba|arobase|chiocciola|malpa|a commerciale|snabel-a|アットマーク|アット"
    r"|艾特)\s*[\])}>]\s*|\s+(?:at|arroba|arobase|chiocciola|malpa|apenstaartje|snabel-a|アットマーク|艾特)\s+)"
)
_DOT = (
    r"(?:\.|\s*[\[({<]\s*(?:\.|dot|punkt|point|punto|ponto|punt|kropka|nokta)\s*[\])}>]\s*|\s+(?:dot|punkt"
    r"|point|punto|ponto|punt|kropka|nokta|ドット|点)\s+|\s\.\s|\.\s(?=com\b|net\b|org\b|example\b))"
)
_DASH = r"(?:-|\s+dash\s+|\s+strich\s+|\s+tiret\s+|\s+guion\s+|\s+trattino\s+)"
_EMAIL = re.compile(
    rf"(?<![\w.+-])[a-z0-9][\w.+-]{{0,63}}{_AT}[a-z0-9][a-z0-9-]{{0,62}}(?:{_DASH}[a-z0-9]+){{0,3}}(?:{_DOT}[a-z0-9-]{{1,62}}){{1,4}}(?![\w-])"
)
_EMAIL_HINT = re.compile(
    r"@|[\[({<]\s*(?:at|ät)|\b(?:at|arroba|arobase|chiocciola|malpa|apenstaartje|snabel-a)\b|アット|艾特"
)
_MASKED = re.compile(r"@(?:[\w-]+\.)*(?:marketplace\.amazon\.[a-z.]+|relay\.[\w.-]+|marketplace\.[\w.-]*example)$")
_UNITS = re.compile(r"^\s*@?\s*\d")

_DIGIT_WORDS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|oh|double|triple|plus|null|eins|zwei|drei|vier|funf"
    "|sechs|sieben|acht|neun"
    "|un|deux|trois|quatre|cinq|sept|huit|neuf|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|due|tre"
    "|quattro|cinque|sei"
    "|sette|otto|nove|um|dois|quatro|sete|oito|nul|een|twee|drie|vijf|zes|zeven|negen|jeden|dwa|trzy|cztery"
    "|piec|szesc|siedem|osiem"
    "|dziewiec|noll|ett|tva|fyra|fem|sex|sju|atta|nio|sifir|bir|iki|uc|dort|bes|alti|yedi|sekiz|dokuz"
    # Two figures said as one number: "douze, trente-quatre".
    r"|(?:dix|vingt|trente|quarante|cinquante|soixante|quatre-vingts?)(?:-(?:et-)?\w+)*|onze|douze|treize|quatorze"
    r"|quinze|seize|\w*(?:tig|tien)|elf|twaalf|\w*(?:zig|zehn)|zwolf"
)
_NUMBER = re.compile(r"(?<![A-Za-z0-9_/#.,:-])(?:\+|00|\(0|\(\+)?\d(?:[ ()./-]{0,3}\d){5,16}(?![A-Za-z0-9_])")
_SPELLED_NUMBER = re.compile(
    rf"(?<!\w)(?:(?:{_DIGIT_WORDS}|\d{{1,5}})[\s,.-]{{1,3}}){{4,}}(?:{_DIGIT_WORDS}|\d{{1,5}})(?!\w)"
)
_EASTERN_NUMBER = re.compile(r"(?:(?:ゼロ|まる|[零〇一二三四五六七八九幺兩0-9])[ ,、，の-]{0,2}){8,}")
_ORDER = re.compile(r"^\D*\d{3}[ -]?\d{7}[ -]?\d{7}\D*$")
_DATE = re.compile(r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$")
_NAMED = re.compile(r"(?<![\w.@/])@[a-z][a-z0-9_.]{2,29}(?![\w@])")
_NAME = re.compile(
    r"(?<![\w.@])(?=[a-z0-9._-]*[a-z])(?:[a-z0-9]+[._-][a-z0-9._-]*[a-z0-9]|[a-z]+\d{2,}\w*|[a-z]{3,}shop\w*"
    r"|\w{4,24}id\d*)(?![\w@])"
)


@cache
def _words(name: str) -> re.Pattern[str]:
    table = tomllib.loads(files("evenhand.policy.contact").joinpath("words.toml").read_text("utf-8"))
    choices = sorted(set(table[name]), key=len, reverse=True)
    spaced = [one for one in choices if one.isascii()]
    solid = [one for one in choices if not one.isascii()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)" + (f"|{'|'.join(solid)}" if solid else ""))


@lru_cache(maxsize=1 << 10)
def contacts(folded: str) -> tuple[Contact, ...]:
    """
    Find mail addresses, telephone numbers, handles, postal addresses, shops and sites, and payments past the service.

    What looks like one and is an order, a parcel, a part or a measure is left alone, and so is a number that somebody
    is said to call the buyer on.
    """
    text = plain_letters(folded)
    heard = _heard(text)
    made = list(_mails(text))
    if _LONG_NUMBER.search(text) or ("call" in heard and _is_spelled(text)):
        made += _numbers(text)
    if heard & {"messenger", "handle"} or "@" in text:
        made += _handles(text)
    made += _places(text, heard)
    return tuple(made)


def _is_spelled(text: str) -> bool:
    return bool(_SPELLED_NUMBER.search(text) or _EASTERN_NUMBER.search(text))


_LONG_NUMBER = re.compile(r"\d(?:[ ()./-]{0,3}\d){5}")


_GROUP = re.compile(r"\([^()]*\)\??")
_NOT_LITERAL = re.compile(r"\\.[*+]?|\[[^\]]*\]|[^)]\?|\.?\{[^}]*\}|[()|.*+?^$:=!<>\\-]")
_LONG_ENOUGH = 4


@cache
def _atoms() -> tuple[ahocorasick_rs.AhoCorasick, Sequence[frozenset[str]]]:
    """
    Literal parts of every word, with the lists it is of: a text that has none of them need not be searched for it.

    Of a word the longest part that must be there; of one that is all choices, each part of each.
    """
    table = tomllib.loads(files("evenhand.policy.contact").joinpath("words.toml").read_text("utf-8"))
    lists: dict[str, set[str]] = {}
    for name in ("call", "messenger", "handle", "post", "visit", "pay"):
        for word in table[name]:
            for atom in _parts_of(word):
                lists.setdefault(atom, set()).add(name)
    return ahocorasick_rs.AhoCorasick(list(lists)), [frozenset(one) for one in lists.values()]


def _parts_of(word: str) -> list[str]:
    needed = word
    while _GROUP.search(needed):
        needed = _GROUP.sub("\0", needed)
    sure = [one for one in re.split("\0", _NOT_LITERAL.sub("\0", needed)) if one.strip()]
    best = max(sure, key=len, default="")
    if len(best) >= _LONG_ENOUGH or (best and "(" not in word):
        return [best]
    return [one for one in re.split("\0", _NOT_LITERAL.sub("\0", word)) if one.strip()]


def _heard(text: str) -> set[str]:
    atoms, lists = _atoms()
    heard: set[str] = set()
    for number in {number for number, _, _ in atoms.find_matches_as_indexes(text, overlapping=True)}:
        heard |= lists[number]
    return heard


def _mails(text: str) -> Iterator[Contact]:
    if not _EMAIL_HINT.search(text):
        return
    for hit in islice(_EMAIL.finditer(text), _MOST):
        words = hit[0]
        if _MASKED.search(words) or _UNITS.match(words.partition("@")[2] if "@" in words else ""):
            continue
        plain = "@" in words and " " not in words
        if not plain and not re.search(
            r"(?:com|net|org|example|de|fr|es|it|pt|br|nl|pl|se|tr|jp|cn|eu|io|co|info|me|uk|test)\s*[\])}>]?$", words
        ):
            continue
        if not plain and _NO_MAILBOX.match(words.split()[0]):
            continue
        yield Contact("email", *hit.span(), 0.98 if plain else 0.9)


_NO_MAILBOX = re.compile(
    r"(?:look|looking|have|us|out|shop|visit|find|available|store|only|me|write|see|order|here|website|online|it|them|sold"
    r"|page|site)$"
)
"""Words before "at" that name no mailbox: "look at acme dot example" is a link."""


def _numbers(text: str) -> Iterator[Contact]:
    for pattern in (_NUMBER, _SPELLED_NUMBER, _EASTERN_NUMBER):
        for hit in islice(pattern.finditer(text), _MOST):
            words = hit[0]
            digits = sum(one.isdigit() for one in words)
            if pattern is _NUMBER and (_ORDER.match(words) or _DATE.match(words.strip()) or digits < _FEWEST):
                continue
            before = _END.split(text[max(0, hit.start() - 60) : hit.start()])
            near = "".join(before[-2:]) if pattern is _EASTERN_NUMBER else before[-1]
            spared = _last(_words("harmless"), near)
            called = max(_last(_words("call"), near), _last(_words("messenger"), near))
            if called < 0 and _words("call").search(_END.split(text[hit.end() : hit.end() + 40])[0]):
                called = 0
            international = words.lstrip().startswith(("+", "00")) and 9 <= digits <= 15
            if called > spared:
                yield Contact("phone", *hit.span(), 0.9)
            elif international and spared < 0:
                yield Contact("phone", *hit.span(), 0.8)


_END = re.compile(r"[.!?\n。]")
_FEWEST = 6
"""Digits of the shortest number that counts as one."""

_MOST = 300
"""Places of a text that are looked at closely; nobody needs more to be caught."""


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Where the last hit begins, or -1."""
    at = -1
    for hit in pattern.finditer(text):
        at = hit.start()
    return at


def _handles(text: str) -> Iterator[Contact]:
    yield from _marked_names(text)
    yield from _messengers(text)
    for hit in islice(_EVERY.finditer(text), _MOST):
        yield Contact("messenger", *hit.span(), 0.8)
    for hit in islice(_SCAN.finditer(text), _MOST):
        yield Contact("messenger", *hit.span(), 0.75)


def _marked_names(text: str) -> Iterator[Contact]:
    """Names such as @acme.lamps, where one is told to write there."""
    for hit in islice(_NAMED.finditer(text), _MOST):
        sentence = _sentence(text, *hit.span())
        if _FOLLOWED.search(sentence) and not _REACH.search(sentence):
            continue
        if _words("messenger").search(sentence) or _words("handle").search(
            text[max(0, hit.start() - 25) : hit.start()]
        ):
            yield Contact("messenger", *hit.span(), 0.85)


def _messengers(text: str) -> Iterator[Contact]:
    """Messengers by name, with a name to find there or an invitation to write there."""
    for hit in islice(_words("messenger").finditer(text), _MOST):
        if not text[hit.start() : hit.end()].strip():
            continue
        sentence = _sentence(text, *hit.span())
        if _DENIED.search(sentence) or _PRODUCT.search(sentence):
            continue
        if _FOLLOWED.search(sentence) and not _REACH.search(sentence):
            continue
        name = _NAME.search(sentence)
        invited = _REACH.search(sentence)
        leads = invited and (_words("handle").search(sentence) or hit[0].startswith(_FOR_TALK))
        if hit[0] == "line" and _EASTERN.search(sentence) and invited:
            yield Contact("messenger", *hit.span(), 0.75)
        elif name and name[0] not in hit[0] and (leads or _words("handle").search(sentence)):
            yield Contact("messenger", *hit.span(), 0.85)
        elif leads and hit[0] not in _DOUBTFUL:
            yield Contact("messenger", *hit.span(), 0.75)


_FOR_TALK = ("whats", "watsapp", "telegram", "wechat", "we chat", "weixin", "viber", "微信", "薇信", "威信", "app ")
"""Messengers whose names mean nothing else, and to which one is sent for nothing but to talk."""

_EASTERN = re.compile("[ぁ-ヿ一-鿿]")

_FOLLOWED = re.compile(
    r"(?<!\w)(?:follow|folg\w*|suiv[\w-]*|sig[ua]\w*|segui\w*|volg\w*|obserwuj\w*|folj\w*|takip)(?!\w)|フォロー|关注|關注"
)
"""An account to follow is advertising; one to write to is a way around."""

_DOUBTFUL = frozenset(
    {
        "line",
        "signal",
        "ig",
        "no",
        "id",
        "threads",
        "insta",
        "youtube",
        "pinterest",
        "instagram",
        "facebook",
        "fb",
        "tiktok",
        "twitter",
        "小红书",
        "抖音",
    }
)
_REACH = re.compile(
    r"(?<!\w)(?:write|message|chat|contact|reach|text|dm|ping|add|find|talk|get in touch|ask|answer\w*"
    r"|repl\w+|schreib\w*|erreich\w*|kontakt\w*|meld\w*"
    r"|antwort\w*|ecri\w+|contact\w*|joindre|ajout\w*|repond\w*|escrib\w*|contact\w*|agreg\w*|hab[lt]\w*"
    r"|scriv\w*|contatt\w*|aggiung\w*|rispond\w*"
    r"|escrev\w*|cham\w*|adicion\w*|fal[ea]\w*|respond\w*|app|stuur\w*|bereik\w*|voeg|antwoord\w*|napisz\w*"
    r"|dodaj\w*|skontaktuj\w*|odpis\w*|skriv\w*"
    r"|lagg|nar|svar\w*|yaz\w*|ulas\w*|ekle\w*|iletisim\w*|mesaj\w*)(?!\w)|加|联系|聯繫|聯絡|咨询|私聊|找我们|ご連絡|追加|お問い合わせ|連絡|検索"
)
_DENIED = re.compile(
    r"(?<!\w)(?:not|no(?! (?:noss[oa]|meu|minha|whats|watsapp|telegram|insta|zap|site|link|perfil))|never|don't"
    r"|cannot|can't|nicht|kein\w*|pas|aucun\w*|sin|non|nessun\w*|nao|sem|niet"
    r"|geen|nie|bez|inte|ingen|inga|yok\w*|degil"
    r"|kullanmiyoruz|vermiyoruz)(?!\w)|ません|ございません|没有|沒有|不能|不提供|无法"
)
_PRODUCT = re.compile(
    r"(?<!\w)(?:sticker\w*|holder\w*|mount\w*|icon\w*|logo\w*|aufkleber\w*|halter\w*|autocollant\w*"
    r"|pegatina\w*|adesiv\w*|naklejk\w*|klistermarke\w*|cable|drops?|receiver|antenna)(?!\w)|贴纸|ステッカー"
)
_EVERY = re.compile(r"(?<!\w)[\w.]{3,30} on (?:every|any|all) (?:messenger|app|network|social)\w*")
_SCAN = re.compile(
    r"(?<!\w)(?:scan|scannen|scannez|escane\w*|scansion\w*|zeskanuj\w*|skanna|tara\w*|digitaliz\w*)"
    r" .{0,40}(?:chat|us|uns|nous|nosotros|noi|ons|nami|oss|bize|whatsapp|code to)"
    r"(?!\w)|扫码.{0,8}(?:加|联系|客服|进群)|掃碼.{0,8}(?:加|聯繫)|qrコード.{0,12}(?:追加|友だち|チャット)"
)


def _sentence(text: str, start: int, end: int) -> str:
    begin = max((text.rfind(mark, max(0, start - 160), start) for mark in (". ", "! ", "? ", "\n", "。")), default=-1)
    stops = [at for mark in (". ", "! ", "? ", "\n", "。") if (at := text.find(mark, end, end + 160)) >= 0]
    return text[max(begin + 1, start - 160) : min(stops, default=min(len(text), end + 160))]


def _places(text: str, heard: set[str]) -> Iterator[Contact]:
    kinds: tuple[tuple[Kind, str, float], ...] = (
        ("post", "post", 0.85),
        ("visit", "visit", 0.75),
        ("payment", "pay", 0.75),
    )
    for kind, words, confidence in kinds:
        if words not in heard:
            continue
        for hit in islice(_words(words).finditer(text), _MOST):
            sentence = _sentence(text, *hit.span())
            if _DENIED.search(sentence) or (kind == "payment" and _REFUNDED.search(sentence)):
                continue
            yield Contact(kind, *hit.span(), confidence)


_REFUNDED = re.compile(
    r"(?<!\w)(?:refund\w*|returned to|erstatt\w*|gutgeschrieben|rembours\w*|reembols\w*|devol\w*|rimbors\w*"
    r"|terugbetal\w*|teruggestort|zwrot\w*|zwroc\w*"
    r"|aterbetal\w*|iade\w*|paid by|your card|your bank|ihre bank|votre banque)(?!\w)|返金|退款|退回"
)
