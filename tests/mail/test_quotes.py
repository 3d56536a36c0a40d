"""Replies as mail programs write them, and what of each is new."""

import random

import pytest

from evenhand.mail.quotes import MARKER, NOTICE, Cut, cut_text, openings
from tests.mail.steps import steps

# Story, what the author wrote, and what the mail program put below it.
TAILS = [
    ("gmail", "Yes, the blue one.", "On Fri, May 3, 2024 at 10:15 AM Ben <ben@shop.example> wrote:\n\n> Which colour?\n> Ben"),
    ("gmail-wrapped", "Yes.", "On Fri, May 3, 2024 at 10:15 AM Ben Seller and Daughters <\nben@shop.example> wrote:\n\n> Which?"),
    ("gmail-verb-alone", "Yes.", "On Fri, 3 May 2024, 10:15 am Ben Seller of the Shop, <ben@shop.example>\nwrote:\n\n> Which?"),
    ("gmail-german", "Ja, blau.", "Am Fr., 3. Mai 2024 um 10:15 Uhr schrieb Ben <\nben@shop.example>:\n\n> Welche Farbe?"),
    ("gmail-german-name-first", "Ja.", "Ben <ben@shop.example> schrieb am Fr., 3. Mai 2024, 10:15:\n\n> Welche Farbe?"),
    ("gmail-french", "Oui, en bleu.", "Le ven. 3 mai 2024 à 10:15, Ben <ben@shop.example> a écrit :\n\n> Quelle couleur ?"),
    ("gmail-spanish", "Sí, azul.", "El vie, 3 may 2024 a las 10:15, Ben (<ben@shop.example>) escribió:\n\n> ¿Qué color?"),
    ("gmail-italian", "Sì, blu.", "Il giorno ven 3 mag 2024 alle ore 10:15 Ben <ben@shop.example> ha\nscritto:\n\n> Che colore?"),
    ("gmail-portuguese", "Sim, azul.", "Em sex., 3 de mai. de 2024 às 10:15, Ben <ben@shop.example>\nescreveu:\n\n> Qual cor?"),
    ("gmail-dutch", "Ja, blauw.", "Op vr 3 mei 2024 om 10:15 schreef Ben <ben@shop.example>:\n\n> Welke kleur?"),
    ("gmail-swedish", "Ja, blå.", "Den fre 3 maj 2024 kl 10:15 skrev Ben <ben@shop.example>:\n\n> Vilken färg?"),
    ("gmail-danish", "Ja, blå.", "Den fre. 3. maj 2024 kl. 10.15 skrev Ben <ben@shop.example>:\n\n> Hvilken farve?"),
    ("gmail-norwegian", "Ja.", "fre. 3. mai 2024 kl. 10:15 skrev Ben <ben@shop.example>:\n\n> Hvilken farge?"),
    ("gmail-finnish", "Kyllä.", "pe 3.5.2024 klo 10.15 Ben (ben@shop.example) kirjoitti:\n\n> Mikä väri?"),
    ("gmail-polish", "Tak.", "pt., 3 maj 2024 o 10:15 Ben <ben@shop.example> napisał(a):\n\n> Jaki kolor?"),
    ("gmail-czech", "Ano.", "pá 3. 5. 2024 v 10:15 odesílatel Ben <ben@shop.example> napsal:\n\n> Jakou barvu?"),
    ("gmail-hungarian", "Igen.", "Ben <ben@shop.example> ezt írta (időpont: 2024. máj. 3., P, 10:15):\n\n> Milyen színű?"),
    ("gmail-romanian", "Da.", "În vin., 3 mai 2024 la 10:15, Ben <ben@shop.example> a scris:\n\n> Ce culoare?"),
    ("gmail-turkish", "Evet.", "Ben <ben@shop.example>, 3 May 2024 Cum, 10:15 tarihinde şunu yazdı:\n\n> Hangi renk?"),
    ("gmail-russian", "Да.", "пт, 3 мая 2024 г. в 10:15, Ben <ben@shop.example>:\n\n> Какой цвет?"),
    ("gmail-ukrainian", "Так.", "пт, 3 трав. 2024 р. о 10:15 Ben <ben@shop.example> пише:\n\n> Який колір?"),
    ("gmail-greek", "Ναι.", "Στις Παρ 3 Μαΐ 2024 στις 10:15 π.μ., ο χρήστης Ben <ben@shop.example> έγραψε:\n\n> Τι χρώμα;"),
    ("gmail-japanese", "はい。", "2024年5月3日(金) 10:15 Ben <ben@shop.example>:\n\n> 何色ですか。"),
    ("gmail-chinese", "蓝色。", "Ben <ben@shop.example> 于2024年5月3日周五 10:15写道：\n\n> 什么颜色？"),
    ("gmail-korean", "파란색.", "2024년 5월 3일 (금) 오전 10:15, Ben <ben@shop.example>님이 작성:\n\n> 무슨 색?"),
    ("gmail-vietnamese", "Vâng.", "Vào Th 6, 3 thg 5, 2024 vào lúc 10:15 Ben <ben@shop.example> đã viết:\n\n> Màu gì?"),
    ("gmail-hebrew", "כן.", "\u202bבתאריך יום ו׳, 3 במאי 2024 ב-10:15 מאת \u202aBen\u202c\u200f <\u202aben@shop.example\u202c\u200f>:\u202c\n\n> איזה צבע?"),
    ("gmail-arabic", "نعم.", "في الجمعة، 3 مايو 2024 10:15 ص، كتب Ben <ben@shop.example>:\n\n> أي لون؟"),
    ("gmail-thai", "ใช่", "เมื่อ ศ. 3 พ.ค. 2024 เวลา 10:15 Ben <ben@shop.example> เขียนว่า:\n\n> สีอะไร"),
    ("gmail-estonian", "Jah.", "Kuupäev R, 3. mai 2024 kell 10:15 kirjutas Ben <ben@shop.example>:\n\n> Mis värv?"),
    ("gmail-croatian", "Da.", "pet, 3. svi 2024. u 10:15 Ben <ben@shop.example> napisao je:\n\n> Koja boja?"),
    ("gmail-bulgarian", "Да.", "На пт, 3.05.2024 г. в 10:15 Ben <ben@shop.example> написа:\n\n> Какъв цвят?"),
    ("gmail-catalan", "Sí.", "Missatge de Ben <ben@shop.example> del dia dv., 3 de maig 2024 a les 10:15:\n\n> Quin?"),
    ("gmail-basque", "Bai.", "Ben igorleak (<ben@shop.example>) hau idatzi du (2024 mai. 3, or. (10:15)):\n\n> Zein?"),
    ("yahoo-german", "Ja.", "Am Freitag, 3. Mai 2024, 10:15:00 MESZ hat Ben <ben@shop.example> Folgendes geschrieben:\n\n\nWelche?"),
    ("yahoo-android", "Yes.", "On Fri, 3 May 2024 at 10:15, Ben<ben@shop.example> wrote:   Hello Ada,\nwhich colour?"),
    ("apple-forward", "Look.", "Begin forwarded message:\n\nFrom: Cyn <cyn@rival.example>\nSubject: Lamp\nDate: 3 May 2024\n\nCheap."),
    ("qq", "是。", '------------------ Original ------------------\nFrom: "Ben" <ben@shop.example>;\nDate: Fri, May 3, 2024 10:15 AM\nTo: "Ada"\nSubject: Lamp\n\nWhich?'),
    ("netease", "是。", '在 2024-05-03 10:15:00，"Ben" <ben@shop.example> 写道：\n\n>Which?'),
    ("two-replies-deep", "Yes.", "On Fri, May 3, 2024 at 10:15 AM Ben <ben@shop.example> wrote:\n\n> Which?\n>\n> Am 02.05.2024 um 9:00 schrieb Ada:\n>> Lampe?"),
    ("apple", "Yes.", "> On 3 May 2024, at 10:15, Ben <ben@shop.example> wrote:\n> \n> Which?"),
    ("apple-mail-no-marks", "Yes.", "On May 3, 2024, at 10:15 AM, Ben <ben@shop.example> wrote:\n\n\ufeff\nWhich?\n\nBen"),
    ("apple-german", "Ja.", "Am 03.05.2024 um 10:15 schrieb Ben <ben@shop.example>:\n\nWelche Farbe?"),
    ("apple-french", "Oui.", "Le 3 mai 2024 à 10:15, Ben <ben@shop.example> a écrit :\n\nQuelle couleur ?"),
    ("apple-dutch", "Ja.", "Op 3 mei 2024, om 10:15 heeft Ben <ben@shop.example> het volgende geschreven:\n\nWelke?"),
    ("apple-polish", "Tak.", "Wiadomość napisana przez Ben <ben@shop.example> w dniu 3.05.2024, o godz. 10:15:\n\n> Jaki?"),
    ("apple-turkish", "Evet.", "Ben <ben@shop.example> şunları yazdı (3 May 2024 10:15):\n\nHangi renk?"),
    ("apple-japanese", "はい。", "2024/05/03 10:15、Ben <ben@shop.example>のメール:\n\n何色ですか。"),
    ("thunderbird", "Yes.", "On 5/3/24 10:15, Ben wrote:\n> Which?\n> Ben"),
    ("thunderbird-german", "Ja.", "Am 03.05.24 um 10:15 schrieb Ben Seller:\n> Welche?"),
    ("thunderbird-french", "Oui.", "Le 03/05/2024 à 10:15, Ben a écrit :\n> Laquelle ?"),
    ("thunderbird-russian", "Да.", "03.05.2024 10:15, Ben пишет:\n> Какой цвет?"),
    ("thunderbird-forward", "Have a look.", "-------- Forwarded Message --------\nSubject: Colours\nDate: Fri, 3 May 2024 10:15:00 +0200\nFrom: Ben <ben@shop.example>\nTo: ada@home.example\n\nBlue or red."),
    ("mutt", "Yes.", "* Ben <ben@shop.example> [2024-05-03 10:15]:\n> Which?"),
    ("horde", "Ja.", "Zitat von Ben <ben@shop.example>:\n\n> Welche?"),
    ("name-and-verb", "Yes.", "Ben Seller writes:\n\n> Which?"),
    ("no-attribution", "Yes.", "> Which colour?\n>\n> Ben"),
    ("outlook", "Yes.", "From: Ben Seller <ben@shop.example>\nSent: Friday, May 3, 2024 10:15 AM\nTo: Ada <ada@home.example>\nSubject: RE: Lamp\n\nWhich?"),
    ("outlook-web", "Yes.", "________________________________\nFrom: Ben <ben@shop.example>\nSent: Friday, May 3, 2024 10:15 AM\nTo: Ada\nSubject: Lamp\n\nWhich?"),
    ("outlook-bold", "Yes.", " ------------------------------\n\n*From:* Ben [mailto:ben@shop.example]\n*Sent:* Friday, May 3, 2024 10:15 AM\n*To:* Ada\n*Subject:* Lamp\n\nWhich?"),
    ("outlook-wrapped", "Yes.", "From: Ben Seller\n<a-long-address-of-the-shop@shop.example>\nSent: Friday, May 3, 2024 10:15 AM\nTo: Ada\nSubject: Lamp\n\nWhich?"),
    ("outlook-2003", "Yes.", "-----Original Message-----\nFrom: Ben [mailto:ben@shop.example]\nSent: Friday, May 3, 2024 10:15 AM\nTo: Ada\nSubject: Lamp\n\nWhich?"),
    ("outlook-german", "Ja.", "Von: Ben <ben@shop.example>\nGesendet: Freitag, 3. Mai 2024 10:15\nAn: Ada\nBetreff: AW: Lampe\n\nWelche?"),
    ("outlook-french", "Oui.", "De : Ben <ben@shop.example>\nEnvoyé : vendredi 3 mai 2024 10:15\nÀ : Ada\nObjet : RE: Lampe\n\nLaquelle ?"),
    ("outlook-spanish", "Sí.", "De: Ben <ben@shop.example>\nEnviado el: viernes, 3 de mayo de 2024 10:15\nPara: Ada\nAsunto: RE: Lámpara\n\n¿Cuál?"),
    ("outlook-italian", "Sì.", "Da: Ben <ben@shop.example>\nInviato: venerdì 3 maggio 2024 10:15\nA: Ada\nOggetto: R: Lampada\n\nQuale?"),
    ("outlook-portuguese", "Sim.", "De: Ben <ben@shop.example>\nEnviada em: sexta-feira, 3 de maio de 2024 10:15\nPara: Ada\nAssunto: RES: Luz\n\nQual?"),
    ("outlook-dutch", "Ja.", "Van: Ben <ben@shop.example>\nVerzonden: vrijdag 3 mei 2024 10:15\nAan: Ada\nOnderwerp: RE: Lamp\n\nWelke?"),
    ("outlook-swedish", "Ja.", "Från: Ben <ben@shop.example>\nSkickat: den 3 maj 2024 10:15\nTill: Ada\nÄmne: SV: Lampa\n\nVilken?"),
    ("outlook-polish", "Tak.", "Od: Ben <ben@shop.example>\nWysłano: piątek, 3 maja 2024 10:15\nDo: Ada\nTemat: ODP: Lampa\n\nJaka?"),
    ("outlook-czech", "Ano.", "Od: Ben <ben@shop.example>\nOdesláno: pátek 3. května 2024 10:15\nKomu: Ada\nPředmět: RE: Lampa\n\nJaká?"),
    ("outlook-finnish", "Kyllä.", "Lähettäjä: Ben <ben@shop.example>\nLähetetty: perjantai 3. toukokuuta 2024 10.15\nVastaanottaja: Ada\nAihe: VS: Lamppu\n\nMikä?"),
    ("outlook-russian", "Да.", "От: Ben <ben@shop.example>\nОтправлено: 3 мая 2024 г. 10:15\nКому: Ada\nТема: RE: Лампа\n\nКакая?"),
    ("outlook-turkish", "Evet.", "Kimden: Ben <ben@shop.example>\nGönderildi: 3 Mayıs 2024 Cuma 10:15\nKime: Ada\nKonu: YNT: Lamba\n\nHangisi?"),
    ("outlook-japanese", "はい。", "差出人: Ben <ben@shop.example>\n送信日時: 2024年5月3日 10:15\n宛先: Ada\n件名: RE: ランプ\n\nどれですか。"),
    ("outlook-chinese", "是。", "发件人: Ben <ben@shop.example>\n发送时间: 2024年5月3日 10:15\n收件人: Ada\n主题: 回复: 灯\n\n哪个？"),
    ("outlook-korean", "네.", "보낸 사람: Ben <ben@shop.example>\n보낸 날짜: 2024년 5월 3일 금요일 오전 10:15\n받는 사람: Ada\n제목: RE: 램프\n\n어느 것?"),
    ("gmx", "Ja.", 'Gesendet: Freitag, 3. Mai 2024 um 10:15 Uhr\nVon: "Ben" <ben@shop.example>\nAn: ada@home.example\nBetreff: Re: Lampe\n\nWelche?'),
    ("samsung", "Oui.", "-------- Message d'origine --------\nDe : Ben <ben@shop.example>\nDate : 03/05/2024 10:15 (GMT+01:00)\nÀ : ada@home.example\nObjet : Lampe\n\nLaquelle ?"),
    ("yahoo", "Yes.", "On Friday, May 3, 2024 at 10:15:41 AM GMT+2, Ben <ben@shop.example> wrote:\n\n\nWhich?\n\nBen"),
    ("yahoo-french", "Oui.", "      De : Ben <ben@shop.example>\n À : Ada <ada@home.example>\n Envoyé le : Vendredi 3 mai 2024 10h15\n Objet : Lampe\n\nLaquelle ?"),
    ("yandex", "Да.", '03.05.2024, 10:15, "Ben" <ben@shop.example>:\n\nКакой цвет?'),
    ("mail.ru", "Да.", "Пятница, 3 мая 2024, 10:15 +03:00 от Ben <ben@shop.example>:\n\nКакой цвет?"),
    ("proton", "Yes.", "------- Original Message -------\nOn Friday, May 3rd, 2024 at 10:15 AM, Ben <ben@shop.example> wrote:\n\n> Which?"),
    ("zoho", "Yes.", "---- On Fri, 03 May 2024 10:15:50 +0200 Ben <ben@shop.example> wrote ----\n\nWhich?"),
    ("zimbra", "Yes.", '----- Original Message -----\nFrom: "Ben" <ben@shop.example>\nTo: "Ada" <ada@home.example>\nSent: Friday, May 3, 2024 10:15:00 AM\nSubject: Lamp\n\nWhich?'),
    ("notes", "Yes.", "-----Ben/Shop wrote: -----\n\nWhich?"),
    ("our-marker", "Yes.", f"{MARKER}\nSent through Market. {NOTICE}"),
    ("our-marker-quoted", "Yes.", f"On Fri, May 3, 2024 at 10:15 AM Ben <x1@mail.example> wrote:\n\n> {MARKER}\n>\n> Which?"),
]  # fmt: skip


