"""Names on messengers and networks, and the messengers by name, plain or disguised, where one is sent to talk there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from evenhand.policy.contact.contact import Contact
from evenhand.policy.contact.words import MOST, Heard, denied_near, hits, sentence, words

__all__ = ["handles", "is_disguised"]

_NAMED = re.compile(r"(?<![\w.@/])@[a-z][a-z0-9_.]{2,40}(?![\w@])")
_NAME = re.compile(
    r"(?<![\w.@])(?=[a-z0-9._-]*[a-z])(?:[a-z0-9]+[._-][a-z0-9._-]*[a-z0-9]|[a-z]+\d{2,}\w*|[a-z]{3,}shop\w*"
    r"|\w{4,24}id\d*|\w{3,30}example\w*)(?![\w@])"
)
_GAP = r"[ .\-_*·•|/~◯○]{0,2}"
_DISGUISED = re.compile(
    "(?<![^\\W_])(?:"
    + "|".join(
        _GAP.join(letters)
        for letters in (
            ("wh?", "[a4@]", "t", "[s5$]", "[a4@]", "p", "p?"),
            ("w", "h", "[a4@]", "t", "[s5$]", "[a4@]", "p", "p?"),
            ("t", "[e3]", "[l1]", "[e3]", "g", "r", "[a4@]", "m"),
            ("[s5]", "k", "y", "p", "[e3]"),
            ("v", "[i1]", "b", "[e3]", "r"),
            ("w", "[e3]", "c", "h", "[a4@]", "t"),
            ("m", "[e3]", "[s5]", "[s5]", "[e3]", "n", "g", "[e3]", "r"),
        )
    )
    + r")(?=en(?!\w)|[^\W\d_]{0,2}(?![^\W_]))"
    r"|(?<!\w)(?:skp|wapp|z4p|guasap|wasap|uatsap|skayp|skaip|skypen|wsp|wpp)(?!\w)"
    r"|(?<!\w)(?:wa|wx|vx|tg) ?:(?! ?\d?\d\b)"
    "|[v薇威卫微]\\s?[❤♥]|[薇威卫]信|(?<!\\w)v信|抖 音|ツ.ッター|扣扣|抠抠|企鹅号|绿色(?:软件|聊天)|綠色(?:軟體|通訊)"
)
_SPLIT_WORD = re.compile(r"(?:[vwsm]\w* \w+|te le \w+)")
"""Two words that stand together by chance."""

_PLAIN = re.compile(r"whatsapp?|watsapp?|telegram|skype|viber|wechat|messenger|whats app|we chat|whats-app")


def handles(text: str, heard: Heard) -> Iterator[Contact]:
    """Find names to write to, and messengers one is invited to; an account to follow is none."""
    yield from _marked_names(text)
    yield from _disguised(text)
    yield from _messengers(text, heard)
    for pattern, confidence in ((_EVERY, 0.8), (_SCAN, 0.75)):
        for hit in islice(pattern.finditer(text), MOST):
            if not denied_near(text, *hit.span()):
                yield Contact("messenger", *hit.span(), confidence)


def is_disguised(text: str) -> bool:
    """Tell whether there may be a messenger in disguise."""
    return _DISGUISED.search(text) is not None


def _disguised(text: str) -> Iterator[Contact]:
    for hit in islice(_DISGUISED.finditer(text), MOST):
        if not _PLAIN.fullmatch(hit[0]) and not _SPLIT_WORD.fullmatch(hit[0]) and not denied_near(text, *hit.span()):
            yield Contact("messenger", *hit.span(), 0.85)


def _marked_names(text: str) -> Iterator[Contact]:
    """Names such as @acme.lamps, where one is told to write there."""
    for hit in islice(_NAMED.finditer(text), MOST):
        around = sentence(text, *hit.span())
        more = _around(text, *hit.span())
        talk = _TALK.search(around) or (_DIRECT.search(more) and _NETWORK.search(more)) or _THERE.search(more)
        if _FOLLOWED.search(around) and not talk:
            continue
        if talk or _ONLY_TALK.search(around) or words("reach").search(text[max(0, hit.start() - 25) : hit.start()]):
            yield Contact("messenger", *hit.span(), 0.85)


def _around(text: str, start: int, end: int) -> str:
    return text[max(0, start - _FAR) : end + _FAR]


_FAR = 200


def _messengers(text: str, heard: Heard) -> Iterator[Contact]:
    """Messengers by name, with a name to find there or an invitation to write there."""
    for hit in hits("messenger", text, heard):
        around = sentence(text, *hit.span())
        if denied_near(text, *hit.span()) or _PRODUCT.search(around):
            continue
        if _FOLLOWED.search(around) and not _TALK.search(around):
            continue
        if sure := _invites(hit[0], around, _around(text, *hit.span())):
            yield Contact("messenger", *hit.span(), sure)


def _invites(messenger: str, sentence_: str, more: str) -> float:
    """How surely a sentence sends one to a messenger, or 0."""
    talk, name = _TALK.search(sentence_), _NAME.search(sentence_)
    if messenger == "line" and _EASTERN.search(sentence_):
        return 0.75 if talk or _REACH.search(sentence_) else 0.0
    if messenger.startswith(_NOTHING_ELSE) and not name:
        return 0.8 if len(more) > _ALONE and not _ABOUT_THEM.search(sentence_) else 0.0
    if messenger.startswith(_FOR_TALK):
        return 0.85 if talk or name or _REACH.search(sentence_) or _JOIN.search(sentence_) else 0.0
    led = words("handle").search(sentence_)
    if messenger in _NETWORKS:
        led_there = led or name or f"{messenger}:" in sentence_ or _DIRECT.search(sentence_)
        return 0.75 if led_there and (talk or (name and _DIRECT.search(more))) else 0.0
    if name and name[0] not in messenger and (led or talk):
        return 0.85
    return 0.75 if led and talk and messenger not in _DOUBTFUL else 0.0


_NOTHING_ELSE = (
    "whats",
    "watsapp",
    "telegram",
    "wechat",
    "weixin",
    "viber",
    "微信",
    "薇信",
    "skype",
    "スカイプ",
    "テレグラム",
)
_ALONE = 11
"""Letters of what is no more than a heading."""

_ABOUT_THEM = re.compile(
    r"^(?:re|aw|antw|sv|ynt|odp|rif|res|fwd?):|"
    r"(?<!\w)(?:works? with|compatible|notification\w*|watch|smartwatch|app icon|sound|survey|pesquisa|plataforma"
    r"|benachrichtigung\w*|uhr|montre|reloj|orologio|relogio|horloge|zegarek|klocka|saat\w*)(?!\w)"
)

_FOR_TALK = (
    *("whats", "watsapp", "telegram", "wechat", "we chat", "weixin", "viber", "微信", "薇信", "威信", "app ", "skype"),
    *(
        "スカイプ",
        "テレグラム",
        "メッセンジャー",
        "vx",
        "加v",
        "messenger",
        "discord",
        "gmail",
        "zap",
        "zoom",
        "kakao",
        "imessage",
    ),
    *("facetime", "wpp", "hotmail", "icloud", "snapchat"),
)
"""Messengers whose names mean nothing else, and to which one is sent for nothing but to talk."""

_ONLY_TALK = re.compile(
    r"(?<!\w)(?:whats ?app\w*|telegram\w*|viber\w*|wechat|skype\w*|discord|zap|messenger\w*)(?!\w)|微信|テレグラム"
)
_EASTERN = re.compile("[ぁ-ヿ一-鿿]")
_FOLLOWED = re.compile(
    r"(?<!\w)(?:follow\w*|folg\w*|suiv[\w-]*|sig[ua]\w*|sigue\w*|segue|sigam|segui\w*|volg\w*|obserwuj\w*|folj\w*|takip"
    r"|gilla\w*|like|likes)(?!\w)|フォロー|关注|關注"
)
"""An account to follow is advertising; one to write to is a way around."""

_NETWORKS = frozenset(
    {
        *("instagram", "insta", "ig", "facebook", "fb", "tiktok", "twitter", "threads", "linkedin", "youtube"),
        *("pinterest", "小红书", "抖音", "某音", "インスタ", "instagramie", "facebooku", "tiktoku"),
    }
)
_NETWORK = re.compile(
    r"(?<!\w)(?:insta\w*|ig|facebook\w*|fb|tiktok\w*|twitter|threads|picture app)(?!\w)|インスタ|ツイッター|抖音|小红书"
)
_DOUBTFUL = frozenset({"line", "signal", "no", "id", "qq"})
_DIRECT = re.compile(
    r"(?<!\w)(?:dms?|pms?|direct messages?|direct|directly|direttamente|directement|directamente|diretamente"
    r"|rechtstreeks|inbox|privado|mp|private message|messages prives|"
    r"direkt|prive|privat|prywatn\w*|slide into|ozel mesaj)(?!\w)|dm[ をもでへ]|私信|私訊|私聊|ダイレクト|のdm"
)
_THERE = re.compile(
    r"(?<!\w)(?:write|message|ask|dm|text|reach|chat|schreib\w*|frag\w*|ecri\w+|repond\w*|contact\w*|escrib\w*|preg\w*"
    r"|scriv\w*|chied\w*|escrev\w*|fal[aeo]\w*|cham[ae]\w*|schrijf|stuur|vraag|antwoord\w*|pisz\w*|napisz\w*|odpis\w*"
    r"|skriv\w*|svar\w*)(?: \w+){0,3} (?:there|dort|da|la-bas|alli|ahi|li|la|daar|tam|dar)(?!\w)"
    r"|(?<!\w)(?:oradan|orada|oraya) (?:yaz\w*|ulas\w*|sor\w*)"
)
_TALK = re.compile(
    r"(?<!\w)(?:write|writing|messag\w*|message|chat|contact|reach|text|dms?|pm|ping|talk|ask|answer\w*|get in touch"
    r"|any questions?|repl\w+|slide into|schreib\w*|erreich\w*|kontakt\w*|meld\w*|fragen"
    r"|antwort\w*|ecri\w+|contact\w*|joindre|joignable\w*|ajout\w*|repond\w*|questions|mp|escrib\w*|agreg\w*|anad\w*"
    r"|hab[lt]\w*|pregunt\w*|mand\w*|privado"
    r"|scriv\w*|contatt\w*|aggiung\w*|rispond\w*|chied\w*|parl\w*"
    r"|escrev\w*|cham[aeo]\w*|adicion\w*|fal[aeo]\w*|respond\w*|manda\w*|app|appen|stuur\w*|bereik\w*|voeg|vraag"
    r"|antwoord\w*|praten|napis\w*|pisz\w*|pyta\w*"
    r"|dodaj\w*|skontaktuj\w*|odpis\w*|zlap\w*|skriv\w*|lagg|nar|svar\w*|frag\w*|yaz\w*|ulas\w*|ekle\w*|iletisim\w*"
    r"|mesaj\w*|dm|contest\w*|sor\w*|konus\w*)(?!\w)|加我|加下|加上|联系|聯繫|聯絡|咨询|私聊|私信|私訊|找我们|找我|ご連絡|お問い合わせ|連絡|(?<![a-z])dm(?![a-z])|話しましょ"
    r"|申請|返せ|回得快|回复|送って|謝り|質問|返事|返信|メッセージ|のほうが|の方が"
)
_REACH = re.compile(
    r"(?<!\w)(?:add|find|search|look for|us on|me on|our|my|via|finde\w*|such\w*|unser\w*|trouv\w*|cherch\w*|notre|mon"
    r"|busc\w*|encuentr\w*|nuestr\w*|mi|trov\w*|cerc\w*|nostr\w*|procur\w*|nosso|nossa|meu|me|tem|entra\w*|zoek\w*|vind\w*"
    r"|onze|mijn|szuka\w*|znajd\w*|nasz\w*|jestem|mam|sok|hitta|var|vart|min|oss|bul\w*|ara\w*|bize|kanal\w*|numara\w*"
    r"|do you have|have you got|what's your|haben sie|hast du|avez|tienes?|usa|heb|heeft|ma pan\w?|har du"
    r"|join|invite|einfacher|easier)(?!\w)|加|搜|扫|群|找|追加|検索|チャンネル|グループ|友だち"
)
_JOIN = re.compile(
    r"(?<!\w)(?:group|channel|gruppe|kanal\w*|groupe|grupo|canal\w*|gruppo|canale|groep|kanaal|grup\w*|grupp\w*|server"
    r"|name|id|login|nick|user|pseudo|number|nummer|numero|heter|heisse|heet|soy|sou|sono|nazwa|called)(?!\w)|群|号|チャンネル|グループ"
)
_PRODUCT = re.compile(
    r"(?<!\w)(?:stickers|holder\w*|mount\w*|icon\w*|logo\w*|aufkleber\w*|halter\w*|autocollant\w*"
    r"|pegatina\w*|adesiv\w*|naklejk\w*|klistermarke\w*|cable|drops?|receiver|antenna|boost\w*|strength"
    r"|compatible|kompatib\w*|plataforma)(?!\w)|贴纸|ステッカー"
)
_EVERY = re.compile(r"(?<!\w)[\w.]{3,30} on (?:every|any|all) (?:messenger|app|network|social)\w*")
_TALKS = (
    "chat|chatt\\w*|chaty|tchat|czacie|czat|sohbet|whatsapp|message us|write to us|reach us|talk to us"
    "|nous ecri\\w*|napisac|fale|falar|escrev\\w*|yaz|yazin|schreib\\w*"
)
_SCAN = re.compile(
    r"(?<!\w)(?:scan|scannen|scannez|escane\w*|scansion\w*|zeskanuj\w*|skanna|tara\w*|okut\w*|digitaliz\w*|inquadr\w*)"
    rf" .{{0,60}}(?:{_TALKS}|uns|nosotros|oss|bize|code to)(?!\w)"
    rf"|(?:karekod|qr)\S{{0,6}} .{{0,60}}(?:{_TALKS}|ulas\w*|bize)(?!\w)"
    r"|(?:扫|掃).{0,16}(?:加|联系|聯繫|客服|进群|售后群|进入|找到我们|找我们)"
    r"|(?:qrコード|qr|バーコード).{0,24}(?:追加|友だち|チャット|つながり|連絡)"
)
