"""Replies as people write them in many languages and mail programs, each told apart: what tests cut should be this."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["REPLIES", "Reply"]


@dataclass(frozen=True, slots=True)
class Reply:
    """
    One reply by its parts, top to bottom.

    `new` are the words, `farewell` how the author signs off, `folded` the footer or card below it, `opening` the lines
    by which the mail program announces the quote, `quote` the mail that is answered, without marks.
    """

    name: str
    new: str
    farewell: str
    folded: str
    opening: str
    quote: str
    marked: bool = True

    @property
    def tail(self) -> str:
        """The quote with its announcement, as a plain text has it."""
        if not self.opening and not self.quote:
            return ""
        if not self.marked:
            return f"{self.opening}\n\n{self.quote}"
        return f"{self.opening}\n\n" + "\n".join(f"> {line}".rstrip() for line in self.quote.split("\n"))

    @property
    def text(self) -> str:
        """The reply as a plain text."""
        return "\n\n".join(part for part in (self.new, self.farewell, self.folded, self.tail) if part) + "\n"


_BEN, _ADA = "Ben Lamps <ben@shop.example>", "Ada Lind <ada@home.example>"

REPLIES = [
    Reply("gmail-en-gb", "Hi Ben,\n\nthe grey one please. Could you add a second bulb?", "Many thanks,\nAda", "", f"On Tue, 12 Nov 2024 at 08:03, {_BEN} wrote:", "Hello Ada,\n\nwe have grey and green.\n\nBen"),
    Reply("gmail-en-mobile", "Tomorrow is fine", "", "", "On Tue, 12 Nov 2024, 08:03 Ben Lamps, <ben@shop.example> wrote:", "May we deliver tomorrow?"),
    Reply("gmail-en-us-pm", "That works for me.", "Best,\nAda", "", f"On Tue, Nov 12, 2024 at 8:03\u202fPM {_BEN} wrote:", "Would Friday suit you?"),
    Reply("gmail-de-handy", "Guten Abend,\nder Schirm ist leider gerissen, ein Foto hängt an.", "Liebe Grüße\nAda", "", f"{_BEN} schrieb am Di., 12. Nov. 2024, 08:03:", "Ist alles gut angekommen?"),
    Reply("gmail-fr-ca", "Bonjour,\n\nje préfère un remboursement.", "Bonne journée,\nAda", "", f"Le mar. 12 nov. 2024, à 08 h 03, {_BEN} a écrit :", "Souhaitez-vous un échange ?"),
    Reply("gmail-es-419", "¡Perfecto! Espero el paquete el lunes.", "Saludos,\nAda", "", "El mar, 12 de nov de 2024, 8:03 a. m., Ben Lamps <ben@shop.example>\nescribió:", "¿Le parece bien el lunes?"),
    Reply("gmail-it", "Buongiorno,\nla lampada non si accende.", "Grazie e saluti\nAda", "", f"Il giorno mar 12 nov 2024 alle ore 08:03 {_BEN}\nha scritto:", "Tutto bene con la lampada?"),
    Reply("gmail-pt-pt", "Boa tarde,\n\na caixa chegou vazia.", "Cumprimentos,\nAda", "", f"{_BEN} escreveu (terça, 12/11/2024 à(s) 08:03):", "A encomenda chegou?"),
    Reply("gmail-nl", "Hoi Ben,\n\ndoe mij maar de groene.", "Groetjes,\nAda", "", f"Op di 12 nov 2024 om 08:03 schreef {_BEN}:", "Grijs of groen?"),
    Reply("gmail-sv", "Hej!\n\nJag tar den gröna.", "Vänliga hälsningar\nAda", "", "Den tis 12 nov. 2024 08:03Ben Lamps <ben@shop.example> skrev:", "Grön eller grå?"),
    Reply("gmail-da", "Hej Ben\n\nDen grønne, tak.", "De bedste hilsner\nAda", "", f"tir. 12. nov. 2024 kl. 08.03 skrev {_BEN}:", "Grøn eller grå?"),
    Reply("gmail-nb", "Hei, den grønne er fin.", "Med vennlig hilsen\nAda", "", f"tir. 12. nov. 2024 kl. 08:03 skrev {_BEN}:", "Grønn eller grå?"),
    Reply("gmail-fi", "Moi, otan vihreän.", "Terveisin\nAda", "", "ti 12. marrask. 2024 klo 8.03 Ben Lamps (ben@shop.example) kirjoitti:", "Vihreä vai harmaa?"),
    Reply("gmail-pl", "Dzień dobry,\n\nwybieram zieloną.", "Pozdrawiam serdecznie\nAda", "", f"wt., 12 lis 2024 o 08:03 {_BEN} napisał(a):", "Zielona czy szara?"),
    Reply("gmail-cs", "Dobrý den,\nberu tu zelenou.", "S pozdravem\nAda", "", f"út 12. 11. 2024 v 8:03 odesílatel {_BEN}\nnapsal:", "Zelenou, nebo šedou?"),
    Reply("gmail-sk", "Dobrý deň, beriem zelenú.", "S pozdravom\nAda", "", f"ut 12. 11. 2024 o 8:03 {_BEN} napísal(a):", "Zelenú alebo sivú?"),
    Reply("gmail-hu", "Szia, a zöldet kérem.", "Üdv,\nAda", "", f"{_BEN} ezt írta (időpont: 2024. nov.\n12., K, 8:03):", "Zöld vagy szürke?"),
    Reply("gmail-ro", "Bună, o iau pe cea verde.", "Cu stimă,\nAda", "", f"mar., 12 nov. 2024 la 08:03 {_BEN} a\nscris:", "Verde sau gri?"),
    Reply("gmail-tr", "Merhaba, yeşil olanı alayım.", "Saygılarımla,\nAda", "", f"{_BEN}, 12 Kas 2024 Sal, 08:03 tarihinde\nşunu yazdı:", "Yeşil mi gri mi?"),
    Reply("gmail-ru", "Добрый день!\n\nБеру зелёную.", "С уважением,\nАда", "", f"вт, 12 нояб. 2024 г. в 08:03, {_BEN}:", "Зелёную или серую?"),
    Reply("gmail-uk", "Доброго дня, беру зелену.", "З повагою,\nАда", "", f"вт, 12 лист. 2024 р. о 08:03 {_BEN} пише:", "Зелену чи сіру?"),
    Reply("gmail-ja", "ベン様\n\n緑のものをお願いします。", "よろしくお願いいたします。\nアダ", "", f"2024年11月12日(火) 8:03 {_BEN}:", "緑と灰色のどちらがよろしいですか。"),
    Reply("gmail-zh-cn", "你好，我要绿色的。", "谢谢！\nAda", "", f"{_BEN} 于2024年11月12日周二 08:03写道：", "绿色还是灰色？"),
    Reply("gmail-zh-tw", "您好，我要綠色的。", "", "", f"{_BEN} 於 2024年11月12日 週二 上午8:03寫道：", "綠色還是灰色？"),
    Reply("gmail-ko", "안녕하세요, 초록색으로 부탁드립니다.", "감사합니다.\n아다 드림", "", f"2024년 11월 12일 (화) 오전 8:03, {_BEN}님이 작성:", "초록색인가요, 회색인가요?"),
    Reply("gmail-el", "Γεια σας, θέλω το πράσινο.", "Με εκτίμηση,\nΆντα", "", "Στις Τρί 12 Νοε 2024 στις 8:03 π.μ., ο χρήστης Ben Lamps <ben@shop.example>\nέγραψε:", "Πράσινο ή γκρι;"),
    Reply("gmail-id", "Halo, saya pilih yang hijau.", "Salam,\nAda", "", f"Pada Sel, 12 Nov 2024 pukul 08.03 {_BEN}\nmenulis:", "Hijau atau abu-abu?"),
    Reply("gmail-vi", "Chào anh, tôi lấy màu xanh.", "Trân trọng,\nAda", "", f"Vào Th 3, 12 thg 11, 2024 vào lúc 08:03 {_BEN}\nđã viết:", "Xanh hay xám?"),
    Reply("gmail-he", "שלום, אני רוצה את הירוק.", "תודה,\nעדה", "", "\u202bבתאריך יום ג׳, 12 בנוב׳ 2024 ב-8:03 מאת \u202aBen Lamps\u202c\u200f <\u202aben@shop.example\u202c\u200f>:\u202c", "ירוק או אפור?"),
    Reply("gmail-ar", "مرحبا، أريد الأخضر.", "مع التحية،\nآدا", "", "في الثلاثاء، 12 نوفمبر 2024 في 8:03 ص تمت كتابة ما يلي بواسطة Ben Lamps\n<ben@shop.example>:", "أخضر أم رمادي؟"),
    Reply("gmail-lt", "Laba diena, imsiu žalią.", "Pagarbiai\nAda", "", f"2024-11-12, an, 08:03 {_BEN} rašė:", "Žalia ar pilka?"),
    Reply("gmail-lv", "Labdien, ņemšu zaļo.", "Ar cieņu,\nAda", "", "otrd., 2024. g. 12. nov., plkst. 08:03 — lietotājs Ben Lamps (<\nben@shop.example>) rakstīja:", "Zaļo vai pelēko?"),
    Reply("gmail-sl", "Zdravo, vzamem zeleno.", "Lep pozdrav,\nAda", "", "V V tor., 12. nov. 2024 ob 08:03 je oseba Ben Lamps\n<ben@shop.example> napisala:", "Zeleno ali sivo?"),
    Reply("gmail-sr", "Zdravo, uzimam zelenu.", "Srdačan pozdrav\nAda", "", f"уто, 12. нов 2024. у 08:03 {_BEN} је\nнаписао/ла:", "Zelena ili siva?"),
    Reply("gmail-gl", "Ola, quero a verde.", "Un saúdo\nAda", "", "O mar, 12 nov 2024 ás 08:03, Ben Lamps (<ben@shop.example>) escribiu:", "Verde ou gris?"),
    Reply("gmail-is", "Sæll, ég tek þann græna.", "Kveðja,\nAda", "", f"Þann þri., 12. nóv. 2024 kl. 08:03 skrifaði {_BEN}:", "Grænan eða gráan?"),
    Reply("gmail-hi", "नमस्ते, मुझे हरा वाला चाहिए।", "", "", "मंगल, 12 नव॰ 2024 को 8:03 am बजे को Ben Lamps <ben@shop.example> ने लिखा:", "हरा या स्लेटी?"),
    Reply("gmail-signature", "Der Karton war offen.", "", "-- \nAda Lind\nLindenweg 4\nTel. 030 0000000", "Am Di., 12. Nov. 2024 um 08:03 Uhr schrieb Ben Lamps <\nben@shop.example>:", "Ist alles gut angekommen?"),
    Reply("iphone-en", "Yes please, both bulbs", "", "Sent from my iPhone", f"On 12 Nov 2024, at 08:03, {_BEN} wrote:", "\ufeffOne bulb or both?", marked=True),
    Reply("iphone-de", "Ja, bitte beide.", "LG Ada", "Von meinem iPhone gesendet", f"Am 12.11.2024 um 08:03 schrieb {_BEN}:", "Eine oder beide?"),
    Reply("iphone-fr", "Les deux, merci", "", "Envoyé de mon iPhone", f"Le 12 nov. 2024 à 08:03, {_BEN} a écrit :", "Une ampoule ou deux ?"),
    Reply("ipad-es", "Las dos, gracias", "", "Enviado desde mi iPad", f"El 12 nov 2024, a las 8:03, {_BEN} escribió:", "¿Una o dos?"),
    Reply("iphone-it", "Tutte e due", "", "Inviato da iPhone", f"Il giorno 12 nov 2024, alle ore 08:03, {_BEN} ha scritto:", "Una o due?"),
    Reply("iphone-pt", "As duas, por favor", "", "Enviado do meu iPhone", f"Em 12 de nov. de 2024, à(s) 08:03, {_BEN} escreveu:", "Uma ou duas?"),
    Reply("iphone-nl", "Allebei graag", "", "Verstuurd vanaf mijn iPhone", f"Op 12 nov 2024 om 08:03 heeft {_BEN} het volgende geschreven:", "Eén of twee?"),
    Reply("iphone-sv", "Båda tack", "", "Skickat från min iPhone", f"12 nov. 2024 kl. 08:03 skrev {_BEN}:", "En eller två?"),
    Reply("iphone-da", "Begge to, tak", "", "Sendt fra min iPhone", f"Den 12. nov. 2024 kl. 08.03 skrev {_BEN}:", "En eller to?"),
    Reply("iphone-fi", "Molemmat kiitos", "", "Lähetetty iPhonesta", "Ben Lamps <ben@shop.example> kirjoitti 12.11.2024 kello 8.03:", "Yksi vai kaksi?"),
    Reply("iphone-pl", "Obie poproszę", "", "Wysłane z iPhone’a", f"Wiadomość napisana przez {_BEN} w dniu 12 lis 2024, o godz. 08:03:", "Jedna czy dwie?"),
    Reply("iphone-cs", "Obě, prosím", "", "Odesláno z iPhonu", f"12. 11. 2024 v 8:03, {_BEN}:", "Jednu, nebo dvě?"),
    Reply("iphone-ru", "Обе, пожалуйста", "", "Отправлено с iPhone", f"12 нояб. 2024 г., в 08:03, {_BEN} написал(а):", "Одну или две?"),
    Reply("iphone-tr", "İkisini de lütfen", "", "iPhone’umdan gönderildi", f"{_BEN} şunları yazdı (12 Kas 2024 08:03):", "Bir mi iki mi?"),
    Reply("iphone-ja", "両方お願いします", "", "iPhoneから送信", f"2024/11/12 8:03、{_BEN}のメール:", "一つですか、二つですか。"),
    Reply("iphone-zh", "两个都要", "", "发自我的iPhone", f"在 2024年11月12日，08:03，{_BEN} 写道：", "一个还是两个？"),
    Reply("iphone-zh-tw", "兩個都要", "", "從我的iPhone傳送", f"{_BEN} 於 2024年11月12日 上午8:03 寫道：", "一個還是兩個？"),
    Reply("iphone-ko", "둘 다 부탁해요", "", "나의 iPhone에서 보냄", f"2024. 11. 12. 오전 8:03, {_BEN} 작성:", "하나인가요, 둘인가요?"),
    Reply("iphone-hu", "Mindkettőt kérem", "", "Az iPhone-omról küldve", f"{_BEN} írta (2024. nov. 12. 8:03):", "Egyet vagy kettőt?"),
    Reply("outlook-en", "Dear Ben,\n\nplease find the photo attached. The base is scratched on two sides.", "Kind regards\n\nAda Lind", "", f"From: {_BEN}\nSent: 12 November 2024 08:03\nTo: {_ADA}\nSubject: RE: Order 4711", "Dear Ada,\n\ncould you send a photo?\n\nBen", marked=False),
    Reply("outlook-en-card", "Please cancel the second lamp.", "Kind regards,\nAda Lind", "Lind Interiors Ltd\n12 Long Lane, Leeds\nT: +44 20 0000 0000\nwww.lind.example", f"From: {_BEN}\nSent: Tuesday, November 12, 2024 8:03 AM\nTo: {_ADA}\nCc: Office\nSubject: RE: Order 4711", "Shall we send both?", marked=False),
    Reply("outlook-da", "Hej Ben,\n\nlampen er gået i stykker.", "Venlig hilsen\nAda", "", f"Fra: {_BEN}\nSendt: 12. november 2024 08:03\nTil: {_ADA}\nEmne: SV: Ordre 4711", "Er lampen kommet?", marked=False),
    Reply("outlook-nb", "Hei,\n\nlampen er knust.", "Mvh\nAda", "", f"Fra: {_BEN}\nSendt: tirsdag 12. november 2024 08:03\nTil: {_ADA}\nEmne: SV: Ordre 4711", "Kom lampen?", marked=False),
    Reply("outlook-hu", "Jó napot, a lámpa eltört.", "Üdvözlettel:\nAda", "", f"Feladó: {_BEN}\nElküldve: 2024. november 12., kedd 8:03\nCímzett: {_ADA}\nTárgy: RE: Rendelés", "Megérkezett?", marked=False),
    Reply("outlook-ro", "Bună ziua, lampa este spartă.", "Cu stimă,\nAda", "", f"De la: {_BEN}\nTrimis: marți, 12 noiembrie 2024 08:03\nCătre: {_ADA}\nSubiect: RE: Comanda", "A ajuns?", marked=False),
    Reply("outlook-el", "Καλημέρα, το φωτιστικό έσπασε.", "Με εκτίμηση\nΆντα", "", f"Από: {_BEN}\nΣτάλθηκε: Τρίτη, 12 Νοεμβρίου 2024 8:03 π.μ.\nΠρος: {_ADA}\nΘέμα: RE: Παραγγελία", "Έφτασε;", marked=False),
    Reply("outlook-uk", "Доброго дня, лампа розбита.", "З повагою\nАда", "", f"Від: {_BEN}\nНадіслано: 12 листопада 2024 р. 08:03\nКому: {_ADA}\nТема: RE: Замовлення", "Чи прийшла?", marked=False),
    Reply("outlook-sk", "Dobrý deň, lampa je rozbitá.", "S pozdravom\nAda", "", f"Od: {_BEN}\nOdoslané: utorok 12. novembra 2024 8:03\nKomu: {_ADA}\nPredmet: RE: Objednávka", "Prišla?", marked=False),
    Reply("outlook-hr", "Dobar dan, lampa je razbijena.", "Lijep pozdrav\nAda", "", f"Šalje: {_BEN}\nPoslano: utorak, 12. studenoga 2024. 8:03\nPrima: {_ADA}\nPredmet: RE: Narudžba", "Je li stigla?", marked=False),
    Reply("outlook-sl", "Pozdravljeni, luč je razbita.", "Lep pozdrav\nAda", "", f"Od: {_BEN}\nPoslano: torek, 12. november 2024 08:03\nZa: {_ADA}\nZadeva: RE: Naročilo", "Je prispela?", marked=False),
    Reply("outlook-vi", "Chào anh, đèn bị vỡ.", "", "", f"Từ: {_BEN}\nĐã gửi: Thứ Ba, 12 Tháng Mười Một 2024 8:03 SA\nTới: {_ADA}\nChủ đề: RE: Đơn hàng", "Đã đến chưa?", marked=False),
    Reply("outlook-th", "สวัสดีค่ะ โคมไฟแตก", "", "", f"จาก: {_BEN}\nส่ง: 12 พฤศจิกายน 2567 8:03\nถึง: {_ADA}\nเรื่อง: RE: คำสั่งซื้อ", "ถึงหรือยัง", marked=False),
    Reply("outlook-he", "שלום, המנורה שבורה.", "", "", f"מאת: {_BEN}\nנשלח: יום שלישי 12 נובמבר 2024 08:03\nאל: {_ADA}\nנושא: RE: הזמנה", "הגיעה?", marked=False),
    Reply("outlook-ar", "مرحبا، المصباح مكسور.", "", "", f"من: {_BEN}\nتم الإرسال: الثلاثاء 12 نوفمبر 2024 08:03\nإلى: {_ADA}\nالموضوع: RE: الطلب", "هل وصل؟", marked=False),
    Reply("outlook-zh-tw", "您好，燈破了。", "", "", f"寄件者: {_BEN}\n寄件日期: 2024年11月12日 上午 08:03\n收件者: {_ADA}\n主旨: RE: 訂單", "到了嗎？", marked=False),
    Reply("outlook-lt", "Laba diena, lempa sudužusi.", "Pagarbiai,\nAda", "", f"Nuo: {_BEN}\nIšsiųsta: 2024 m. lapkričio 12 d., antradienis 08:03\nKam: {_ADA}\nTema: RE: Užsakymas", "Ar atkeliavo?", marked=False),
    Reply("outlook-et", "Tere, lamp on katki.", "Lugupidamisega\nAda", "", f"Saatja: {_BEN}\nSaadetud: teisipäev, 12. november 2024 08:03\nAdressaat: {_ADA}\nTeema: RE: Tellimus", "Kas jõudis?", marked=False),
    Reply("outlook-web-de", "Hallo,\n\ndie Lampe flackert.", "Mit freundlichem Gruß\nAda Lind", "", f"________________________________\nVon: {_BEN}\nGesendet: Dienstag, 12. November 2024 08:03\nAn: {_ADA}\nBetreff: AW: Bestellung", "Alles gut?", marked=False),
    Reply("outlook-ios-de", "Ja, gern", "", "Holen Sie sich Outlook für iOS<https://aka.example/o>", f"________________________________\nVon: {_BEN}\nGesendet: Dienstag, November 12, 2024 8:03 AM\nAn: {_ADA}\nBetreff: Re: Bestellung", "Sollen wir tauschen?", marked=False),
    Reply("outlook-android-es", "Sí, por favor", "", "Obtener Outlook para Android<https://aka.example/a>", f"________________________________\nDe: {_BEN}\nEnviado: martes, 12 de noviembre de 2024 8:03\nPara: {_ADA}\nAsunto: Re: Pedido", "¿La cambiamos?", marked=False),
    Reply("outlook-ios-pt", "Sim, por favor", "", "Obter o Outlook para iOS<https://aka.example/o>", f"________________________________\nDe: {_BEN}\nEnviado: Tuesday, November 12, 2024 8:03:11 AM\nPara: {_ADA}\nAssunto: Re: Pedido", "Trocamos?", marked=False),
    Reply("outlook-ios-it", "Sì, grazie", "", "Scarica Outlook per iOS<https://aka.example/o>", f"________________________________\nDa: {_BEN}\nInviato: martedì, novembre 12, 2024 8:03 AM\nA: {_ADA}\nOggetto: Re: Ordine", "La cambiamo?", marked=False),
    Reply("outlook-ios-ja", "お願いします", "", "Outlook for iOS を入手<https://aka.example/o>", f"________________________________\n差出人: {_BEN}\n送信日時: 火曜日, 11月 12, 2024 8:03 午前\n宛先: {_ADA}\n件名: Re: 注文", "交換しますか。", marked=False),
    Reply("samsung-en", "Got it, thank you", "", "Sent from my Galaxy", f"-------- Original message --------\nFrom: {_BEN}\nDate: 12/11/2024 08:03 (GMT+00:00)\nTo: ada@home.example\nSubject: Re: Order 4711", "It ships today.", marked=False),
    Reply("samsung-de", "Danke, ist da", "", "Von meinem/meiner Galaxy gesendet", f"-------- Ursprüngliche Nachricht --------\nVon: {_BEN}\nDatum: 12.11.24 08:03 (GMT+01:00)\nAn: ada@home.example\nBetreff: Re: Bestellung", "Ist unterwegs.", marked=False),
    Reply("samsung-it", "Arrivata, grazie", "", "Inviato dal mio dispositivo Galaxy", f"-------- Messaggio originale --------\nDa: {_BEN}\nData: 12/11/24 08:03 (GMT+01:00)\nA: ada@home.example\nOggetto: Re: Ordine", "È partita.", marked=False),
    Reply("samsung-nl", "Ontvangen, dank je", "", "Verzonden vanaf mijn Galaxy", f"-------- Oorspronkelijk bericht --------\nVan: {_BEN}\nDatum: 12-11-2024 08:03 (GMT+01:00)\nAan: ada@home.example\nOnderwerp: Re: Bestelling", "Hij is onderweg.", marked=False),
    Reply("samsung-pl", "Dotarła, dzięki", "", "Wysłane z telefonu Galaxy", f"-------- Oryginalna wiadomość --------\nOd: {_BEN}\nData: 12.11.2024 08:03 (GMT+01:00)\nDo: ada@home.example\nTemat: Re: Zamówienie", "Już w drodze.", marked=False),
    Reply("yahoo-es", "Ya llegó, pero sin tornillos.", "", "Enviado desde Yahoo Mail para Android", f"  El martes, 12 de noviembre de 2024, 08:03:41 CET, {_BEN} escribió:", "¿Llegó bien?", marked=False),
    Reply("yahoo-fr", "Reçue, mais sans vis.", "", "Envoyé à partir de Yahoo Mail pour iPhone", f"Le mardi 12 novembre 2024 à 08:03:41 UTC+1, {_BEN} a écrit :", "Bien reçue ?", marked=False),
    Reply("yahoo-it", "Arrivata, ma senza viti.", "", "", f"Il martedì 12 novembre 2024 alle ore 08:03:41 CET, {_BEN} ha scritto:", "Arrivata bene?", marked=False),
    Reply("yahoo-pt", "Chegou, mas sem parafusos.", "", "", f"Em terça-feira, 12 de novembro de 2024 às 08:03:41 BRT, {_BEN} escreveu:", "Chegou bem?", marked=False),
    Reply("thunderbird-es", "Hola,\n\nfaltan los tornillos.", "Un saludo\nAda", "", "El 12/11/24 a las 8:03, Ben Lamps escribió:", "¿Llegó todo?"),
    Reply("thunderbird-it", "Mancano le viti.", "", "", "Il 12/11/24 08:03, Ben Lamps ha scritto:", "C'è tutto?"),
    Reply("thunderbird-pl", "Brakuje śrub.", "", "", "W dniu 12.11.2024 o 08:03, Ben Lamps pisze:", "Wszystko jest?"),
    Reply("thunderbird-cs", "Chybí šrouby.", "", "", "Dne 12. 11. 24 v 8:03 Ben Lamps napsal(a):", "Je vše v pořádku?"),
    Reply("thunderbird-nl", "De schroeven ontbreken.", "", "", "Op 12-11-2024 om 08:03 schreef Ben Lamps:", "Is alles er?"),
    Reply("thunderbird-sv", "Skruvarna saknas.", "", "", "Den 2024-11-12 kl. 08:03, skrev Ben Lamps:", "Är allt med?"),
    Reply("thunderbird-fi", "Ruuvit puuttuvat.", "", "", "Ben Lamps kirjoitti 12.11.2024 klo 8.03:", "Onko kaikki mukana?"),
    Reply("thunderbird-zh", "缺少螺丝。", "", "", "在 2024/11/12 08:03, Ben Lamps 写道:", "都齐了吗？"),
    Reply("thunderbird-zh-tw", "缺少螺絲。", "", "", "Ben Lamps 於 2024/11/12 上午 08:03 寫道:", "都齊了嗎？"),
    Reply("thunderbird-ko", "나사가 없어요.", "", "", "2024. 11. 12. 오전 8:03에 Ben Lamps 이(가) 쓴 글:", "다 있나요?"),
    Reply("thunderbird-tr", "Vidalar eksik.", "", "", "12.11.2024 08:03 tarihinde Ben Lamps yazdı:", "Hepsi tamam mı?"),
    Reply("thunderbird-hu", "Hiányoznak a csavarok.", "", "", "2024. 11. 12. 8:03 keltezéssel, Ben Lamps írta:", "Minden megvan?"),
    Reply("thunderbird-el", "Λείπουν οι βίδες.", "", "", "Στις 12/11/24 08:03, ο/η Ben Lamps έγραψε:", "Είναι όλα;"),
    Reply("proton-en", "Two screws are missing.", "", "Sent with [Proton Mail](https://proton.example/mail/home) secure email.", f"On Tuesday, 12 November 2024 at 08:03, {_BEN} wrote:", "Is everything there?"),
    Reply("proton-de", "Zwei Schrauben fehlen.", "", "Gesendet mit Proton Mail sicherer E-Mail.", "-------- Original-Nachricht --------\nAm 12.11.24 um 08:03 , Ben Lamps schrieb:", "Alles da?"),
    Reply("proton-fr", "Il manque deux vis.", "", "Envoyé avec la messagerie sécurisée Proton Mail.", f"Le mardi 12 novembre 2024 à 08:03, {_BEN} a écrit :", "Tout y est ?"),
    Reply("webde-app", "Zwei Schrauben fehlen.", "", "--\nDiese Nachricht wurde von meinem Android Mobiltelefon mit WEB.DE Mail gesendet.", f"Am 12.11.24, 08:03 schrieb {_BEN}:", "Alles da?", marked=False),
    Reply("gmx-web", "Zwei Schrauben fehlen.", "Viele Grüße\nAda", "", 'Gesendet: Dienstag, 12. November 2024 um 08:03\nVon: "Ben Lamps" <ben@shop.example>\nAn: ada@home.example\nBetreff: Re: Bestellung', "Alles da?", marked=False),
    Reply("k9-de", "Zwei Schrauben fehlen.", "", "-- \nDiese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.", f"Am 12. November 2024 08:03:11 MEZ schrieb {_BEN}:", "Alles da?"),
    Reply("yandex-ru", "Не хватает двух винтов.", "", "", '12.11.2024, 08:03, "Ben Lamps" <ben@shop.example>:', "Всё на месте?"),
    Reply("mailru-ru", "Не хватает двух винтов.", "", "-- \nАда Линд\nОтправлено из Mail.ru для Android", f"вторник, 12 ноября 2024 г., 08:03 +03:00 от {_BEN}:", "Всё на месте?"),
    Reply("zoho-en", "Two screws are missing.", "", "Sent using Zoho Mail", "---- On Tue, 12 Nov 2024 08:03:11 +0100 Ben Lamps <ben@shop.example> wrote ---", "Is everything there?", marked=False),
    Reply("zoho-es", "Faltan dos tornillos.", "", "", "---- El mar, 12 nov 2024 08:03:11 +0100 Ben Lamps <ben@shop.example> escribió ----", "¿Está todo?", marked=False),
    Reply("spark-en", "Two screws are missing.", "", "Sent via Spark", "On 12 Nov 2024 at 08:03 +0100, Ben Lamps <ben@shop.example>, wrote:", "Is everything there?"),
    Reply("spark-us", "Two screws are missing.", "Thanks,\nAda", "", "On Nov 12, 2024, 8:03 AM +0100, Ben Lamps <ben@shop.example>, wrote:", "Is everything there?"),
    Reply("fastmail-en", "Two screws are missing.", "", "", "On Tue, 12 Nov 2024, at 8:03 AM, Ben Lamps wrote:", "Is everything there?"),
    Reply("no-quote", "Two screws are missing.\n\nWhat shall I do?", "Best regards,\n\nAda Lind", "", "", ""),
    Reply("no-quote-sv", "Två skruvar saknas.", "Med vänliga hälsningar,\nAda", "Skickat från Outlook för Android", "", ""),
]  # fmt: skip