@pytest.mark.parametrize(("new", "tail"), [pytest.param(new, tail, id=name) for name, new, tail in TAILS])
def test_the_tail_is_cut_below_the_new_words(new, tail):
    cut = cut_text(f"Hello Ben,\n\n{new}\n\n{tail}\n")
    assert cut == Cut(f"Hello Ben,\n\n{new}", tail, "")


@pytest.mark.parametrize(("new", "tail"), [pytest.param(new, tail, id=name) for name, new, tail in TAILS])
def test_the_tail_is_cut_right_below_the_new_words_and_with_crlf(new, tail):
    cut = cut_text(f"Hello Ben!\r\n{new}\r\n" + tail.replace("\n", "\r\n"))
    assert cut.new == f"Hello Ben!\n{new}"


# Every text here is the author's from end to end, however much it looks like a quote or a signature.
ALL_NEW = {
    "inline-answers": "Hi Ben,\n\nOn 3 May 2024 at 10:15, Ben <ben@shop.example> wrote:\n> Blue?\n\nYes.\n\n> Large?\n\nNo.",
    "inline-without-blank-lines": "> Do you want the blue one or the red one, tell me please which one it is\nblue one\n> And the size?\nlarge",
    "answer-in-lower-case": "Hi,\n> Do you want the blue one or the red one, please tell me which it shall be\nyes please\n> And what of the size\nlarge",
    "answer-below": "On 3 May 2024 at 10:15, Ben <ben@shop.example> wrote:\n> Which colour?\n\nBlue.",
    "answer-below-unmarked": "On 3 May 2024 at 10:15, Ben <ben@shop.example> wrote:\n\nWhich colour?\n\nBlue.",
    "answer-below-header-block": "From: Ben <b@shop.example>\nSent: Friday, May 3, 2024 10:15 AM\nTo: Ada\nSubject: Lamp\n\nWhich?\n\nBlue.",
    "answers-in-red": "See my answers below in red.\n\nFrom: Ben <b@shop.example>\nSent: Friday, May 3, 2024 10:15 AM\nTo: Ada\nSubject: Lamp\n\nWhich? BLUE",
    "antworten-im-text": "Meine Antworten stehen unten im Text.\n\n-----Ursprüngliche Nachricht-----\nVon: Ben\n\nWelche? BLAU",
    "forward-without-words": "---------- Forwarded message ---------\nFrom: Cyn <cyn@rival.example>\nDate: Fri, May 3, 2024\nSubject: Lamp\n\nCheaper here.",
    "order-of-transport": "Please fetch two boxes.\n\nFrom: Berlin\nTo: Hamburg\nDate: 3 May 2024\n\nThe small ones.",
    "address-to-ship-to": "Please ship it to\n\nAda Buyer\nLong Street 12\n10115 Berlin",
    "address-after-colon": "The parcel goes to:\nAda Buyer\nLong Street 12",
    "own-name-asked-for": "My name is\n\nAda",
    "only-the-name": "Ada",
    "told-with-date": "Hello,\n\nOn 3 May 2024 you wrote:\n\nWe will refund.\n\nBut nothing came.",
    "told-with-time": "Hello,\n\nOn 3 May 2024 at 10:15 you wrote:\n\nWe will refund.\n\nBut nothing came.",
    "told-with-address": "On 3 May 2024 at 10:15 I wrote to ben@shop.example and he wrote:\n\nWe refund.\n\nNothing came.",
    "list-after-date-and-address": "Hello,\n\nShipped on 3 May 2024 at 10:00 to ada@home.example:\n\n- lamp",
    "on-and-on": "On the one hand it is blue.\n\nOn the other: it is broken.\nOn Thursday:\n\nI was at home.",
    "dashes-of-a-list": "Wrong:\n-- the colour\n-- the size\n\nThanks!",
    "lines-drawn": "Lamp\n----\n\n1. broken\n\n====\n\n2. late\n\n----\n\nBye",
    "dashes-inside-a-line": "Here is a fix -- this is not a signature.\n\nBye",
    "words-between-dashes": "Hi\n\n----- For the courier -----\nLeave it at the door.",
    "sent-from-elsewhere": "It was\n\nSent from my warehouse in Berlin",
    "sent-from-sentence": "A mail\n\nSent from my desk, is easier to write than by telephone.",
    "verschickt": "Ich habe es\n\nper Mail gesendet.",
    "gonderildi": "Merhaba\n\nKargo dün gönderildi",
    "get-outlook-to-work": "Can you help?\n\nGet Outlook to work please",
    "below-the-footer": "Here it is.\n\nSent from my iPhone\n\nAnd the lamp is broken, too.",
    "postscript": "Ship it.\n\nKind regards,\nAda\n\nP.S. The lamp is broken.",
    "postscript-in-paragraph": "Ship it.\n\nKind regards,\nAda\nAnd please ship the other one too",
    "regards-the-lamp": "As regards the lamp:\nbroken.\n\nBest,\nwe should talk.",
    "best-size": "The size is\n\nBest\nLarge",
    "face": "I love it\n>:( no, sorry\n>= 3 of them",
    "old-mailbox": "Hello Ben,\n>From Monday on I am away.\nBye",
    "a-message-shown": "The screen says this:\n\n> lamp unknown\n> error 7",
    "quote-in-the-middle": "You say\n\n> it is blue\n\nbut it is red.",
    "code": "```\nsend('--\\nBen')\n// Sent from my program\n```\n\nDoes it run?",
    "times": "Free at:\n\n2024-05-03 14:30\n03.05.2024 at 2:30 PM:\n\nSuit yourself.",
}  # fmt: skip


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in ALL_NEW.items()])
def test_all_is_kept_in_doubt(text):
    assert cut_text(text, author_names=["Ada Buyer"]) == Cut(text, "", "")


