"""The words by which mail servers announce that a mail did not arrive, in the languages they write in."""

# ruff: noqa: E501  one line a language or a kind of phrase reads better than three

from __future__ import annotations

import re

__all__ = [
    "COPY",
    "DELAYED",
    "GIVEN_UP",
    "MACHINE",
    "MACHINE_NAME",
    "MACHINE_WORDS",
    "NO_RECIPIENT",
    "OPENING",
    "OTHER_LINE",
    "RECIPIENTS_FOLLOW",
    "REPLY",
    "STAGE",
    "STILL_TRYING",
    "SUBJECT",
    "TALKING",
    "TIME",
]


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE | re.MULTILINE)


MACHINE = _any(
    r"^mailer[-_. ]?daemon", r"smtp|mail[-_]service|^ndr\b", r"^post_?master\b", r"^poostmaster$", r"^mail[-_. ]?(?:delivery|er|system|server|gateway|admin)\w*(?:[-_. ](?:system|subsystem|agent|service|daemon))?$",
    r"^bounces?(?:[-_.+].{0,80})?$", r"^delivery[-_]?(?:status|failure|notification|subsystem)?$", r"^(?:ndr|dsn|undeliverable|mdaemon|smtpd?|mmdf|uucp)$", r"^microsoftexchange[0-9a-f]+", r"^mail\.delivery",
)  # fmt: skip
"""The mailbox of a mail server, before the @."""

MACHINE_NAME = _any(
    r"\bmailer[-_ ]?daemon\b", r"mail delivery (?:sub)?system", r"mail ?delivery (?:agent|service)", r"^\W*system administrator", r"mail administrator|\bndr administrator", r"internet mail delivery", r"electronic mail (?:system|interconnect)", r"\bpostmaster\b", r"mail router", r"\bmail ?server\b|mail gateway", r"почтов\w+ (?:служб|систем|сервер)", r"^\W*(?:systemadministrator|administrateur syst|administrador del sistema|administrador do sistema|amministratore di sistema|systeembeheerder|системный администратор|administrator systemu|システム管理者|系统管理员|系統管理員|시스템 관리자|systemadministratör|järjestelmänvalvoja|sistem yöneticisi|správce systému|rendszergazda)", r"メール(?:配信|配送)|郵件系統|邮件系统|메일 시스템",
)  # fmt: skip
"""What a mail server calls itself in From."""

MACHINE_WORDS = _any(
    r"\A[^\w>]*non-?delivery report", r"\A[^\w>]*this (?:message|report|mail) was (?:created|generated|sent) automatically by (?:the )?mail", r"\A[^\w>]*this is (?:an )?automatically generated delivery", r"\A[^\w>]*this is the (?:mail system|postfix program|mailer-daemon|qmail)",
)  # fmt: skip
"""How a machine introduces itself, as the first words of its mail."""

