"""The words by which mail programs announce a quote or a signature, in the languages people write in."""

from __future__ import annotations

import re

__all__ = [
    "ANNOUNCES_ANSWERS", "BRAND", "CLOSING", "DEVICE_ENDS", "DEVICE_OPENS", "DEVICE_OWNED", "EXCUSE", "GADGET",
    "GET_OUTLOOK", "GREETING", "LABELS", "MAKER", "PRINTED", "QUOTING", "SEPARATORS", "STARTS_DATE", "VERB",
    "VERB_ENDS",
]  # fmt: skip

# "Wrote", as attribution lines have it.
_VERBS = (
    "wrote", "writes", "schrieb", "schreibt", "geschrieben", "a écrit", "a ecrit", "écrit", "escribió", "escribio",
    "escribe", "escribiu", "va escriure", "ha escrit", "escreveu", "ha scritto", "scrive", "a scris", "schreef",
    "skrev", "skreiv", "skrifaði", "kirjoitti", "kirjutas", "napisał", "napisała", "pisze", "napsal", "napsala",
    "napísal", "napísala", "napisal", "napisala", "napisao", "написао", "írta", "írt", "написал", "написала", "пишет",
    "пише", "написав", "написа", "έγραψε", "yazdı", "yazdi", "yazmış", "đã viết", "menulis", "rašė", "rakstīja",
    "כתב", "כתבה", "كتب", "كتبت", "تمت كتابة", "نوشت", "ने लिखा", "লিখেছেন", "எழுதியது", "లిఖించారు", "لکھا", "shkroi",
    "напиша", "напісаў", "գրել է", "დაწერა", "წერდა", "het geskryf", "sumulat", "isinulat", "aliandika",
    "píše", "piše", "scrie", "escreve", "a scrìobh", "ysgrifennodd", "scríobh", "skribis", "redactou", "napisana przez",
)  # fmt: skip
# Scripts without spaces between words.
_JOINED_VERBS = (
    "写道",
    "寫道",
    "写到",
    "のメール",
    "書きました",
    "작성",
    "썼습니다",
    "쓴 글",
    "님이 씀",
    "さんが書いた",
    "เขียน",
    "yazdı",
    "yazdılar",
)
VERB = re.compile(rf"(?<!\w)(?:{'|'.join(_VERBS)})(?!\w)|{'|'.join(_JOINED_VERBS)}", re.IGNORECASE)
VERB_ENDS = (
    "wrote",
    "schrieb",
    "écrit",
    "escribió",
    "escreveu",
    "scritto",
    "schreef",
    "skrev",
    "написал",
    "geschreven",
)

# How attribution lines begin before the date, where they begin by a word at all.
STARTS_DATE = re.compile(
    r"\W{0,4}(?:on|am|le|el|il|il giorno|in data|em|no dia|op|den|d\.|dne|dňa|dnia|w dniu|pe|la data|vào|pada|"
    r"στις|dana|den|på|в|\d)(?![^\W\d])",
    re.IGNORECASE,
)
QUOTING = re.compile(r"(?:quoting|zitat von|citando|citation de|citaat van|citat från|cytowanie)\s", re.IGNORECASE)

