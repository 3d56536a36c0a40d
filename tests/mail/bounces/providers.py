"""Bounces as the large providers and their filters write them."""

from tests.mail.bounces.form import BEN, COPY, HEADER, HTML, PLAIN, RETURNED, parts, text

PROVIDERS: dict[str, tuple[bytes, tuple[str, str, str]]] = {
    "Exchange 5.5": (
        text("System Administrator <postmaster@shop.example>", "Undeliverable: Lamp", f"Your message\n\n  To:      {BEN}\n  Subject: Lamp\n  Sent:    Mon, 2 Mar 2026 09:00:00 -0000\n\ndid not reach the following recipient(s):\n\n{BEN} on Mon, 2 Mar 2026 09:00:05 -0000\n    The recipient name is not recognized\n\tThe MTS-ID of the original message is: c=us;a= ;p=shop;l=MX\n    MSEXCH:IMS:SHOP:EAST:MX 0 (000C05A6) Unknown Recipient\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Exchange 2003, German": (
        text("Systemadministrator <postmaster@shop.example>", "Unzustellbar: Lamp", f"Ihre Nachricht hat einige oder alle Empfänger nicht erreicht.\n\n      Betreff:  Lamp\n      Gesendet am:  02.03.2026 10:00\n\nFolgende Empfänger konnten nicht erreicht werden:\n\n      {BEN} am 02.03.2026 10:00\n            Das E-Mail-Konto ist in dem Unternehmen nicht vorhanden, an das diese Nachricht gesendet wurde.\n            <mx.shop.example #5.1.1>\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Exchange 2003, French": (
        text("Administrateur système <postmaster@shop.example>", "Non remis : Lamp", f"Votre message n'a pas atteint certains ou tous les destinataires souhaités.\n\n      Objet :  Lamp\n      Envoyé :  02/03/2026 10:00\n\nLes destinataires suivants n'ont pas pu être contactés :\n\n      {BEN} le 02/03/2026 10:00\n            La boîte aux lettres du destinataire est pleine.\n            <mx.shop.example #5.2.2>\n"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Exchange 2010, Spanish": (
        parts("Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@shop.example>", "No se puede entregar: Lamp", (PLAIN, f"No se pudo entregar el mensaje a estos destinatarios o grupos:\n\n{BEN}<mailto:{BEN}>\nNo se encontró la dirección de correo electrónico que especificó. Compruebe la dirección e intente reenviar el mensaje.\n\nInformación de diagnóstico para administradores:\n\nServidor de generación: mx.shop.example\n\n{BEN}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Exchange 2013, Portuguese": (
        parts("Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@shop.example>", "Não entregue: Lamp", (PLAIN, f"Falha na entrega a estes destinatários ou grupos:\n\n{BEN}\nA caixa de correio do destinatário está cheia e não pode aceitar mensagens agora.\n\nInformações de diagnóstico para administradores:\n\nGerando servidor: mx.shop.example\n\n{BEN}\n#554 5.2.2 mailbox full ##\n"), COPY),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Exchange 2016, Italian": (
        parts("Microsoft Outlook <postmaster@shop.example>", "Non recapitabile: Lamp", (PLAIN, f"Non è stato possibile recapitare il messaggio ai destinatari o gruppi seguenti:\n\n{BEN}\nImpossibile trovare l'indirizzo di posta elettronica immesso.\n\nInformazioni diagnostiche per gli amministratori:\n\n{BEN}\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Office 365": (
        parts("Microsoft Outlook <postmaster@shop.onmicrosoft.example>", "Undeliverable: Lamp", (HTML, f"<html><body><h1>Your message to {BEN} couldn't be delivered.</h1><p>ben wasn't found at shop.example.</p><p>k3</p><p>Unknown To address</p><pre>Reported error: 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {BEN} not found by SMTP address lookup</pre></body></html>"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Office 365, Dutch": (
        parts("Microsoft Outlook <postmaster@shop.onmicrosoft.example>", "Onbestelbaar: Lamp", (PLAIN, f"Uw bericht aan {BEN} kan niet worden bezorgd.\n\nben is niet gevonden bij shop.example.\n\nGemelde fout: 550 5.1.1 User unknown\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Office 365, Japanese": (
        parts("Microsoft Outlook <postmaster@shop.onmicrosoft.example>", "配信不能: Lamp", (PLAIN, f"次の受信者またはグループへの配信に失敗しました。\n\n{BEN}\n入力した電子メール アドレスが見つかりませんでした。\n\n管理者用の診断情報:\n\n{BEN}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Office 365, policy": (
        parts("Microsoft Outlook <postmaster@shop.onmicrosoft.example>", "Undeliverable: Lamp", (PLAIN, f"Your message to {BEN} couldn't be delivered.\n\nA custom mail flow rule created by an admin at shop.example has blocked your message.\n\nRemote server returned '550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy'\n"), COPY),
        (BEN, "failed 5", "policy"),
    ),
    "Gmail": (
        text("Mail Delivery Subsystem <mailer-daemon@googlemail.example>", "Delivery Status Notification (Failure)", f"Delivery to the following recipient failed permanently:\n\n     {BEN}\n\nTechnical details of permanent failure:\nGoogle tried to deliver your message, but it was rejected by the server for the recipient domain shop.example by mx.shop.example. [192.0.2.7].\n\nThe error that the other server returned was:\n550 #5.1.0 Address rejected.\n\n----- Original message -----\n\n{RETURNED}", f"X-Failed-Recipients: {BEN}"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Gmail, new": (
        parts("Mail Delivery Subsystem <mailer-daemon@googlemail.example>", "Delivery Status Notification (Failure)", (PLAIN, f"\n** Address not found **\n\nYour message wasn't delivered to {BEN} because the address couldn't be found, or is unable to receive mail.\n\nThe response was:\n\n550 5.1.1 The email account that you tried to reach does not exist.\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Gmail, German": (
        parts("Mail Delivery Subsystem <mailer-daemon@googlemail.example>", "Delivery Status Notification (Failure)", (PLAIN, f"\n** Die Adresse wurde nicht gefunden **\n\nIhre Nachricht wurde nicht an {BEN} zugestellt, weil die Adresse nicht gefunden wurde oder keine E-Mails empfangen kann.\n\nAntwort:\n\n550 5.1.1 no such user\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Gmail, waiting": (
        parts("Mail Delivery Subsystem <mailer-daemon@googlemail.example>", "Delivery Status Notification (Delay)", (PLAIN, f"\n** Delivery incomplete **\n\nThere was a temporary problem delivering your message to {BEN}. Gmail will retry for 46 more hours. You'll be notified if the delivery fails permanently.\n\nThe response was:\n\nThe recipient server did not accept our requests to connect. [mx.shop.example. 192.0.2.7: timed out]\n"), COPY),
        (BEN, "delayed 4", "expired"),
    ),
    "Yahoo": (
        text("MAILER-DAEMON@yahoo.example", "Failure Notice", f"Sorry, we were unable to deliver your message to the following address.\n\n<{BEN}>:\nNo mx record found for domain=shop.example\n\n--- Below this line is a copy of the message.\n\n{RETURNED}"),
        (BEN, "failed 5", "unknown host"),
    ),
    "AOL": (
        text("Mail Delivery Subsystem <MAILER-DAEMON@aol.example>", "Returned mail: User unknown", f'The original message was received at Mon, 2 Mar 2026 09:00:00 GMT\n\n*** ATTENTION ***\n\nYour e-mail is being returned to you because there was a problem with its\ndelivery.  The address which was undeliverable is listed in the section\nlabeled: "----- The following addresses had permanent fatal errors -----".\n\n   ----- The following addresses had permanent fatal errors -----\n<{BEN}>\n\n   ----- Transcript of session follows -----\n... while talking to mx.shop.example.:\n>>> RCPT To:<{BEN}>\n<<< 550 MAILBOX NOT FOUND\n550 <{BEN}>... User unknown\n'),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Zoho": (
        text("mailer-daemon@mail.zoho.example", "Undelivered Mail Returned to Sender", f"This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its recipients. This is a permanent error.\n\n[Status: Error, Address: <{BEN}>, ResponseCode 554, 5.7.1 <{BEN}>: Relay access denied]\n\nReceived:from mail.zoho.example by mx.zoho.example\n"),
        (BEN, "failed 5", "policy"),
    ),
    "GMX, web.de": (
        text("GMX Mailer Daemon <mailer-daemon@gmx.example>", "Mail delivery failed: returning message to sender", f'This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of\nits recipients. This is a permanent error. The following address\nfailed:\n\n"{BEN}":\nSMTP error from remote server for RCPT TO command, host: mx.shop.example (192.0.2.7) reason: 550 5.7.1 mailbox disabled\n\n--- The header of the original message is following. ---\n\n{HEADER}'),
        (BEN, "failed 5", "mailbox inactive"),
    ),
    "T-Online": (
        text("Mail Delivery System <mailer-daemon@t-online.example>", "Unzustellbare Mail / Undelivered Mail", f"|------------------------- Message log follows: -------------------------|\n no valid recipients were found for this message\n|------------------------- Failed addresses follow: ---------------------|\n <{BEN}> ... unknown host\n|------------------------- Message text follows: ------------------------|\n{RETURNED}"),
        (BEN, "failed 5", "unknown host"),
    ),
    "Mail.ru": (
        text("mailer-daemon@corp.mail.example", "Mail failure.", f"This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  {BEN}\n    SMTP error from remote mail server after RCPT TO:<{BEN}>:\n    host mx.shop.example [192.0.2.7]: 550 Почтовый ящик переполнен\n"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Yandex": (
        parts("mailer-daemon@yandex.example", "Недоставленное сообщение", (PLAIN, f"Это письмо отправлено почтовым сервером yandex.example.\n\nК сожалению, мы вынуждены сообщить Вам о том, что Ваше письмо не может\nбыть отправлено одному или нескольким адресатам. Технические подробности можно найти ниже.\n\nВозможные причины недоставки указаны по адресу:\nhttps://yandex.example/support\n\nПожалуйста, не отвечайте на это сообщение.\n\n---------------------\n\n<{BEN}>: host mx.shop.example[192.0.2.7] said: 550 5.1.1\n    Пользователь не найден\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "QQ": (
        text("PostMaster@qq.example", "系统退信", f"很抱歉，您发送的邮件被退回，原因如下：\n\n收件人邮件地址 {BEN} 不存在，邮件无法送达。\n\nhost mx.shop.example[192.0.2.7] said: 550 Mailbox not found\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "163": (
        parts("Postmaster@163.example", "系统退信", (HTML, f"<html><body><p>抱歉，您的邮件被退回来了……</p><p>原邮件信息：</p><p>收件人：{BEN}</p><p>退信原因：收件人邮箱空间不足 550 mailbox full</p></body></html>"), COPY),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Naver": (
        text("MAILER-DAEMON@naver.example", "[메일 발송 실패 안내] Lamp", f"메일이 발송되지 않았습니다.\n\n받는 사람: {BEN}\n\n실패 사유: 존재하지 않는 메일 주소입니다. (550 5.1.1 No such user)\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Orange": (
        text("MAILER-DAEMON@orange.example (Mail Delivery System)", "Echec de livraison du mail / Undelivered mail", f"Bonjour,\n\nNous vous informons que votre message n'a pas pu être délivré à l'un des destinataires.\n\n<{BEN}>: host mx.shop.example[192.0.2.7] said: 550 5.1.1 Adresse d au moins un destinataire invalide. (in reply to RCPT TO command)\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Free": (
        text("Mailer-Daemon@free.example", "failure notice", f"Bonjour,\n\nCeci est un message du serveur de courrier. Votre message n'a pu être remis à :\n\n<{BEN}>:\nboîte aux lettres pleine (quota dépassé)\n\n--- Ci-dessous le message d'origine.\n\n{RETURNED}"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Libero": (
        text("Mail Delivery Service <mailadmin@libero.example>", "Delivery Status Notification", f" - These recipients of your message have been processed by the mail server:\n{BEN}; Failed; 5.1.1 (bad destination mailbox address)\n\n    Remote MTA mx.shop.example: SMTP diagnostic: 550 casella inesistente\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Amazon SES": (
        parts("MAILER-DAEMON@eu-west-1.amazonses.example", "Delivery Status Notification (Failure)", (PLAIN, f"An error occurred while trying to deliver the mail to the following recipients:\n{BEN}\n"), ("message/delivery-status", f"Reporting-MTA: dns; a1.smtp-out.amazonses.example\n\nAction: failed\nFinal-Recipient: rfc822; {BEN}\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\nStatus: 5.1.1\n"), COPY, kind="multipart/report; report-type=delivery-status"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Mimecast": (
        text("Mail Delivery Subsystem <mailer-daemon@eu-mta-1.mimecast.example>", "[Postmaster] Email Delivery Failure", f"This is an email notification from the mail gateway.\n\nThe following recipients could not be reached:\n\n{BEN}\n\nReason: Failed to deliver, 550 Rejected by header based anti-spoofing policy\n"),
        (BEN, "failed 5", "sender not authenticated"),
    ),
    "Barracuda": (
        parts("postmaster@barracuda.shop.example", "**Message you sent blocked by our bulk email filter**", (PLAIN, f"Your message to: {BEN}\nwas blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:\n\nSubject: Lamp\n"), COPY),
        (BEN, "failed 5", "taken for spam"),
    ),
    "Symantec, MessageLabs": (
        text("Mail Delivery System <MAILER-DAEMON@messagelabs.example>", "Mail Delivery Failure", f"This is the mail delivery agent at messagelabs.example.\nI was not able to deliver your message to the following addresses.\n\n<{BEN}>:\n192.0.2.7 does not like recipient.\nRemote host said: 550 5.1.1 unknown recipient\n\n--- Below this line is a copy of the message.\n\n{RETURNED}"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Proofpoint": (
        text("Mail Delivery Subsystem <MAILER-DAEMON@pphosted.example>", "Returned mail: see transcript for details", f"Your message could not be delivered to the following recipients:\n\n<{BEN}>\n    (reason: 550 5.7.1 Service unavailable, client host blocked using reputation list)\n"),
        (BEN, "failed 5", "taken for spam"),
    ),
    "MXLogic": (
        text('"Mail Delivery System" <MAILER-DAEMON@p01c11.mxlogic.example>', "Mail delivery failed", f"This message was created automatically by mail delivery software.\n\nA message that you have sent could not be delivered to one or more\nrecipients.  This is a permanent error.  The following address failed:\n\n  <{BEN}>: 552 5.2.2 over quota\n\nIncluded is a copy of the message header:\n-----------------------------------------\n{HEADER}"),
        (BEN, "failed 5", "mailbox full"),
    ),
}  # fmt: skip
"""System: its bounce, and the recipient, the action with the class of its status, and the reason that it tells."""