SUBJECT = _any(
    r"undeliver(?:able|ed)|un-?deliverable", r"(?:delivery|mail|message|transmission|nondelivery) (?:status )?(?:notification|failure|failed|error|problem|report|has failed)",
    r"(?:failure|failed|error|bounce) (?:notice|notification|mail|message|delivery|report)", r"returned (?:mail|message|to sender)|returning message|mail returned", r"(?:could not|cannot|can't|unable to|not) (?:be )?deliver(?:ed)?",
    r"delivery (?:delayed|incomplete|problem|status|report|notification)", r"(?:message|mail) (?:was )?(?:not |un)?delivered", r"mail system error", r"non-?delivery", r"user unknown|unknown (?:user|host|address)", r"warning: (?:message|could not send)", r"\bbounced?\b", r"\bfailure notice\b", r"^loop alert\b|^not member article\b", r"rejected (?:mail|message)|message rejected|not accepted",
    r"unzustellbar|nicht zugestellt|zustell(?:ung)?s?(?:fehler|bericht|benachrichtigung)?\b.{0,40}(?:fehl|verz|nicht|status)|rückläufer", r"non remis|échec (?:de (?:la )?)?(?:remise|livraison|distribution|d'envoi)|non distribu|notification d.état",
    r"no (?:se pudo )?(?:entrega|enviad)|(?:error|fallo|notificaci[oó]n) (?:de |en la )?(?:entrega|env[ií]o|estado)|devuelto", r"mancat[ao] (?:recapito|consegna)|non (?:recapitat|consegnat|recapitabile)|notifica .{0,20}(?:recapito|consegna)", r"n[aã]o (?:entregue|foi entregue|p[oô]de)|falha na entrega|notifica[cç][aã]o .{0,20}entrega|devolvid",
    r"onbestelbaar|niet (?:bezorgd|afgeleverd)|aflever(?:ing|fout)", r"не (?:доставлено|может быть доставлено|удается доставить|удалось доставить)|недоставлен|сбой доставки|ошибка доставки|сообщение не", r"niedostarcz|nie (?:można|udało się) dostarczyć|zwrot", r"oleverans|olevererbar|kunde inte levereras|kunne ikke (?:leveres|afleveres)|ulevert|ikke leveret|perille ?toimit", r"teslim edilem|iletilemedi",
    r"配(?:信|送|達)(?:不能|不可|エラー|できません|失敗)|送信(?:エラー|できません|失敗)|エラー通知|届きません|不達", r"(?:退信|无法投递|投递失败|退件|無法投遞|未送達|发送失败|系统退信|未送达|未傳遞|无法传递|無法傳遞)", r"(?:반송|전송 실패|배달 실패|발송 실패|보내지 못|배달되지 않음|배달할 수 없)", r"nedoručiteln|nedoručen|kézbesíthetetlen|kézbesítési", r"αδυναμία|δεν παραδόθηκε", r"تعذر (?:ال)?تسليم|لم يتم (?:ال)?تسليم", r"לא נמסר|לא ניתן (?:היה )?למסור", r"не вдалося (?:доставити|надіслати)|недоставлен|не доставлено", r"nelivrabil|nu a (?:putut fi )?livrat|livrare eșuată", r"không (?:gửi|thể gửi|thể chuyển|chuyển) được|không thể (?:gửi|chuyển|phân phối)", r"tidak (?:dapat|bisa) (?:dikirim|terkirim)|pengiriman gagal|gagal terkirim", r"ไม่สามารถส่ง|ส่งไม่สำเร็จ", r"недоставим|не може да бъде достав", r"nije (?:moguće )?(?:isporu|dostav)|neisporu|nedoručiteľn|nedoručen", r"ikke leveres", r"echec de (?:livraison|remise|distribution)",
)  # fmt: skip
"""What stands in the subject of a report."""