# The field names of a quoted header block: F from, D date, T to, C copy, S subject, O other.
_FIELDS = {
    "F": "from|von|de|da|van|fra|från|lähettäjä|od|от|от кого|від|від кого|από|kimden|gönderen|发件人|寄件者|寄件人|"
    "差出人|送信者|보낸 사람|보낸사람|발신|발신자|feladó|expeditor|expéditeur|mittente|remitente|absender|remetente|"
    "afzender|"
    "avsändare|afsender|avsender|מאת|من|отправитель|dari|từ|odesílatel|odosielateľ|saatja|nadawca|sender|de la|šalje|"
    "nuo|จาก|از|प्रेषक|frá|daripada|pošiljatelj|pošiljalac|шаље|od|nga|nork|igorlea|oddi wrth",
    "D": "sent|date|gesendet|datum|envoyé|envoyé le|date d'envoi|message du|enviado|enviado el|enviado em|enviada em|"
    "fecha|data|inviato|data invio|verzonden|sendt|dato|skickat|lähetetty|päivämäärä|päiväys|wysłano|wysłane|"
    "odesláno|odoslané|отправлено|дата|дата отправки|відправлено|надіслано|στάλθηκε|ημερομηνία|gönderildi|"
    "gönderme tarihi|tarih|发送时间|发送日期|日期|时间|傳送日期|寄件日期|時間|送信日時|日時|日付|보낸 날짜|날짜|"
    "보낸날짜|elküldve|dátum|trimis|trimis la|נשלח|תאריך|تاريخ|التاريخ|dikirim|tanggal|ngày|đã gửi|изпратено|poslano|"
    "saadetud|sent at|date sent|enviat|išsiųsta|nosūtīts|ส่ง|วันที่|تم الإرسال|ارسال شده|भेजा गया|तारीख|tanggal kirim|"
    "dihantar|"
    "datë|датум|испратено|послато|bidalia|enviado o|anfonwyd|cuireadh",
    "T": "to|an|à|a|para|aan|til|till|vastaanottaja|do|dla|komu|кому|до|προς|kime|alıcı|收件人|收件者|宛先|받는 사람|"
    "받는사람|받은 사람|수신|수신자|saaja|címzett|către|אל|إلى|destinataire|destinatario|destinatário|empfänger|"
    "pour|kepada|đến|za|prima|"
    "ontvanger|adresat|recipient|adressaat|kam|ถึง|به|सेवा में|प्रति|за|tới|nori|chuig",
    "C": "cc|bcc|kopie|copie à|copie|copia|kopia|kopi|kopie an|копия|копія|抄送|副本|참조|cópia|tiedoksi|dw|bilgi",
    "S": "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|emne|ämne|aihe|temat|předmět|predmet|тема|θέμα|"
    "konu|主题|主旨|主題|件名|제목|tárgy|subiect|נושא|الموضوع|subjek|perihal|chủ đề|относно|assumpte|teema|sujet|"
    "zadeva|temats|efni|เรื่อง|موضوع|विषय|"
    "tema|gaia|asunto|предмет|pwnc|ábhar|tajuk|naslov",
    "O": "reply-to|attachments|attachment|anlagen|anhang|importance|priority|priorität|wichtigkeit|antwort an|"
    "répondre à|pièces jointes|organization|resent-from|resent-date|resent-to|allegati|bijlagen|priorité",
}
LABELS = {name: kind for kind, names in _FIELDS.items() for name in names.split("|")}

# What stands between dashes above a quoted or forwarded mail.
SEPARATORS = (
    "original message", "original appointment", "forwarded message", "forwarded mail", "reply message",
    "replied message", "previous message", "above this line", "ursprüngliche nachricht", "urspr. nachricht",
    "originalnachricht", "original-nachricht", "original-mail", "original nachricht", "originalmail",
    "weitergeleitete nachricht", "message d'origine", "message d’origine", "message original", "message initial",
    "message transféré", "message transmis", "mensaje original", "mensaje reenviado", "messaggio originale",
    "messaggio inoltrato", "mensagem original", "mensagem encaminhada", "mensagem reencaminhada",
    "oorspronkelijk bericht", "oorspronkelijke bericht", "origineel bericht", "doorgestuurd bericht",
    "oprindelig meddelelse", "oprindelig besked", "videresendt", "opprinnelig melding", "original melding",
    "ursprungligt meddelande", "originalmeddelande", "vidarebefordrat", "alkuperäinen viesti", "välitetty viesti",
    "wiadomość oryginalna", "oryginalna wiadomość", "wiadomość przekazana", "przekazana wiadomość",
    "původní zpráva", "přeposlaná zpráva", "pôvodná správa", "preposlaná správa", "eredeti üzenet",
    "továbbított üzenet", "исходное сообщение", "оригинальное сообщение", "пересылаемое сообщение",
    "пересланное сообщение", "перенаправленное сообщение", "початкове повідомлення", "оригінальне повідомлення",
    "переслане повідомлення", "özgün ileti", "orijinal mesaj", "orijinal ileti", "iletilen mesaj", "yönlendirilmiş",
    "mesaj original", "mesaj redirecționat", "αρχικό μήνυμα", "προωθημένο μήνυμα", "原始邮件", "原始郵件",
    "转发的邮件", "转发邮件", "轉寄的郵件", "元のメッセージ", "オリジナルメッセージ", "オリジナル メッセージ",
    "転送メッセージ", "転送されたメッセージ", "원본 메시지", "원본 메일", "전달된 메시지", "הודעה מקורית",
    "הודעה שהועברה", "الرسالة الأصلية", "رسالة معاد توجيهها", "missatge original", "izvorna poruka",
    "původní e-mail", "původní mail", "pôvodný e-mail", "原邮件", "원본 이메일", "orjinal mesaj", "оригинално писмо",
    "оригинално съобщение", "opprinnelig e-post", "original e-mail", "original email", "message d'origine",
    "e-mail d'origine", "courriel d'origine", "correo original", "originele e-mail", "oorspronkelijke e-mail",
    "originaal", "algne kiri", "originali žinutė", "sākotnējais ziņojums", "izvirno sporočilo", "upprunaleg skilaboð",
    "ข้อความต้นฉบับ", "मूल संदेश", "پیام اصلی", "mesej asal", "mezua", "mensaxe orixinal", "originalnachricht",
    "originalna poruka", "tin nhắn gốc", "thư gốc", "pesan asli", "begin forwarded", "weitergeleiteten nachricht",
    "début du message", "inicio del mensaje", "inizio messaggio", "início da mensagem", "begin doorgestuurd",
)  # fmt: skip

