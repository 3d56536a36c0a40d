"""Finds out why a mail was not delivered: from the enhanced status code, and from what servers write beside it."""

# ruff: noqa: E501  one line a language or a kind of phrase reads better than three

from __future__ import annotations

import re

from evenhand.mail.report.outcome import Reason

__all__ = ["find_reason", "find_reply", "find_status", "refused_whole"]

_LIMIT = 8000

# The subjects are eight (RFC 3463 §3), which tells most codes from days.
_STATUS = re.compile(r"(?<![\d.])([245]\.[0-7]\.\d{1,3})(?![\d.]*\d)")
_ANSWERED = re.compile(r"(?<![\d.])[245]\d\d[ \-:]{1,3}['\"#(]?([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.])([45][0-7]\d)(?=[ \-:;,)\]]|$)(?![ \-]\d{3}[ \-]\d)", re.MULTILINE)


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


# What servers write, the narrower meaning first: a mailbox that is full exists, and a mail taken for spam has found
# its mailbox. Each pattern is a plain alternation with bounded gaps, so that matching stays linear.
_TOLD: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    (Reason.UNKNOWN_HOST, _words(r"missing the proper dns entries", r"(?<![\w@.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5} does not exist")),
    (Reason.NETWORK, _words(r"(?:host|domain) not found, try again", r"temporary (?:lookup|name|dns)")),
    (Reason.TOO_LARGE, _words(
        r"message (?:size|length|file)? ?(?:is )?(?:too (?:big|large|long)|exceeds)", r"message exceeds",
        r"exceed\w* (?:the )?(?:fixed )?max\w* (?:message|file|allowed)? ?size", r"size limit(?: has been)? exceeded",
        r"exceeds (?:size|the maximum message size|maximum)", r"mail(?: size)? too (?:big|large)",
        r"message header size exceeds", r"zu gro(?:ss|ß)", r"trop (?:volumineux|gros)", r"demasiado grande",
    )),
    (Reason.FULL, _words(
        r"(?:mail(?:box|folder|drop)|inbox|storage|disk|user|account|recipient)\b.{0,40}\bfull\b",
        r"\b(?:over|exceed\w*|out of|beyond|above)\b.{0,40}\b(?:quota|storage|disk space|space limit)", r"quota\b.{0,30}\bexceed",
        r"over ?quota", r"insufficient (?:disk|system|mailbox) (?:space|storage|quota)", r"mailbox size limit",
        r"not enough (?:storage|disk|space)", r"no (?:more )?(?:storage|disk|mailbox) space", r"mailbox has exceeded",
        r"full mailbox", r"mailbox exceeded (?:the )?(?:local )?limit", r"exceeded (?:its|their|the|his|her)? ?(?:\w+ )?(?:storage|quota|mailbox|size limit)",
        r"postfach (?:ist )?(?:\w+ )?voll", r"bo[iî]te (?:aux lettres |mail |de r.ception )?pleine", r"quota d.pass",
        r"buz[oó]n (?:est[aá] )?lleno", r"casella (?:di posta )?(?:\w+ )?piena", r"caixa (?:de \w+ )?(?:\w+ )?cheia",
        r"mailbox (?:is )?vol\b", r"переполнен", r"メールボックス.{0,20}(?:一杯|いっぱい|満杯)", r"容量.{0,10}(?:超|オーバー)",
        r"邮箱.{0,8}(?:已满|空间不足)", r"邮箱.{0,8}满|信箱.{0,6}(?:已滿|空間不足|超過)", r"too much mail data", r"pełn[ay]|przepełnion", r"postkasse\w* (?:er )?(?:fuld|full)|(?:brev|post)låda\w* (?:är )?full|(?:indbakke|innboks)\w* (?:er )?ful", r"postilaatikko.{0,20}täynnä", r"kutusu.{0,12}dolu|kota\w* (?:doldu|aşıldı)", r"schránk\w+ .{0,20}pln[áéa]|překroč\w+ kvót", r"postafiók\w*.{0,20}(?:megtelt|tele)|betelt", r"переповнен", r"căsuț\w+ .{0,30}plin|plină", r"πλήρες|γεμάτ", r"תיבת.{0,12}מלאה", r"ممتلئ", r"đầy|vượt (?:quá )?(?:dung lượng|hạn mức)", r"penuh|เต็ม", r"пълна|(?:편지함|메일함|용량).{0,12}(?:가득|초과|부족)", r"quot\w+ (?:überschritten|superad|superat|excedid|overschreden)|speicherplatz.{0,20}(?:erschöpft|überschritten)", r"#5\.2\.2",
    )),
    (Reason.SENDER, _words(
        r"\b(?:dmarc|spf|dkim|sender ?id)\b.{0,60}\b(?:fail|reject|policy|polic|not pass|invalid|check|deny|violat)",
        r"unauthenticated (?:e-?mail|sender|message)", r"(?:fail\w*|violat\w*).{0,40}\b(?:dmarc|spf|dkim)\b",
        r"\breverse dns|\bptr\b|\brdns\b|no reverse", r"lacks? (?:a )?valid (?:reverse|host)", r"authentication (?:check|fail)",
        r"cannot find your (?:reverse )?hostname", r"doesn't meet the required authentication", r"sender (?:domain )?not authenticated",
        r"access denied, sending domain", r"spoof",
    )),
    (Reason.SPAM, _words(
        r"\bspam(?!haus|cop)\w*", r"\bjunk mail", r"unsolicited", r"\bbulk mail", r"looks like (?:spam|junk)", r"\bvirus(?:es)?\b",
        r"considered (?:as )?(?:spam|harmful)", r"reputation", r"\bmail rejet",
    )),
    (Reason.MOVED, _words(r"has moved", r"moved to (?:a )?(?:new )?address", r"address (?:has )?changed", r"no longer (?:\w+ )?here.{0,20}try")),
    (Reason.CONTENT, _words(
        r"attachment\b.{0,40}\b(?:block|not allowed|prohibit|reject|type)", r"(?:bare|naked) (?:lf|cr)", r"message content (?:rejected|not)",
        r"blocked (?:by )?(?:content|attachment)", r"malformed", r"header (?:is )?(?:missing|invalid|error)", r"improper use of 8-bit",
        r"media error", r"\bmime\b.{0,30}\b(?:error|invalid|reject)", r"line too long", r"non-ascii|8-?bit data in",
    )),
    (Reason.POLICY, _words(
        r"\b(?:rbl|dnsbl|blacklist\w*|blocklist\w*|block list|blocked using|spamhaus|spamcop|sorbs)\b",
        r"too many (?:connections|messages|recipients|mails|emails|sessions|hops)", r"rate (?:limit|control)", r"(?:sending|being sent) .{0,30}too (?:fast|quickly|many)", r"throttl",
        r"open relay", r"your (?:ip|host|server|domain)\b.{0,60}\b(?:block|reject|denied|list)", r"client host .{0,80}(?:block|reject)",
        r"(?:sender|from) address\b.{0,60}\b(?:reject|denied|block|not allowed|invalid|refus)", r"sender (?:was )?(?:rejected|denied|refused|blocked)",
        r"(?:security|policy) (?:reasons?|violation|rejection)", r"policy", r"not (?:authorized|permitted|allowed) to (?:send|relay|post)",
        r"relay(?:ing)?\b.{0,20}(?:denied|not (?:allowed|permitted)|prohibited)", r"unable to relay", r"we do not relay",
        r"only accepts? (?:e?mails? )?from (?:people|members|authenticated)", r"delivery not authorized", r"access denied", r"permission to post",
        r"refused? (?:to )?(?:accept )?(?:mail|message|connection)s? from", r"connection (?:refused|rejected) (?:by policy|from)",
        r"domain of sender address|sender's domain|sender domain|bad sender",
        r"restricted", r"permission|berechtig|autoris[ée]|\bpermiso|permess|permiss[aã]o|toestemming|разрешени|権限|权限|權限|권한|مصرح|إذن|הרשאה|oprávněn|uprawni|behörighet|tillatelse|tilladelse|yetki|izin|jogosults|engedély|дозвол|permisiun|άδεια|quyền|สิทธิ์|käyttöoike", r"unauthori[sz]ed", r"authentication required", r"zugriff verweigert", r"refus[ée] (?:par|pour)",
    )),
    (Reason.INACTIVE, _words(
        r"(?:account|mailbox|user|recipient|e?-?mail ?address)\b.{0,40}\b(?:disabled|suspend\w*|inactive|locked|discontinued|deactivated|not active|frozen|expired)",
        r"(?:disabled|suspended|inactive|locked|deactivated|dormant) (?:\w+ )?(?:account|mailbox|user|recipient)", r"account is locked",
        r"over ?due|unpaid", r"(?:gesperrt|deaktiviert)", r"d[eé]sactiv", r"suspendu", r"desactivad", r"bloquead", r"disabilitat", r"отключен|заблокирован", r"停用",
    )),
    (Reason.UNKNOWN_HOST, _words(
        r"host (?:or domain )?(?:name )?(?:is )?(?:unknown|not found|lookup)", r"unknown (?:host|domain|mail server)", r"no such (?:host|domain)",
        r"(?:name|dns)\b.{0,20}\b(?:lookup fail|service error)(?!.{0,80}try again)", r"domain\b.{0,60}\b(?:not (?:found|exist)|does(?:n't| not) exist|unknown|couldn't be found|could not be found|unrouteable|invalid)",
        r"unrouteable (?:mail )?(?:domain|address)", r"couldn't find any host", r"nxdomain", r"invalid (?:domain|host)", r"bad destination (?:host|system)", r"non-?existent domain",
        r"no (?:valid )?(?:mx|dns) (?:record|entr)\w* (?:found|for)", r"illegal host", r"rechner.{0,20}unbekannt", r"domaine? (?:inconnu|introuvable)", r"dominio (?:desconocido|inexistente|no existe)",
        r"host.{0,10}not listed",
    )),
    (Reason.NO_MAIL_TAKEN, _words(
        r"null mx", r"nullmx", r"does(?:n't| not) accept (?:any )?(?:e-?)?mail\b", r"(?:host|domain) .{0,40}(?:sends? and receives? no|never accepts|accepts no) mail", r"no mail ?exchanger|invalid mail exchanger",
        r"mail receiving disabled", r"all relevant mx records point to non-?existent hosts", r"there is no mail receiver", r"indicated no smtp service", r"no mx found",
    )),
    (Reason.UNKNOWN_MAILBOX, _words(
        r"\b(?:users|recipients|addresses) (?:is|are|was|were) (?:unknown|invalid|not (?:found|known))", r"\b(?:user|recipient|mailbox|address|account|addressee|user ?name|local ?part|alias)\b.{0,60}\b(?:unknown|not (?:found|known|exist|recognized|listed|valid|a valid|a known|here|in|on)|doesn'?t|does not|isn't|invalid|no longer|couldn't be found|could not be found|wasn't found|cannot be found|rejected|unavailable)",
        r"\b(?:unknown|invalid|no such|no valid|bad|illegal|incorrect|non-?existent|undefined) (?:e?-?mail |final delivery |virtual |local |destination |to )*(?:user|recipient|mailbox|address|account|alias|person|userid)",
        r"no (?:\w+ )?(?:mailbox|user|account|recipient|one|address)\b.{0,20}(?:here|by that name|with that name|such|found|has been)", r"not a (?:known|valid|local|recognized)\b.{0,20}(?:user|address|recipient|mailbox|account)?",
        r"not listed in", r"is not (?:known|a member|present|recognized|valid|defined)", r"user(?:s)? unknown|unknown user|userunknown", r"recipients? not found|recipientnotfound|resolver\.adr",
        r"this user doesn.?t have", r"does(?:n't| not) (?:exist|have an account)", r"recipient (?:name )?(?:is )?(?:not|rejected|verification|address rejected)", r"delivery to the following recipients? failed", r"chkusr|no mailbox",
        r"mailbox (?:unavailable|not)", r"can'?t find|cannot find", r"unbekannt|nicht (?:gefunden|bekannt|existier|vorhanden|aufgeführt)|existiert nicht|kein (?:solcher )?(?:benutzer|empf)", r"inconnue?s?\b|n'existe pas|introuvable|n'a pas (?:été trouvé|pu être trouv)",
        r"desconocid[oa]|no existe|no encontrad|no se (?:encontr|pudo encontrar)", r"sconosciut|non (?:esiste|trovat|è stat\w trovat)|inesistente", r"desconhecid|n[aã]o (?:existe|encontrad|foi encontrad)|inexistente",
        r"onbekend|bestaat niet|niet gevonden", r"не (?:найден|существует)|неизвестн|несуществующ", r"nieznany|nie istnieje|nie znaleziono", r"ok[aä]nd|finns inte|findes ikke|finnes ikke|ei löydy|ukendt|ukjent", r"bulunamad|geçersiz",
        r"リスト.{0,8}ありません", r"(?:あて先|宛先|ユーザ|アドレス).{0,30}(?:存在しません|見つかりません|不明|ありません)", r"(?:用户|收件人|地址|邮箱).{0,12}(?:不存在|未找到|无效|找不到)", r"존재하지|알 수 없는|없는 (?:사용자|주소|메일)", r"(?:不存在|查無此|無此)(?:使用者|用戶|收件者|帳號)?", r"impossibile trovare|non trovato", r"neexist|nebyl nalezen|nenalezen|neznám", r"nem (?:létezik|található)|ismeretlen", r"не (?:знайден|існує)|невідом", r"nu (?:există|a fost găsit)|necunoscut|inexistent", r"δεν (?:υπάρχει|βρέθηκε)|άγνωστ", r"לא (?:קיים|נמצא)", r"غير (?:موجود|معروف)|لم يتم العثور", r"không (?:tồn tại|tìm thấy)", r"tidak (?:ditemukan|ada|dikenal)", r"ไม่พบ|ไม่มี(?:ผู้รับ|บัญชี|อยู่)", r"не съществува|непознат|ne postoji|nepoznat|neobstaj",
    )),
    (Reason.EXPIRED, _words(
        r"(?:time|timed)[ -]?out", r"expired?\b", r"too (?:long|old)", r"could not be delivered (?:for|within|in)\b", r"retry (?:time|limit)", r"(?:multiple|several|many) (?:retries|attempts|tries)", r"giving up",
        r"in (?:the )?queue", r"not (?:be(?:en)? )?delivered (?:for|within|in) \d", r"for \d+ (?:days|hours)", r"delivery time", r"unreachable for", r"zeitüberschreitung", r"délai", r"tiempo de espera", r"deferred", r"did not accept our requests to connect", r"not responding",
    )),
    (Reason.NETWORK, _words(
        r"connect(?:ion|ed|ing)?\b.{0,60}\b(?:refused|reset|failed|error|lost|closed|dropped|could not|unable)", r"(?:unable|could not|can'?t|cannot|failed) (?:to )?(?:establish|connect|reach|contact|find route|route)", r"network (?:is )?(?:unreachable|error)", r"no route", r"unreachable",
        r"hop count|too many hops|loop", r"name service error|name server|temporary (?:lookup|dns)", r"local loop|mail loop|loops back", r"unrout", r"tls|ssl|starttls",
    )),
    (Reason.SYSTEM, _words(
        r"(?:local|system|internal|server|service|software|configuration|i/o) (?:configuration |delivery )?(?:error|failure|problem|unavailable|not available)", r"temporar\w+ (?:failure|error|unavailable|problem)", r"(?:out of|low on) (?:memory|resources)", r"duplicated message-id|loop alert",
        r"command (?:failed|died)|can't create|cannot create|user output file|transaction failed|remote protocol error|unable to process",
    )),
    (Reason.TURNED_AWAY, _words(r"(?:message|mail|delivery|address|recipient|transaction)\b.{0,40}\b(?:refused|rejected|not accepted|filtered|blocked|declined)", r"(?:reject|refus|filter|block|declin)\w*", r"ブロック|拒否", r"abgelehnt|rejet|rechazad|rifiutat|rejeitad|geweigerd|отклон")),
)  # fmt: skip