SIGNATURES = {
    "dashes": "-- \nAda Buyer\nada@home.example",
    "dashes-without-space": "--\nAda",
    "name": "Ada",
    "full-name": "Ada Buyer",
    "name-after-dash": "- Ada",
    "name-with-card": "Ada Buyer\nHead of Lamps\n+49 30 000000",
    "regards": "Kind regards,\nAda",
    "regards-apart": "Regards,\n\nAda Buyer\nCEO @ Lamps !",
    "german": "Mit freundlichen Grüßen\nAda Buyer",
    "french": "Cordialement,\n\nAda",
    "spanish": "Un saludo,\nAda",
    "danish": "Med venlig hilsen\nAda",
    "polish": "Pozdrawiam,\nAda",
    "russian": "С уважением,\nАда",
    "regards-of-another": "Best wishes,\nOlga",
    "list": "_____________________\nlamps mailing list\nlamps@lists.example\nhttps://lists.example/listinfo/lamps",
    "iphone": "Sent from my iPhone",
    "iphone-german": "Von meinem iPhone gesendet",
    "iphone-turkish": "iPhone'umdan gönderildi",
    "iphone-japanese": "iPhoneから送信",
    "iphone-chinese": "发自我的 iPhone",
    "iphone-hebrew": "נשלח מה-iPhone שלי",
    "iphone-swedish": "Skickat från min iPhone",
    "iphone-excused": "Sent from my iPhone, please excuse typos.",
    "android-french": "Envoyé depuis mon téléphone",
    "android-spanish": "Enviado desde mi móvil",
    "windows": "Sent from Mail for Windows 10",
    "windows-wrapped": "Sent from Mail for\nWindows 10",
    "outlook": "Get Outlook for iOS<https://apps.example/o>",
    "outlook-dutch": "Outlook voor iOS downloaden",
    "yandex": "Отправлено из мобильной Яндекс Почты",
    "proton": "Sent with Proton Mail secure email.",
    "linked": "Sent from TinyPost<https://post.example/>",
}