# The author says that answers stand inside the quote, where no sign may tell them apart.
ANNOUNCES_ANSWERS = re.compile(
    r"\b(?:in-?line\b(?! with)|see (?:below|my \w+ below)|(?:answer|comment|repl|respon|antwort|kommentar|réponse|"
    r"commentaire|respuesta|comentario|rispost|comment|antwoord|svar|odpowied)\w*\b[^.\n]{0,30}"
    r"\b(?:below|in (?:red|blue|green|bold|capitals|caps)|unten|im text|in (?:rot|blau|grün|fett)|ci-dessous|"
    r"en (?:rouge|bleu|vert|gras)|dans le texte|abajo|en (?:rojo|azul|negrita)|sotto|in (?:rosso|blu)|hieronder|"
    r"in (?:rood|blauw)|nedan|nedenfor|poniżej)|siehe unten|weiter unten|voir ci-dessous|zie hieronder)\b",
    re.IGNORECASE,
)

# "Sent from my telephone", by the telephone.
_OWNED = (
    "sent from my|sent (?:with|via|using) my|von meinem|gesendet von meinem|gesendet von mein|envoyé de mon|"
    "envoyé depuis mon|envoyé de ma|envoyé depuis ma|envoyé avec mon|enviado desde mi|enviado de mi|enviado do meu|"
    "enviado de meu|enviado a partir do meu|inviato dal mio|inviato da mio|verzonden vanaf mijn|verstuurd vanaf mijn|"
    "skickat från min|skickat från mitt|sendt fra min|sendt fra mit|sendt fra mitt|lähetetty|wysłane z mojego|"
    "wysłano z mojego|wysłane z|odesláno z mého|odesláno z|odoslané z môjho|odoslané z|отправлено с моего|"
    "отправлено с|надіслано з мого|надіслано з|trimis de pe|στάλθηκε από|εστάλη από|enviat des del meu|dikirim dari|"
    "đã gửi từ|được gửi từ|gửi từ|elküldve az|发自我的|寄自我的|從我的|从我的|傳送自|나의|내|נשלח מה|نُرسل من|أرسلت من|"
    "أُرسلت من|مرسل من|"
    "تم الإرسال من|ส่งจาก|poslano s mojeg|poslano iz|изпратено от моя|изпратено от|verzonden vanuit mijn"
)
_OTHER = (
    "sent from|sent via|sent with|sent using|sent by|gesendet von|gesendet mit|gesendet aus|"
    "von(?= .{1,40} gesendet\\W*$)|diese nachricht wurde von|"
    "diese nachricht wurde mit|diese e-mail wurde von|diese e-mail wurde mit|"
    "envoyé depuis|envoyé à partir de|envoyé à partir d'|envoyé avec|envoyé de|enviado desde|enviado con|enviado do|"
    "enviado pelo|enviado através|inviato da|inviato dal|inviato con|verzonden vanaf|verzonden met|verstuurd vanaf|"
    "skickat från|skickades från|skickat med|sendt fra|sendt med|sendt via|wysłane|wysłano|odesláno|odoslané|"
    "lähetetty|trimis|enviat|enviada|enviada desde|mandato da|inviata da|inviata con|poslano|послато|изпратено|"
    "отправлено из|отправлено через|надіслано|发送自|发自|从|從|来自|來自"
)
_LEAD = r"[\W_]{0,4}"
DEVICE_OWNED = re.compile(rf"{_LEAD}(?:{_OWNED})", re.IGNORECASE)
DEVICE_OPENS = re.compile(
    rf"{_LEAD}(?:{_OWNED}|{_OTHER})(?!\w)|{_LEAD}(?:发自|寄自|從我的|从我的|나의|内|נשלח)", re.IGNORECASE
)
# Languages that put the verb last.
DEVICE_ENDS = re.compile(
    r"(?:gönderildi|から送信|から送信されました|에서 보냄|에서 보냈습니다|에서 전송|küldve|傳送|发送|"
    r"发出)\W{0,3}$",
    re.IGNORECASE,
)
BRAND = re.compile(
    r"iphone|ipad|ipod|ios\b|android|blackberry|galaxy|windows|outlook|gmail|yahoo|\baol\b|\bgmx\b|web\.de|proton|"
    r"zoho|yandex|яндекс|mail\.ru|\bspark\b|typeapp|blue ?mail|\bk-9|fastmail|airmail|sparrow|mailbird|thunderbird|"
    r"edison|tutanota|\btuta\b|superhuman|mymail|айфон|андроид|mail[ -]?app|libero ?mail|orange mail|mail orange|"
    r"la ?poste|seznam|"
    r"wp poczta|onet poczt|fairemail|\bnaver\b|네이버|qq ?邮箱|qq ?郵箱|foxmail|網易|网易|canary mail|newton mail|"
    r"hey\.com|mailspring|posteo|mailbox\.org|rambler|рамблер|freenet",
    re.IGNORECASE,
)
# These make other things, too, which may be "sent from Apple".
MAKER = re.compile(
    r"apple|macbook|samsung|huawei|xiaomi|redmi|oneplus|oppo|realme|nokia|lumia|pixel|motorola|xperia|\bhtc\b|wiko|"
    r"fairphone|alcatel|verizon|\bmac\b",
    re.IGNORECASE,
)
GET_OUTLOOK = re.compile(
    r"\W*(?:[^\s?!]+ ){0,3}outlook(?: (?:for|für|pour|para|per|voor|för|til|till|dla|для|na|untuk|cho|pentru|pro|"
    r"для|за|"
    r"สำหรับ|עבור|για|del|dels?|systemu|của))? (?:systemu )?(?:لـ ?)?(?:ios|android|mac|windows)\S*"
    r"(?: ?\S{1,14}){0,2}$|\W*(?:ios|android)(?:용|版| için|-hez)? ?(?:的 ?)?outlook\S*(?: ?\S{1,14}){0,2}$|"
    r"\W*az (?:ios|android)\S* outlook beszerzése\S*$",
    re.IGNORECASE,
)
# What mail providers and virus scanners print below everybody's words.
PRINTED = re.compile(
    r"\W{0,3}(?:yahoo mail: [^.?!]{8,60}$|yahoo mail : [^.?!]{8,60}$|(?:virus-free|virenfrei|libre de virus|"
    r"sans virus|garanti sans virus|virusvrij|virusfri|без вирусов|senza virus|privo di virus|livre de vírus|"
    r"не содержит вирусов|wolny od wirusów|bez wirusów)\b.{0,40}(?:avast|avg)|(?:this (?:e-?mail|message) has been "
    r"checked for viruses|diese e-mail wurde (?:von|mit) avast|cet e-mail a été vérifié|este (?:correo|e-mail) "
    r"(?:electrónico )?(?:ha sido|foi) (?:comprobado|verificado)|questa e-?mail è stata controllata|deze e-mail is "
    r"gecontroleerd|данное (?:письмо|сообщение) проверено).{0,60}(?:avast|avg)).{0,40}$",
    re.IGNORECASE,
)
GADGET = re.compile(
    r"phone|mobil|móvil|movil|celular|telefon|telefoon|téléphone|telefone|portable|tablet|handy|cell|wireless|"
    r"телефон|смартфон|планшет|手机|手機|携帯|휴대|puhelim|cihaz|device|gerät|appareil|komórk",
    re.IGNORECASE,
)
EXCUSE = re.compile(
    r"excuse|forgive|typo|brevity|brief|autocorrect|tippfehler|kürze|fautes|errores|errori", re.IGNORECASE
)