# RFC 3463 §3.2–3.8 and the registry it opened, the longer code first.
_CODES: dict[str, Reason] = {
    "1.0": Reason.UNKNOWN_MAILBOX, "1.1": Reason.UNKNOWN_MAILBOX, "1.2": Reason.UNKNOWN_HOST,
    "1.3": Reason.UNKNOWN_MAILBOX, "1.4": Reason.UNKNOWN_MAILBOX, "1.6": Reason.MOVED, "1.7": Reason.POLICY,
    "1.8": Reason.POLICY, "1.9": Reason.POLICY, "1.10": Reason.NO_MAIL_TAKEN, "2.1": Reason.INACTIVE,
    "2.2": Reason.FULL, "2.3": Reason.TOO_LARGE, "2.4": Reason.UNKNOWN_MAILBOX, "2": Reason.TURNED_AWAY,
    "3.1": Reason.FULL, "3.2": Reason.SYSTEM, "3.3": Reason.SYSTEM, "3.4": Reason.TOO_LARGE, "3": Reason.SYSTEM,
    "4.0": Reason.NETWORK, "4.1": Reason.EXPIRED, "4.2": Reason.EXPIRED, "4.3": Reason.NETWORK,
    "4.4": Reason.UNKNOWN_HOST, "4.6": Reason.NETWORK, "4.7": Reason.EXPIRED, "4": Reason.NETWORK,
    "5": Reason.SYSTEM, "6": Reason.CONTENT, "7.20": Reason.SENDER, "7.21": Reason.SENDER, "7.22": Reason.SENDER,
    "7.23": Reason.SENDER, "7.24": Reason.SENDER, "7.25": Reason.SENDER, "7.26": Reason.SENDER,
    "7.27": Reason.NO_MAIL_TAKEN, "7.28": Reason.POLICY, "7": Reason.POLICY,
}  # fmt: skip
_PLAIN_CODES = {"2.2", "1.6", "7.20", "7.21", "7.22", "7.23", "7.24", "7.25", "7.26", "2.3", "3.4"}
"""Codes that mean one thing wherever they are used; the others are used for much, so that words go before them."""