@pytest.mark.parametrize("signature", [pytest.param(text, id=name) for name, text in SIGNATURES.items()])
def test_the_signature_is_told_from_the_words(signature):
    assert cut_text(f"The lamp is red.\n\n{signature}\n", author_names=["Ada Buyer"]) == Cut(
        "The lamp is red.", "", signature
    )


@pytest.mark.parametrize("signature", [pytest.param(text, id=name) for name, text in SIGNATURES.items()])
def test_a_signature_between_the_words_and_the_quote_is_in_its_place(signature):
    quote = "On Fri, May 3, 2024 at 10:15 AM Ben <ben@shop.example> wrote:\n\n> Which?"
    cut = cut_text(f"The lamp is red.\n\n{signature}\n\n{quote}", author_names=["Ada Buyer"])
    assert cut == Cut("The lamp is red.", quote, signature)


def test_a_name_is_a_signature_only_of_the_one_who_writes():
    assert cut_text("The lamp is from\nBen", author_names=["Ada Buyer"]).new == "The lamp is from\nBen"
    assert cut_text("It is red.\n\nAda").new == "It is red.\n\nAda"


def test_a_signature_below_the_quote_does_not_hold_the_quote_back():
    cut = cut_text("Red.\n\nOn 3 May 2024 at 10:15, Ben <ben@shop.example> wrote:\n> Which?\n\n-- \nAda\n")
    assert cut == Cut("Red.", "On 3 May 2024 at 10:15, Ben <ben@shop.example> wrote:\n> Which?", "-- \nAda")