GREETING = re.compile(
    r"(?:hi|hello|hey|dear|hallo|guten (?:tag|morgen|abend)|liebe[rs]?|sehr geehrte[rs]?|bonjour|bonsoir|salut|hola|"
    r"buenos días|buenas tardes|estimad[oa]|ciao|buongiorno|buonasera|gentile|olá|oi|bom dia|prezad[oa]|beste|"
    r"geachte|hej|hei|kära|kære|hyvä|cześć|dzień dobry|dobrý den|ahoj|здравствуйте|добрый день|привет|merhaba|"
    r"sayın|您好|你好|안녕하세요|こんにちは|good (?:morning|afternoon|evening))(?!\w)[^.?\n]{0,40}[,!.:，！]?$",
    re.IGNORECASE,
)
# A closing formula alone on its line. "Thanks" is not one: it is said to someone.
_CLOSINGS = (
    r""
    r"(?:with )?(?:very )?(?:my )?(?:kind|kindest|best|warm|warmest|many)(?: and warm)? (?:regards|wishes|greetings)|"
    r"regards|rgds|(?:best|yours|cheers|att|abs|hugs)(?=\s*,)|lg|vg|kh|vh|bg|vlg|kr|br|sds|cdlt|bàv|"
    r"(?:yours )?(?:very )?(?:sincerely|faithfully|truly)(?: yours)?|all the best|respectfully(?: yours)?|"
    r"mit (?:freundlichen?|freundlichem|bestem?n?|lieben?|liebem|herzlichen?|vielen|schönen) (?:grüßen|grüssen|gruß|"
    r"gruss|grüße)(?: aus [\w ]{2,20})?|"
    r"(?:freundliche|beste|liebe|herzliche|viele|schöne|freundlicher|lieber) (?:grüße|grüsse|grüßen|gruß|"
    r"gruss)(?: aus [\w ]{2,20})?|"
    r"(?:schönen |lieben |herzlichen )?gru(?:ß|ss)|grüße|grüsse|mfg|hochachtungsvoll|(?:bien |très )?cordialement|"
    r"(?:bien )?à vous|(?:bien )?amicalement|respectueusement|"
    r"(?:sincères |cordiales |meilleures )?salutations(?: distinguées)?|"
    r"(?:un |muchos |reciba un )?(?:cordial |atento )?saludos?(?: cordial(?:es)?)?|atentamente|atte\.?|cordialmente|"
    r"(?:un|una) (?:saúdo|abrazo|salutació)|salutacions(?: cordials)?|atentament|"
    r"(?:cordiali |distinti |un |un cordiale |tanti )?salut[io](?: cordiali)?|atenciosamente|"
    r"(?:com os )?(?:melhores )?cumprimentos|(?:um )?abraços?|att\.|"
    r"(?:met )?(?:vriendelijke |hartelijke |beste )?groet(?:en|jes)?|(?:met )?vriendelijke groet(?:en)?|mvg|"
    r"hoogachtend|(?:med )?(?:vänlig(?:a)?|bästa|varma|soliga) hälsning(?:ar)?|hälsning(?:ar)?|mvh|"
    r"(?:med )?(?:de )?(?:venlige?|vennlig|kærlig|bedste|beste|mange) hils(?:en|ner)|hils(?:en|ner)|bh|"
    r"(?:serdecznie |z góry dziękuję i )?pozdrawiam(?: serdecznie)?|z poważaniem|z powazaniem|"
    r"(?:serdeczne )?pozdrowienia|z wyrazami szacunku|(?:s |se srdečným |s přátelským |s priateľským )pozdrav[eo]m|"
    r"(?:hezký|pekný) deň|s úctou|(?:ystävällisin |parhain )?terveisin|terveisiä|t\.|"
    r"(?:lugupidamisega|parimate soovidega|tervitades)|pagarbiai|su pagarba|ar cieņu|lai jauka diena|"
    r"(?:lep |lepo |srdačan |srdačno |lijep |puno )?pozdrav(?:ljeni)?|s poštovanjem|срдачан поздрав|поздрав|"
    r"с уважением|с уважение|с наилучшими пожеланиями|з повагою|з найкращими побажаннями|поздрави|saygılarımla|"
    r"saygılarımızla|iyi çalışmalar|sevgiler|selamlar|(?:szívélyes )?üdvözlettel|(?:szép napot és )?üdv|"
    r"tisztelettel|cu stimă|cu respect|toate cele bune|(?:με |φιλικά,? )?(?:εκτίμηση|φιλικούς χαιρετισμούς)|φιλικά|"
    r"χαιρετισμούς|kveðja|(?:með )?bestu kveðju[rm]?|salam(?: hormat)?|hormat saya|trân trọng|thân mến|"
    r"ขอแสดงความนับถือ|בברכה|בכבוד רב|(?:مع )?(?:أطيب |خالص )?(?:التحيات|التحية|تحياتي)|وتفضلوا بقبول فائق الاحترام|"
    r"با احترام|सादर|धन्यवाद सहित|敬具|草々|此致|此致敬礼|此致敬禮|敬上|祝好|顺颂商祺|順頌商祺|敬祝商祺|감사합니다|"
    r"올림"
)
CLOSING = re.compile(rf"(?:{_CLOSINGS})[\s,.!;:，。！]*$", re.IGNORECASE)