OPENING = _any(
    r"(?:could not|couldn.t|cannot|can.t|can not|was not|wasn.t|were not|unable to|not able to|failed to|has not been|did not|not possible to) (?:yet )?(?:be )?(?:\w+ )?(?:deliver(?:ed)?|reach(?:ed)?|sent|send|complete|accept(?:ed)?)",
    r"(?:delivery|transmission|message|mail)\b.{0,60}\b(?:has )?(?:failed|failure|undeliverable|was undeliverable|bounced|delayed|rejected|returned|expired)", r"undeliver(?:able|ed)",
    r"permanent (?:fatal )?(?:error|failure)", r"fatal errors", r"had (?:delivery )?problems", r"(?:following|these) (?:\w+ )?(?:recipients?|address(?:es)?|destination)", r"transcript of session", r"failed (?:recipient|address)|failure reasons?|non-?delivery", r"returned (?:message|mail|to you|to sender)", r"error (?:occurred )?(?:while|delivering|message below)|invalid (?:user|final|recipient|address)", r"problem(?:s)? (?:delivering|with)",
    r"this user doesn|mailbox is full|user unknown|unknown user|no such user|recipient (?:not|unknown)", r"is the (?:mailer-daemon|postfix program|qmail)", r"delivery status notification", r"did not like our|duplicated message-id",
    r"nicht (?:\w+ )?(?:zugestellt|ausgeliefert|übermittelt|gesendet)|unzustellbar|zustellung.{0,60}(?:fehlgeschlagen|nicht|gescheitert)", r"n[’']a (?:pas )?pu être|n'ont pas (?:été|pu)|pas pu être (?:remis|livr|distribu|envoy|délivr)|échec de|impossible de (?:remettre|livrer|distribuer)|non remis",
    r"no (?:se )?(?:ha )?(?:podido|pudo|puede|fue|ha sido) (?:\w+ )?(?:entreg|envi)|no (?:pudo|puede) ser entregad|error al entregar", r"non (?:è stato|ha potuto|è stata|può|sono stat\w|è possibile|è riuscit\w) .{0,40}(?:recapit|consegn|invi)|impossibile (?:recapitare|consegnare)", r"n[aã]o (?:p[oô]de|foi|conseguiu|pude\w*) .{0,40}(?:entreg|envi)|falha na entrega|n[aã]o foi poss[ií]vel",
    r"kon(?:den)? niet .{0,60}(?:bezorgd|afgeleverd|worden)|niet (?:bezorgd|afgeleverd)|kan niet worden", r"не (?:может быть|было|удалось|доставлен)|невозможно доставить|ошибка", r"nie (?:można|udało się|mogła|została|może) .{0,40}(?:dostarcz|wysł)", r"kunde inte (?:\w+ )?(?:levereras|skickas)|kunne ikke (?:\w+ )?(?:leveres|sendes|afleveres)|ei voitu toimittaa", r"teslim edilem|iletilem|gönderilem",
    r"(?:配信|送信|配送|配達|お届け).{0,12}(?:でき(?:ません|なかった)|失敗|不能|エラー)|エラー", r"(?:无法|未能|不能).{0,12}(?:投递|送达|发送|送達|傳送|投遞)|投递失败|被退回|退信", r"(?:전송|배달|전달).{0,10}(?:실패|못|수 없)", r"nachricht\b.{0,20} hat .{0,60}nicht erreicht|empfänger konnten nicht erreicht|message\b.{0,20} n'a pas atteint|mensaje\b.{0,20} no (?:ha llegado|llegó) a|messaggio\b.{0,20} non ha raggiunto|mensagem\b.{0,20} não (?:chegou|atingiu)|bericht\b.{0,20} heeft .{0,60}niet bereikt|wiadomość\b.{0,20} nie dotarł|сообщение\b.{0,20} не (?:дошло|достигло)|meddelande\w*\b.{0,20} (?:har inte nått|nådde (?:inte|ikke))|mottagare kunde inte nås|ileti\w*\b.{0,20} ulaşmadı|viesti\w*\b.{0,20} ei tavoittanut|メール.{0,12}届きません|邮件.{0,8}未到达", r"сбой доставки|не удается доставить|[无無]法[将將].{0,16}(?:传递|傳遞|傳送|发送|投递)|未送[达達]|배달하지 못|olevererbar", r"nelze doručit|nebyl[ao]? doručen|nem (?:sikerült|lehetett) kézbesíteni", r"не вдалося (?:доставити|надіслати)|не може бути (?:доставлен|надіслан)|неможливо доставити", r"nu a (?:putut|fost) .{0,20}(?:livrat|trimis)|nu s-a putut (?:livra|trimite)", r"không thể (?:gửi|chuyển|phân phối)|không (?:gửi|chuyển) được", r"tidak (?:dapat|bisa|berhasil) (?:di)?(?:kirim|antar|sampaikan)|gagal (?:di)?kirim", r"ไม่สามารถ.{0,10}ส่ง|ส่งไม่สำเร็จ", r"δεν (?:παραδόθηκε|ήταν δυνατή η παράδοση)", r"تعذر (?:ال)?تسليم|لم (?:يتم|نتمكن من) (?:ال)?تسليم", r"לא (?:ניתן (?:היה )?למסור|הי[ית]תה אפשרות למסור|נמסר)", r"не може да (?:бъде )?достав|nije (?:bilo )?moguće (?:isporučiti|dostaviti)|nie je možné doručiť|nemožno doručiť",
)  # fmt: skip
"""How the words of a report begin."""