def test_the_last_quote_is_cut_when_answers_stand_between_the_others():
    answered = "Hi Ben,\n\nOn 3 May 2024 at 10:15, Ben <ben@shop.example> wrote:\n> Blue?\n\nYes."
    assert cut_text(f"{answered}\n\n> Thanks,\n> Ben\n") == Cut(answered, "> Thanks,\n> Ben", "")


def test_a_letter_below_a_telephone_footer_is_quoted_when_it_begins_with_a_greeting():
    cut = cut_text("Rot bitte.\n\nGesendet von Outlook für Android<https://o.example>\n\nHallo Ada,\n\nwelche Farbe?")
    assert cut == Cut(
        "Rot bitte.", "Hallo Ada,\n\nwelche Farbe?", "Gesendet von Outlook für Android<https://o.example>"
    )


def test_the_rest_of_a_broken_quoted_line_goes_with_its_quote():
    quote = (
        "On 3 May 2024 at 10:15, Ben <ben@shop.example> wrote:\n"
        "> We can send the lamp in blue or in red, and we could also add a bulb for\n"
        "the lamp if you like.\n"
        ">\n"
        "> Ben"
    )
    new = "Thank you, the red one is right for me, and no bulb."
    assert cut_text(f"{new}\n\n{quote}") == Cut(new, quote, "")


