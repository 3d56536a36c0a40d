"""Replies by a hundred programs and providers, each with the footer and the header lines it is known for."""

import pytest

from evenhand.mail.quotes import cut_text

# Story, what is said, and the mail as it comes.
REPLIES = [
    ("en-market", "Hi,\n\nOK for me.", "Hi,\n\nOK for me.\n\nOn 12 Nov 2024, at 8:03 am, Ben via Market <x1@m.market.example> wrote:\n\nHello,\n\nok?"),
    ("outlook-plain-no-sender-addr", "OK for me.", "OK for me.\n\nFrom: Ben Lamps\nSent: 12 November 2024 08:03\nTo: Ada Lind\nSubject: RE: Lamp\n\nHello"),
    ("outlook-mailto", "OK.", "OK.\n\nVon: Ben Lamps [mailto:ben@shop.example] \nGesendet: Dienstag, 12. November 2024 08:03\nAn: 'Ada Lind'\nBetreff: AW: Lampe\n\nHallo"),
    ("outlook-fr-new", "D'accord.", "D'accord.\n\nDe : Ben <ben@shop.example>\nEnvoyé : mardi 12 novembre 2024 08:03\nÀ : Ada <ada@home.example>\nObjet : RE: Lampe\n\nBonjour"),
    ("outlook-de-bold-stars", "Ja.", "Ja.\n\n*Von:* Ben\n*Gesendet:* Dienstag\n*An:* Ada\n*Betreff:* Lampe\n\nHallo"),
    ("fr-nbsp", "D'accord.", "D'accord.\n\nLe\xa0mar. 12 nov. 2024 à\xa008:03, Ben\xa0<ben@shop.example> a écrit\xa0:\n\n> Bonjour"),
    ("fr-apple-m", "Oui", "Oui\n\nEnvoyé de mon iPhone\n\n> Le 12 nov. 2024 à 08:03, Ben <ben@shop.example> a écrit :\n> \n> Bonjour"),
    ("it-libero", "Va bene.", "Va bene.\n\nInviato da Libero Mail per Android\n\nmartedì, 12 novembre 2024, 08:03AM +01:00 da Ben ben@shop.example:\n\n> Ciao"),
    ("it-old", "Va bene.", "Va bene.\n\nIl 12/11/2024 08:03, Ben Lamps ha scritto:\n> Ciao"),
    ("it-outlook-lower", "Va bene.", "Va bene.\n\nDa: Ben <ben@shop.example>\nData: martedì, 12 novembre 2024 08:03\nA: Ada\nOggetto: Re: Lampada\nCiao"),
    ("es-apple", "Vale", "Vale\n\nEl 12 nov 2024, a las 8:03, Ben Lamps <ben@shop.example> escribió:\n\n\n¿Vale?"),
    ("es-outlook", "Vale", "Vale\n\nDe: Ben Lamps <ben@shop.example> \nEnviado el: martes, 12 de noviembre de 2024 8:03\nPara: Ada <ada@home.example>\nCC: Olga\nAsunto: RE: Lámpara\n\nHola"),
    ("pt-br-hotmail", "Ok", "Ok\n\n________________________________\nDe: Ben <ben@shop.example>\nEnviado: terça-feira, 12 de novembro de 2024 08:03\nPara: Ada\nAssunto: Re: Luz\n\nOi"),
    ("nl-apple", "Prima", "Prima\n\n> Op 12 nov. 2024, om 08:03 heeft Ben <ben@shop.example> het volgende geschreven:\n> \n> Hoi"),
    ("nl-outlook", "Prima", "Prima\n\nVan: Ben <ben@shop.example> \nVerzonden: dinsdag 12 november 2024 08:03\nAan: Ada\nOnderwerp: Re: Lamp\n\nHoi"),
    ("nl-ziggo", "Prima", "Prima\n\nOp 12-11-2024 08:03 CET schreef Ben <ben@shop.example>:\n\n\nHoi"),
    ("sv-outlook", "OK", "OK\n\nHämta Outlook för iOS<https://aka.example>\n________________________________\nFrån: Ben <ben@shop.example>\nSkickat: Tuesday, November 12, 2024 8:03:00 AM\nTill: Ada\nÄmne: Re: Lampa\n\nHej"),
    ("sv-apple", "OK", "OK\n\n> 12 nov. 2024 kl. 08:03 skrev Ben <ben@shop.example>:\n> \n> Hej"),
    ("no-apple", "OK", "OK\n\nSendt fra min iPhone\n\n> 12. nov. 2024 kl. 08:03 skrev Ben <ben@shop.example>:\n> \n> Hei"),
    ("da-outlook-ios", "OK", "OK\n\nHent Outlook til iOS<https://aka.example>\n________________________________\nFra: Ben <ben@shop.example>\nSendt: Tuesday, November 12, 2024 8:03:00 AM\nTil: Ada\nEmne: Re: Lampe\n\nHej"),
    ("da-mail", "OK", "OK\n\nDen tir. 12. nov. 2024 08.03 skrev Ben <ben@shop.example>:\n\n> Hej"),
    ("fi-outlook", "OK", "OK\n\nHanki Outlook iOS:lle<https://aka.example>\n________________________________\nLähettäjä: Ben <ben@shop.example>\nLähetetty: tiistai 12. marraskuuta 2024 8.03\nVastaanottaja: Ada\nAihe: Vs: Lamppu\n\nHei"),
    ("fi-apple", "OK", "OK\n\nBen Lamps <ben@shop.example> kirjoitti 12.11.2024 kello 8.03:\n\n\ufeffHei"),
    ("fi-yahoo", "OK", "OK\n\ntiistai 12. marraskuuta 2024 klo 08.03.41 UTC+2 Ben <ben@shop.example> kirjoitti:  \n \n Hei"),
    ("pl-outlook", "OK", "OK\n\nPobierz aplikację Outlook dla systemu iOS<https://aka.example>\n________________________________\nOd: Ben <ben@shop.example>\nWysłane: wtorek, 12 listopada 2024 08:03\nDo: Ada\nTemat: Re: Lampa\n\nHej"),
    ("pl-wp", "OK", "OK\n\nDnia 12 listopada 2024 08:03 Ben Lamps <ben@shop.example> napisał(a):\n\nHej"),
    ("pl-o2", "OK", "OK\n\nDnia 2024-11-12 o godz. 08:03 Ben Lamps napisał:\n> Hej"),
    ("pl-onet", "OK", "OK\n\nW dniu 2024-11-12 08:03:11 użytkownik Ben <ben@shop.example> napisał:\n\n> Hej"),
    ("cs-seznam", "OK", "OK\n\n---------- Původní e-mail ----------\nOd: Ben <ben@shop.example>\nKomu: ada@home.example\nDatum: 12. 11. 2024 8:03:11\nPředmět: Re: Lampa\n\nDobrý den"),
    ("cs-outlook", "OK", "OK\n\nZískejte Outlook pro iOS<https://aka.example>\n________________________________\nOd: Ben <ben@shop.example>\nOdesláno: úterý 12. listopadu 2024 8:03\nKomu: Ada\nPředmět: Re: Lampa\n\nAhoj"),
    ("tr-outlook", "Tamam", "Tamam\n\niOS için Outlook'u edinin<https://aka.example>\n________________________________\nGönderen: Ben <ben@shop.example>\nGönderildi: 12 Kasım 2024 Salı 08:03\nKime: Ada\nKonu: Re: Lamba\n\nMerhaba"),
    ("ja-outlook", "了解です。", "了解です。\n\n________________________________\n差出人: Ben <ben@shop.example>\n送信日時: 2024年11月12日 8:03\n宛先: Ada\n件名: Re: ランプ\n\nこんにちは"),
    ("ja-original", "了解です。", "了解です。\n\n-----Original Message-----\nFrom: Ben <ben@shop.example>\nSent: Tuesday, November 12, 2024 8:03 AM\nTo: Ada\nSubject: ランプ\n\nこんにちは"),
    ("ja-yahoo", "了解です。", "了解です。\n\n----- 元のメッセージ -----\nFrom: Ben <ben@shop.example>\nTo: ada@home.example\nDate: 2024/11/12 火 08:03\nSubject: ランプ\n\nこんにちは"),
    ("ja-gmail-week", "了解です。", "了解です。\n\n2024年11月12日(火) 8:03 Ben Lamps <ben@shop.example>:\n\n> こんにちは"),
    ("ja-tb", "了解です。", "了解です。\n\nOn 2024/11/12 8:03, Ben Lamps wrote:\n> こんにちは"),
    ("ja-wrote", "了解です。", "了解です。\n\n2024年11月12日 8:03 Ben Lamps さんは書きました:\n> こんにちは"),
    ("zh-qq", "好的", '好的\n\n\n\n------------------ 原始邮件 ------------------\n发件人: "Ben" <ben@shop.example>;\n发送时间: 2024年11月12日(星期二) 上午8:03\n收件人: "Ada"<ada@home.example>;\n主题: 灯\n\n你好'),
    ("zh-163", "好的", '好的\n\n\n\n在 2024-11-12 08:03:11，"Ben" <ben@shop.example> 写道：\n\n你好'),
    ("zh-163-mobile", "好的", "好的\n\n---- 回复的原邮件 ----\n发件人\tBen<ben@shop.example>\n日期\t2024年11月12日 08:03\n收件人\tAda<ada@home.example>\n主题\t灯\n你好"),
    ("zh-outlook", "好的", "好的\n\n发件人: Ben <ben@shop.example>\n发送时间: 2024年11月12日 8:03\n收件人: Ada\n抄送: Olga\n主题: 回复: 灯\n\n你好"),
    ("zh-foxmail", "好的\n\nAda", "好的\n\nAda\n\n发件人： Ben\n发送时间： 2024-11-12 08:03\n收件人： Ada\n主题： 灯\n\n你好"),
    ("ko-naver", "네", '네\n\n-----Original Message-----\nFrom: "Ben"<ben@shop.example>\nTo: "Ada"<ada@home.example>;\nCc:\nSent: 2024-11-12 (화) 08:03:11 (GMT+09:00)\nSubject: 램프\n\n안녕'),
    ("ko-outlook", "네", "네\n\n보낸 사람: Ben <ben@shop.example>\n날짜: 2024년 11월 12일 화요일 오전 8:03\n받는 사람: Ada\n제목: Re: 램프\n안녕"),
    ("ko-samsung", "네", "네\n\nGalaxy에서 보냈습니다.\n\n\n-------- 원본 이메일 --------\n발신: Ben <ben@shop.example>\n날짜: 24/11/12 오전 8:03 (GMT+09:00)\n받은 사람: ada@home.example\n제목: 램프\n\n안녕"),
    ("ru-outlook", "Да", "Да\n\nОтправлено из Outlook для iOS<https://aka.example>\n________________________________\nОт: Ben <ben@shop.example>\nОтправлено: вторник, 12 ноября 2024 г. 8:03\nКому: Ada\nТема: Re: Лампа\n\nПривет"),
    ("ru-mailru-new", "Да", "Да\n\n--\nАда\n\n\n>Вторник, 12 ноября 2024, 8:03 +03:00 от Ben <ben@shop.example>:\n> \n>Привет"),
    ("ru-tb", "Да", "Да\n\n12.11.2024 8:03, Ben Lamps пишет:\n> Привет"),
    ("ru-yandex-full", "Да", 'Да\n\n12.11.2024, 08:03, "Ben Lamps" <ben@shop.example>:\n> Привет'),
    ("ru-yandex-mob", "Да", "Да\n\nОтправлено из мобильной Яндекс Почты: http://m.ya.ru/ymail\n\n08:03, 12 ноября 2024 г., Ben <ben@shop.example>:\n\nПривет"),
    ("ru-rambler", "Да", "Да\n\n12.11.2024, 08:03, от Ben <ben@shop.example>:\n> Привет"),
    ("uk-ukrnet", "Так", 'Так\n\n12 листопада 2024, 08:03:11, від "Ben" <ben@shop.example>:\n\n> Привіт'),
    ("samsung-fr", "Oui", "Oui\n\nEnvoyé depuis mon appareil Galaxy\n\n\n-------- Message d'origine --------\nDe : Ben <ben@shop.example>\nDate : 12/11/2024 08:03 (GMT+01:00)\nÀ : ada@home.example\nObjet : Re: Lampe\n\nBonjour"),
    ("samsung-es", "Sí", "Sí\n\nEnviado desde mi Galaxy\n\n\n-------- Mensaje original --------\nDe: Ben <ben@shop.example>\nFecha: 12/11/24 8:03 (GMT+01:00)\nPara: ada@home.example\nAsunto: Re: Lámpara\n\nHola"),
    ("samsung-pt", "Sim", "Sim\n\nEnviado do meu Galaxy\n\n\n-------- Mensagem original --------\nDe: Ben <ben@shop.example>\nData: 12/11/24 08:03 (GMT-03:00)\nPara: ada@home.example\nAssunto: Re: Luz\n\nOi"),
    ("samsung-sv", "Ja", "Ja\n\nSkickat från min Galaxy\n\n\n-------- Originalmeddelande --------\nFrån: Ben <ben@shop.example>\nDatum: 2024-11-12 08:03 (GMT+01:00)\nTill: ada@home.example\nÄmne: Re: Lampa\n\nHej"),
    ("samsung-da", "Ja", "Ja\n\nSendt fra min Galaxy\n\n\n-------- Oprindelig meddelelse --------\nFra: Ben <ben@shop.example>\nDato: 12.11.2024 08.03 (GMT+01:00)\nTil: ada@home.example\nEmne: Re: Lampe\n\nHej"),
    ("samsung-fi", "Kyllä", "Kyllä\n\nLähetetty Galaxy-laitteesta\n\n\n-------- Alkuperäinen viesti --------\nLähettäjä: Ben <ben@shop.example>\nPäivämäärä: 12.11.2024 8.03 (GMT+02:00)\nSaaja: ada@home.example\nAihe: Re: Lamppu\n\nHei"),
    ("samsung-cs", "Ano", "Ano\n\nOdesláno ze zařízení Galaxy\n\n\n-------- Původní zpráva --------\nOd: Ben <ben@shop.example>\nDatum: 12.11.24 8:03 (GMT+01:00)\nKomu: ada@home.example\nPředmět: Re: Lampa\n\nAhoj"),
    ("samsung-tr", "Evet", "Evet\n\nGalaxy cihazımdan gönderildi\n\n\n-------- Orjinal mesaj --------\nKimden: Ben <ben@shop.example>\nTarih: 12.11.2024 08:03 (GMT+03:00)\nAlıcı: ada@home.example\nKonu: Re: Lamba\n\nMerhaba"),
    ("samsung-ru", "Да", "Да\n\nОтправлено с моего Galaxy\n\n\n-------- Исходное сообщение --------\nОт: Ben <ben@shop.example>\nДата: 12.11.2024 08:03 (GMT+03:00)\nКому: ada@home.example\nТема: Re: Лампа\n\nПривет"),
    ("samsung-no", "Ja", "Ja\n\nSendt fra min Galaxy\n\n-------- Opprinnelig melding --------\nFra: Ben <ben@shop.example>\nDato: 12.11.2024 08:03 (GMT+01:00)\nTil: ada@home.example\nEmne: Re: Lampe\n\nHei"),
    ("yahoo-android-de", "Ja", "Ja\n\nVon Yahoo Mail auf Android gesendet \n \n  Am Di., Nov. 12, 2024 at 8:03 schrieb Ben<ben@shop.example>:   Hallo,\nok?"),
    ("yahoo-de", "Ja", "Ja\n\n    Am Dienstag, 12. November 2024 um 08:03:11 MEZ hat Ben <ben@shop.example> Folgendes geschrieben:  \n \n Hallo"),
    ("yahoo-search", "Ok", "Ok\n\nYahoo Mail: Search, Organize, Conquer \n \n  On Tue, Nov 12, 2024 at 8:03 AM, Ben<ben@shop.example> wrote:   Hi,\nok?"),
    ("yahoo-ja", "はい", "はい\n\n2024年11月12日 火曜日 08:03:11 JST、Ben <ben@shop.example>さんが書きました:\n\n\nこんにちは"),
    ("aol", "Ok", "Ok\n\n\n-----Original Message-----\nFrom: Ben <ben@shop.example>\nTo: ada <ada@home.example>\nSent: Tue, Nov 12, 2024 8:03 am\nSubject: Re: Lamp\n\nHi"),
    ("aol-new", "Ok", "Ok\n\n    On Tuesday, November 12, 2024 at 08:03:11 AM EST, Ben <ben@shop.example> wrote:  \n \n Hi"),
    ("proton-it", "Sì", "Sì\n\nInviato con l'email sicura Proton Mail.\n\nIl giorno martedì 12 novembre 2024 08:03, Ben <ben@shop.example> ha scritto:\n\n> Ciao"),
    ("proton-es", "Sí", "Sí\n\nEnviado con el correo electrónico seguro de Proton Mail.\n\nEl martes, 12 de noviembre de 2024 a las 8:03, Ben <ben@shop.example> escribió:\n\n> Hola"),
    ("proton-mob", "Ok", "Ok\n\nSent from Proton Mail for Android.\n\n\n-------- Original Message --------\nOn Tuesday, 11/12/24 at 08:03 Ben <ben@shop.example> wrote:\n\n> Hi"),
    ("gmx-app", "Ja", "Ja\n\n-- \nGesendet mit der GMX Mail App\n\nAm 12.11.24 um 08:03 schrieb Ben\n\n> Hallo"),
    ("webde", "Ja", "Ja\n\nGesendet mit der WEB.DE Mail App\n\nAm 12.11.24, 08:03 schrieb Ben <ben@shop.example>:\n\n> Hallo"),
    ("webde2", "Ja", "Ja\n\nVon meinem iPhone mit der WEB.DE Mail App gesendet\n\n> Am 12.11.2024 um 08:03 schrieb Ben <ben@shop.example>:\n> \n> Hallo"),
    ("tonline", "Ja", 'Ja\n\n-----Original-Nachricht-----\nBetreff: Re: Lampe\nDatum: 2024-11-12T08:03:11+0100\nVon: "Ben" <ben@shop.example>\nAn: "ada@home.example" <ada@home.example>\n\nHallo'),
    ("freenet", "Ja", "Ja\n\n--- Ursprüngliche Nachricht ---\nVon: Ben <ben@shop.example>\nDatum: 12.11.2024 08:03:11\nAn: ada@home.example\nBetreff: Re: Lampe\n\nHallo"),
    ("zoho-de", "Ja", "Ja\n\n---- Am Di, 12 Nov 2024 08:03:11 +0100 schrieb Ben <ben@shop.example> ----\n\n > Hallo"),
    ("zoho-fr", "Oui", "Oui\n\n---- Le mar., 12 nov. 2024 08:03:11 +0100 Ben <ben@shop.example> a écrit ----\n\nBonjour"),
    ("spark-ru", "Да", "Да\n\nОтправлено из Spark\n12 нояб. 2024 г., 08:03 +0300, Ben <ben@shop.example>, писал:\n> Привет"),
    ("spark-de", "Ja", "Ja\n\nGesendet mit Spark\nAm 12. Nov. 2024, 08:03 +0100 schrieb Ben <ben@shop.example>:\n> Hallo"),
    ("hey", "Ok", "Ok\n\nOn November 12, 2024, Ben <ben@shop.example> wrote:\n> Hi"),
    ("front", "Ok", "Ok\n\n\nOn November 12, 2024 at 8:03 AM GMT+1 ben@shop.example wrote:\n\nHi"),
    ("orange", "Oui", 'Oui\n\n\n\nEnvoyé depuis l\'application Mail Orange\n\n\n> Message du 12/11/24 08:03\n> De : "Ben" <ben@shop.example>\n> A : ada@home.example\n> Copie à :\n> Objet : Re: Lampe\n>\n> Bonjour'),
    ("laposte", "Oui", "Oui\n\nenvoyé : 12 novembre 2024 à 08:03\nde : Ben <ben@shop.example>\nà : ada@home.example\nobjet : Re: Lampe\n\nBonjour"),
    ("avast", "Ok", "Ok\n\n<https://www.avast.example/sig> Virus-free. www.avast.com <https://www.avast.example>\n\nOn Tue, Nov 12, 2024 at 8:03 AM Ben <ben@shop.example> wrote:\n\n> Hi"),
    ("hu-apple", "Igen", "Igen\n\n2024. nov. 12. dátummal, 8:03 időpontban Ben <ben@shop.example> írta:\n\n> Szia"),
    ("ro-apple", "Da", "Da\n\nTrimis de pe iPhone-ul meu\n\nPe 12 nov. 2024, la 08:03, Ben <ben@shop.example> a scris:\n\n> Bună"),
    ("el-apple", "Ναι", "Ναι\n\nΣτάλθηκε από το iPhone μου\n\n12 Νοε 2024, 08:03, ο χρήστης «Ben <ben@shop.example>» έγραψε:\n\n> Γεια"),
    ("he-apple", "כן", "כן\n\nנשלח מה-iPhone שלי\n\nב-12 בנוב׳ 2024, בשעה 8:03, \u200fBen <ben@shop.example> כתב/ה:\n\n> שלום"),
    ("id-apple", "Ya", "Ya\n\nDikirim dari iPhone saya\n\nPada 12 Nov 2024, pada 08.03, Ben <ben@shop.example> menulis:\n\n> Halo"),
    ("vi-apple", "Vâng", "Vâng\n\nĐã gửi từ iPhone của tôi\n\nVào 12 thg 11, 2024, lúc 08:03, Ben <ben@shop.example> đã viết:\n\n> Chào"),
    ("th", "ครับ", "ครับ\n\nส่งจาก iPhone ของฉัน\n\nเมื่อวันที่ 12 พ.ย. 2024 เวลา 08:03 Ben <ben@shop.example> เขียนว่า:\n\n> สวัสดี"),
    ("ca-apple", "Sí", "Sí\n\nEnviat des del meu iPhone\n\nEl 12 nov 2024, a les 8:03, Ben <ben@shop.example> va escriure:\n\n> Hola"),
    ("hr-apple", "Da", "Da\n\nPoslano s mojeg iPhonea\n\nDana 12. stu 2024., u 08:03, Ben <ben@shop.example> je napisao/la:\n\n> Bok"),
    ("sk-apple", "Áno", "Áno\n\nOdoslané z môjho iPhonu\n\nDňa 12. 11. 2024, o 8:03, užívateľ Ben <ben@shop.example> napísal:\n\n> Ahoj"),
    ("bg", "Да", "Да\n\nНа 12.11.2024 г. в 8:03 ч., Ben Lamps написа:\n> Здравей"),
    ("abv", "Да", "Да\n\n >-------- Оригинално писмо --------\n >От: Ben ben@shop.example\n >Относно: Лампа\n >До: ada@home.example\n >Изпратено на: 12.11.2024 08:03\n\n>Здравей"),
    ("mx-apple-mail-17-pics", "See photo", "See photo\n\n\n\nSent from my iPhone\n\n> On Nov 12, 2024, at 8:03 AM, Ben <ben@shop.example> wrote:\n> \n> \ufeff\n> Hi"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "text"), [pytest.param(said, text, id=name) for name, said, text in REPLIES])
def test_what_is_said_is_told_from_all_that_the_program_adds(said, text):
    assert cut_text(text).said == said


MARKED = [pytest.param(text, id=name) for name, _, text in REPLIES if text.split("\n")[-1].startswith(">")]


@pytest.mark.parametrize("text", MARKED)
def test_an_answer_between_the_quoted_lines_of_any_program_is_kept(text):
    for answer in ("No, the other one!", "Nein.\n\nDanke\nAda", "no"):
        assert answer in cut_text(f"{text}\n\n{answer}\n\n> And this?").said
        assert answer in cut_text(f"{text}\n{answer}\n> And this?").said
        assert answer in cut_text(f"{text}\n\n{answer}").said