DELAYED = _any(
    r"will be (?:re-?tried|retried|attempted)", r"will (?:keep |continue )(?:re)?try|(?:mail|delivery) attempts will continue|we(?:'ll| will) (?:keep|continue)|continue to (?:try|attempt)|still (?:be )?(?:being )?(?:re)?tr(?:y|ied|ying)", r"no action is required", r"this is a warning(?: message)? only|you do not need to resend|warning: (?:message|could not send).{0,80}(?:still|delayed|past|hours)", r"(?:delivery|message|mail)\b.{0,30}\b(?:is |has been |was |temporarily )?delayed", r"has not (?:yet )?been delivered (?:yet|to)", r"\(delay\)", r"will (?:be )?try again",
    r"verzögert|(?:wird|werden|wir)\b.{0,60}(?:erneut|weiter(?:hin)?)\b.{0,20}versuch|weitere (?:zustell)?versuche|zustellung unvollständig", r"retard[ée]|sera (?:à nouveau|réessay)|nouvelles tentatives|distribution incomplète", r"retrasad|(?:seguirá|seguiremos) intent|volver(?:á|emos) a intent|se (?:seguirá|volverá)|entrega incompleta", r"ritardat|ritenter|riprover[àe]|recapito incompleto", r"atrasad|(?:tentará|tentaremos)\b.{0,20}novamente|continuar(?:á|emos) (?:a )?tenta", r"vertraagd|opnieuw (?:worden )?geprobeerd|blijft proberen|niet voltooid", r"задерж|повторн\w+ попыт|попытк\w+ .{0,30}(?:продолж|повтор)|продолжит", r"遅延|再送を|再送中|再試行(?:します|され)|引き続き", r"延迟|稍后(?:会|将)|延遲|[将將会會](?:继续|繼續|重试|重試|再次尝试|再次嘗試)", r"opóźnion|ponowi(?:my|one|ona|ony)\b|kolejne próby", r"försen|forsink|viiväst", r"gecik|(?:yeniden|tekrar) denenecek|denemeye devam", r"zpožd|opožd|késik|késleltet", r"затрима|întârziat|지연|계속 시도",
)  # fmt: skip
"""Words of a report about a mail that is still on its way."""

STILL_TRYING = _any(
    r"(?:will|is going to) (?:be |keep |continue )?(?:re-?tried|retry|retrying|try again)", r"attempts will continue", r"no action is required", r"do(?:es)? not need to re-?send", r"warning (?:message )?only", r"kept in the queue", r"temporary failure report", r"keine (?:weitere )?aktion (?:ist )?erforderlich", r"aucune action (?:n'est )?requise", r"will (?:continue to be|be) attempted|keep trying", r"nouvelles tentatives", r"(?:wird|werden|wir)\b.{0,60}weiter(?:hin)?\b.{0,20}versuch", r"(?:seguirá|seguiremos) intent|volver(?:á|emos) a intent", r"riprover[àe]", r"(?:tentará|tentaremos)\b.{0,20}novamente",
)  # fmt: skip
"""Words that say so without doubt, whatever stands beside them."""

GIVEN_UP = _any(
    r"permanent (?:fatal )?(?:error|failure)", r"given up|giving up|gave up", r"failed permanently", r"will not be (?:re)?tried", r"has failed", r"unable to deliver .{0,40}after", r"could not be delivered for \d", r"unrecoverable", r"message will be deleted", r"endgültig|dauerhaft", r"définitive|permanente?\b",
)  # fmt: skip
"""Words of a report about a mail that is given up."""

TIME = _any(r"retry time", r"retry timeout", r"timed out|time-?out|temporar|deferred|for \d+ (?:days|hours)|4\d\d ")
"""Words of a failure for want of time."""