_VAGUE = frozenset({Reason.TURNED_AWAY, Reason.SYSTEM, Reason.NETWORK, Reason.EXPIRED})


def find_status(text: str) -> str:
    """
    Find an enhanced status code (RFC 3463) in a text, but no piece of an IP address or a version.

    >>> find_status("smtp; 550 #5.1.1 192.0.2.25 unknown"), find_status("5.1.1.2"), find_status("on 4.12.26")
    ('5.1.1', '', '')
    """
    match = _ANSWERED.search(text[:_LIMIT]) or _STATUS.search(text[:_LIMIT])
    return match.group(1) if match else ""


def find_reply(text: str) -> str:
    """
    Find the three digits by which an SMTP server refused (RFC 5321 §4.2).

    >>> find_reply("smtp; 550 no such user"), find_reply("10.20.30.40 for 5 days")
    ('550', '')
    """
    match = _REPLY.search(text[:_LIMIT])
    return match.group(1) if match else ""


def find_reason(status: str, text: str) -> Reason:
    """
    Judge by the words where they say something, by the code where they do not.

    >>> find_reason("5.1.1", "Mailbox full")
    <Reason.FULL: 'mailbox full'>
    >>> find_reason("5.7.1", "")
    <Reason.POLICY: 'policy'>
    """
    said = _by_words(" ".join(text[:_LIMIT].split()))
    coded = _by_code(status)
    category, _, detail = status.partition(".")
    if detail in _PLAIN_CODES:
        return coded
    if said is Reason.UNKNOWN_MAILBOX and _contradicted(detail, text):
        return Reason.TURNED_AWAY
    if said is Reason.UNKNOWN_HOST and category == "4":
        return Reason.NETWORK
    if said is Reason.POLICY and detail == "4.1" and "recipient address rejected" in text.lower():
        return Reason.UNKNOWN_MAILBOX
    if said in _VAGUE and coded is not Reason.UNKNOWN:
        return coded
    return coded if said is Reason.UNKNOWN else said