def test_an_answer_that_looks_like_such_a_rest_is_kept():
    answered = (
        "Hi Ben,\n\nOn 3 May 2024 at 10:15, Ben <ben@shop.example> wrote:\n"
        "> Do you want the blue one or the red one, please tell me which it shall be\n"
        "yes please, the red"
    )
    assert cut_text(f"{answered}\n> Thanks").new == answered


def test_an_attribution_over_three_lines_is_cut_whole():
    tail = "On Friday, May 3,\nat 10:18,\nBen Seller <ben@shop.example> wrote:\n\n> Which?"
    assert cut_text(f"The red one. Please hurry.\n\n{tail}") == Cut("The red one. Please hurry.", tail, "")


COPY = f"Hello Ada,\n\nwhich colour?\n\nBen\n\n{MARKER}\nSent through Market. {NOTICE}"
ON = "On Fri, May 3, 2024 at 10:15 AM Ben <x1@mail.example> wrote:"
# The notice as programs wrap it, set it beside its line, or correct its apostrophe.
NOTICES = {
    "as-written": f"{MARKER}\nSent through Market. {NOTICE}",
    "wrapped": f"{MARKER}\nSent through Market. Answer to this address only; neither side is shown the other's\nown.",
    "in-one-line": f"{MARKER} Sent through Market. {NOTICE}",
    "corrected": f"{MARKER}\nSent through Market. {NOTICE.replace(chr(39), chr(8217))}",
    "apart": f"{MARKER}\n\nSent through Market. {NOTICE}",
    "of-another-house": f"{MARKER}\nSent through Ye Olde Lamps. {NOTICE}",
}