COPY = _any(
    r"^\W{0,20}(?:below|here)? ?(?:this line|this|below|following|attached|included|enclosed|here)? ?(?:is|are)? ?(?:a )?copy of (?:the|your|my) (?:\w+ )?(?:message|mail|header)",
    r"^\W{0,20}below (?:this line )?is (?:a copy|the)", r"^\W{0,20}this is a copy of", r"^\W{0,20}(?:included|attached|enclosed) is a copy", r"^\W{2,20}(?:the )?(?:unsent|original|returned|undelivered|your|failed) (?:message|mail|e-?mail)\b(?! (?:was|is|has|could|can|cannot|will|did)\b)(?!.{0,30}\bwas received)",
    r"^\W{0,20}(?:the )?(?:unsent|original|returned|your) (?:message|mail|e-?mail|message header)s?(?: text)?\b.{0,20}(?:follow(?:s|ing)?\W*$|as follows|below\W*$|starts?\W*$|:\s*$)", r"^\W{0,20}(?:message|mail) (?:text|headers?|body|contents?|copy|log)? ?(?:follow|begins?)", r"^\W{0,20}(?:original )?(?:message )?headers?(?: of (?:the|your) (?:original )?(?:message|mail))?(?: follow|:\s*$)",
    r"^[ \t>]{0,8}Received:[ \t]{0,4}(?:from|by|\()", r"^[ \t>]{0,8}Return-Path:", r"^\W{2,20}(?:urspr.ngliche|original)\w* (?:nachricht|mail)", r"^\W{2,20}message d.origine", r"^\W{2,20}mensaje original", r"^\W{2,20}messaggio originale", r"^\W{2,20}mensagem original", r"^\W{2,20}(?:исходное|оригинальное) (?:сообщение|письмо)", r"^\W{2,20}元の?メール", r"^\W{2,20}(?:ci-dessous|voici) (?:le message|une copie)", r"^\W{2,20}(?:unten|nachfolgend|es folgt)\b.{0,40}(?:kopie|nachricht)", r"^\W{2,20}original mail info",
)  # fmt: skip
"""Where the returned mail begins."""

OTHER_LINE = _any(
    r"^\W{0,8}(?:from|sender|reply-to|mail from|cc|subject|contact|sent|message-id|date|by|envelope|received|reporting)\b", r"generated (?:from|by)|\bcontact\b|ultimately|envelope-(?:from|sender)", r"^[ \t]*(?:>>>|<<<) *(?:mail from|data|\d{3})", r"https?://",
)  # fmt: skip
"""Lines that name somebody else."""

RECIPIENTS_FOLLOW = _any(
    r"\b(?:following|these)\b.{0,40}(?:recipients?|address(?:es)?|destinations?|users?)", r"failed (?:recipients?|address)", r"did not reach", r"permanent fatal errors", r"delivery problems", r"deliver(?:y|ed) to(?: the following)?\b.{0,40}:\s*$",
    r"folgende\w* (?:empf|adress)", r"(?:destinataires?|adresses?) suivant", r"siguientes? (?:destinatari|direcci)", r"seguent\w (?:destinatari|indirizz)", r"seguintes? (?:destinat|endere)", r"следующ\w+ (?:адрес|получател)|получателям", r"以下の|次の受信者", r"następując\w+ (?:odbiorc|adres)|följande (?:mottagar|adress)|følgende (?:modtager|mottaker|adresse)|seuraavi\w+ (?:vastaanottaj|osoit)|aşağıdaki (?:alıcı|adres)|následujíc\w+ (?:příjemc|adres)|következő (?:címzett|cím)|таким одержувачам|următor\w+ (?:destinatar|adres)|ακόλουθ\w+ παραλήπτ|người nhận sau|penerima berikut|下列收件者|以下收件人|다음 (?:받는|수신)",
)  # fmt: skip
"""The line below which the recipients stand."""

STAGE = _any(
    r"\brcpt\b", r"does not like recipient", r"\(state 1[2-4]\)", r"recipient (?:was |address )?(?:rejected|refused)"
)
"""That a server refused the recipient, before there was a mail to refuse."""

TALKING = _any(r"^\W{0,4}while (?:talking|connected) to\b")
"""How a session begins in a transcript."""

NO_RECIPIENT = _any(r"^(?:mailer-?daemon|post_?master|abuse|support|help(?:desk)?|admin|hostmaster|noreply|no-reply)@")
"""Addresses a report names for help."""

REPLY = _any(r"^\s*(?:re|aw|sv|antw|odp|ref|rif|回复|答复)\s*(?:\[\d+\])?\s*[:：]")
"""The subject of an answer."""