def _contradicted(detail: str, text: str) -> bool:
    """
    Whether “user unknown” does not mean it: the code says otherwise, or the mailbox was taken and the mail was not.

    Some providers answer so where their customer wants no such mail; the mailbox lives.
    """
    if _AFTER_DATA.search(text) and not detail.startswith("1."):
        return True
    return detail[:2] in {"2.", "3.", "7."} and detail != "2.4" and "rcpt" not in text.lower()


def refused_whole(words: str) -> bool:
    """
    Whether a server refused a mail after it was sent wholly: then it had taken the mailbox (RFC 5321 §3.3).

    A transcript that shows DATA as the last command proves nothing: with pipelining (RFC 2920) the answer may be one to
    an earlier command.
    """
    return bool(_WHOLE.search(" ".join(words[:_LIMIT].split())))


_WHOLE = _words(r"(?:end of|after|sent) data\b")
_AFTER_DATA = _words(r"(?:end of|after|to|command\W{0,6}|>>>) ?data\b")


def _by_words(text: str) -> Reason:
    return next((reason for reason, pattern in _TOLD if pattern.search(text)), Reason.UNKNOWN)


def _by_code(status: str) -> Reason:
    _, _, detail = status.partition(".")
    return _CODES.get(detail, _CODES.get(detail.partition(".")[0], Reason.UNKNOWN))