@pytest.mark.parametrize("notice", [pytest.param(text, id=name) for name, text in NOTICES.items()])
def test_an_answer_below_an_unmarked_copy_of_ours_is_said_and_the_copy_is_folded(notice):
    quoted = f"{ON}\n\nHello Ada,\n\nwhich colour?\n\n{notice}"
    cut = cut_text(f"Thanks, one moment.\n\n{quoted}\n\nThe red one.\n\nKind regards,\nAda\n")
    assert cut == Cut("Thanks, one moment.\n\nThe red one.", quoted, "Kind regards,\nAda")
    assert cut.said == "Thanks, one moment.\n\nThe red one.\n\nKind regards,\nAda"


def test_with_no_word_above_the_copy_only_our_notice_is_taken_out():
    cut = cut_text(f"{ON}\n\n{COPY}\n\nThe red one.")
    assert cut.new == f"{ON}\n\nHello Ada,\n\nwhich colour?\n\nBen\n\nThe red one."
    assert cut.quoted == f"{MARKER}\nSent through Market. {NOTICE}"


def test_an_older_copy_below_a_copy_is_folded_and_the_answer_below_both_is_said():
    older = f"From: Ben <x1@mail.example>\nSent: Friday, May 3, 2024 10:15 AM\nTo: Ada\nSubject: Lamp\n\n{COPY}"
    cut = cut_text(f"One moment.\n\n{ON}\n\n{COPY}\n\n{older}\n\nThe red one.")
    assert cut == Cut("One moment.\n\nThe red one.", f"{ON}\n\n{COPY}\n\n{older}", "")


def test_words_below_our_bare_marker_are_said():
    assert cut_text(f"The red one.\n\n{MARKER}\nAnd a bulb.") == Cut("The red one.\n\nAnd a bulb.", MARKER, "")


def test_a_signature_below_an_unmarked_copy_is_no_answer():
    cut = cut_text(f"The red one.\n\n{ON}\n\n{COPY}\n\nSent from my iPhone")
    assert cut == Cut("The red one.", f"{ON}\n\n{COPY}", "Sent from my iPhone")


