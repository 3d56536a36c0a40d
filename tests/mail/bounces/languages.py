"""Bounces of a server that speaks the language of its country."""

from tests.mail.bounces.form import BEN, DAEMON, text

LANGUAGES: dict[str, tuple[bytes, tuple[str, str, str]]] = {
    "Polish": (
        text(DAEMON, "Wiadomość niedostarczona", f"To jest automatyczna wiadomość serwera poczty.\n\nTwoja wiadomość nie mogła zostać dostarczona do następujących odbiorców:\n\n<{BEN}>: 550 skrzynka pocztowa jest pełna\n"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Swedish": (
        text(DAEMON, "Meddelandet kunde inte levereras", f"Ditt meddelande kunde inte levereras till följande mottagare:\n\n{BEN}\nAdressen finns inte.\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Danish": (
        text(DAEMON, "Meddelelsen kunne ikke leveres", f"Din meddelelse kunne ikke leveres til følgende modtagere:\n\n{BEN}\nPostkassen er fuld.\n"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Turkish": (
        text(DAEMON, "İletilemedi: Lamp", f"İletiniz aşağıdaki alıcılara teslim edilemedi:\n\n{BEN}\n550 5.1.1 Kullanıcı bulunamadı\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Czech": (
        text(DAEMON, "Nedoručitelné: Lamp", f"Zprávu nelze doručit následujícím příjemcům:\n\n{BEN}\nSchránka příjemce je plná.\n"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Hungarian": (
        text(DAEMON, "Kézbesíthetetlen: Lamp", f"Az üzenetet nem sikerült kézbesíteni a következő címzetteknek:\n\n{BEN}\nA felhasználó nem létezik.\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Finnish": (
        text(DAEMON, "Viestiä ei voitu toimittaa", f"Viestiä ei voitu toimittaa seuraaville vastaanottajille:\n\n{BEN}\nVastaanottajaa ei löydy.\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Greek": (
        text(DAEMON, "Αδυναμία παράδοσης: Lamp", f"Το μήνυμά σας δεν παραδόθηκε στους ακόλουθους παραλήπτες:\n\n{BEN}\n550 5.1.1 Ο χρήστης δεν υπάρχει\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Ukrainian": (
        text(DAEMON, "Не вдалося доставити: Lamp", f"Ваше повідомлення не вдалося доставити таким одержувачам:\n\n{BEN}\nПоштову скриньку переповнено.\n"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Romanian": (
        text(DAEMON, "Nelivrabil: Lamp", f"Mesajul nu a putut fi livrat următorilor destinatari:\n\n{BEN}\nUtilizatorul nu există.\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Hebrew": (
        text(DAEMON, "לא נמסר: Lamp", f"לא היתה אפשרות למסור את ההודעה לנמענים הבאים:\n\n{BEN}\n550 5.1.1 הנמען לא נמצא\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Arabic": (
        text(DAEMON, "تعذر التسليم: Lamp", f"تعذر تسليم رسالتك إلى المستلمين التاليين:\n\n{BEN}\n552 5.2.2 صندوق البريد ممتلئ\n"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Traditional Chinese": (
        text(DAEMON, "無法投遞的郵件", f"您的郵件無法傳送給下列收件者：\n\n{BEN}\n收件者信箱已滿\n"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Vietnamese": (
        text(DAEMON, "Không gửi được thư: Lamp", f"Không thể gửi thư của bạn đến người nhận sau:\n\n{BEN}\n550 5.1.1 Người nhận không tồn tại\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Norwegian": (
        text(DAEMON, "Kan ikke leveres: Lamp", f"Meldingen kunne ikke leveres til følgende mottakere:\n\n{BEN}\nMottakeren finnes ikke.\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
}  # fmt: skip
"""System: its bounce, and the recipient, the action with the class of its status, and the reason that it tells."""