def test_an_answer_below_our_quoted_marker_is_kept():
    text = f"On 3 May 2024 at 10:15, Ben <x1@mail.example> wrote:\n> {MARKER}\n> Which?\n\nThe red one."
    assert cut_text(text) == Cut(text, "", "")


def test_nothing_is_new_when_all_is_marked_as_quoted():
    text = "On 3 May 2024 at 10:15, Ben <ben@shop.example> wrote:\n> Which?"
    assert cut_text(text) == Cut("", text, "")
    assert cut_text("") == Cut("", "", "")
    assert cut_text(" \n\n\t\n") == Cut("", "", "")


def test_every_line_is_in_exactly_one_place():
    pieces = [line for _, new, tail in TAILS for line in [new, *tail.split("\n")]]
    pieces += [line for text in [*ALL_NEW.values(), *SIGNATURES.values()] for line in text.split("\n")] + [""] * 80
    chance = random.Random(5322)
    for _ in range(1500):
        lines = chance.choices(pieces, k=chance.randrange(1, 25))
        cut = cut_text("\n".join(lines), author_names=["Ada Buyer"])
        found = [line for part in (cut.new, cut.quoted, cut.signature) for line in part.split("\n") if line.strip()]
        assert sorted(found) == sorted(line for line in lines if line.strip())
        for part in (cut.new, cut.said, cut.quoted, cut.signature):
            places = iter(line for line in lines if line.strip())
            assert all(line in places for line in part.split("\n") if line.strip())


WORST = {
    "marks": ">\n",
    "marks-in-one-line": "> ",
    "one-line": "wrote: 10:15 2024-05-03 <a@b.example",
    "attributions": "On 3 May 2024 at 10:15, Ben <ben@shop.example> wrote:\n> a\nb\n",
    "colons": "wrote:\n",
    "labels": "From: a\n\n",
    "dashes": "-- \n",
    "drawn": "____\n---- a ----\n",
    "footers": "Sent from my iPhone\n\n\n",
    "names": "Ada\n",
    "broken-quotes": "> " + "a" * 70 + "\nb c\n",
    "blank": "\n",
}


@pytest.mark.parametrize("piece", [pytest.param(text, id=name) for name, text in WORST.items()])
def test_four_times_the_text_is_about_four_times_thesteps(piece):
    small = piece * (4096 // len(piece) + 1)
    assert steps(small * 4) <= 5 * steps(small) + 500


UNITS = 256 * 1024
# What each pattern would have to be slow on, up to the most characters that a text may have.
WORST_OF_ALL = WORST | {
    "our-markers": MARKER + "\n",
    "our-notices": MARKER + "\nSent through Market. Answer to this\n",
    "farewells": "Kind regards,\nAda\n",
    "cards": "Ada\nada@home.example\n\n",
    "header-blocks": "From: ben@shop.example\nTo: Ada\n",
    "quotes-and-footers": "> a\n\nSent from my iPhone\n\n",
    "outlook": "Get Outlook for iOS<https://" + "a" * 40,
    "unseen": "\u200e a\n",
    "dates": "On Fri 3 May 2024 at 10:15 AM Ben <ben@shop.example>\n",
}


@pytest.mark.parametrize("piece", [pytest.param(text, id=name) for name, text in WORST_OF_ALL.items()])
def test_the_longest_text_takes_no_more_steps_for_each_character_than_a_short_one(piece):
    short, long = (piece * (size // len(piece) + 1) for size in (UNITS // 16, UNITS))
    assert steps(long) <= 20 * steps(short) + 2000


def test_no_pattern_for_attributions_runs_on_more_than_a_line_may_hold(monkeypatch):
    seen = []
    grade = openings._grade
    monkeypatch.setattr(openings, "_grade", lambda text: seen.append(len(text)) or grade(text))
    for length in (10, openings.LINE_LIMIT - 1, openings.LINE_LIMIT + 1, 100_000):
        cut_text("Hello\n" + "On 3 May a@b.example "[: length - 1] + "x" * (length - 21) + ":\nmore:\n> quoted")
    assert seen
    assert max(seen) <= openings.LINE_LIMIT + 1


def test_a_hundred_kilobytes_in_one_line_come_back_whole():
    line = "On 3 May 2024 at 10:15 <a@b.example> " * 2800 + "wrote:"
    assert cut_text(f"Hello\n{line}\nbye") == Cut(f"Hello\n{line}\nbye", "", "")
