"""Bounces of telephone companies, filters and older servers, each with a form of its own."""

from tests.mail.bounces.form import BEN, COPY, DAEMON, HEADER, PLAIN, RETURNED, SENDER, parts, text

CARRIERS: dict[str, tuple[bytes, tuple[str, str, str]]] = {
    "Activehunter": (
        text('"MAILER-DAEMON" <MAILER-DAEMON@mx.shop.example>', "FAILURE NOTICE :", f"  ----- The following addresses had permanent fatal errors -----\n\n>>> {BEN} <{BEN}>\n550 sorry, no mailbox here by that name (#5.1.1 - chkusr)\n\n  ----- original message -----\n{RETURNED}"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Bigfoot": (
        text(DAEMON, "Returned mail: User unknown", f"   ----- The following addresses had permanent fatal errors -----\n<{BEN}>\n\n   ----- Transcript of session follows -----\n>>> RCPT TO:<{BEN}>\n<<< 553 Invalid recipient {BEN} (Mode: normal)\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Biglobe": (
        parts("Mail Delivery System <mailer-daemon@mta.biglobe.example>", "Returned mail:", (PLAIN, f"   ----- The following addresses had delivery problems -----\n{BEN}\n\n   ----- Non-delivered information -----\nThe number of messages in recipient's mailbox exceeded the local limit.\n"), COPY),
        (BEN, "failed 5", "mailbox full"),
    ),
    "1&1": (
        text('"Mail Delivery System" <mailer-daemon@kundenserver.example>', "Mail delivery failed: returning message to sender", f"This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to\none or more of its recipients. The following addresses\nfailed:\n\n<{BEN}>\n\nMail size limit exceeded. For explanation visit\nhttps://postmaster.kundenserver.example/sizes\n\n--- The header of the original message is following. ---\n\n{HEADER}"),
        (BEN, "failed 5", "too large"),
    ),
    "EZweb": (
        parts("Postmaster@ezweb.example", "Mail System Error - Returned Mail", (PLAIN, f"次のあて先へのメッセージはエラーのため送信できませんでした。\n\n送信先メールアドレスが見つかりません。\n\nThe user(s) account is disabled.\n\n<{BEN}>\n"), COPY),
        (BEN, "failed 5", "mailbox inactive"),
    ),
    "EZweb, quota": (
        parts("Postmaster@ezweb.example", "Mail System Error - Returned Mail", (PLAIN, f"The user(s) account is temporarily over quota.\n\n<{BEN}>\n"), COPY),
        (BEN, "failed 5", "mailbox full"),
    ),
    "KDDI": (
        text("no-reply@app.auone.example", "Undelivered mail", f"    Your mail sent on: Mon, 2 Mar 2026 09:00:00 +0900\n    Could not be delivered to: <{BEN}>\n    As their mailbox is full.\n", "Return-Path: <>"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "McAfee": (
        parts(DAEMON, "Delivery Status", (PLAIN, f"The following addresses had delivery problems:\n\n<{BEN}>   (User unknown {BEN})\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "m-FILTER": (
        text("MAILER-DAEMON@mx.shop.example", "failure notice", f"-------server message\n550 5.1.1 unknown user <{BEN}>\n\n-------SMTP command\nRCPT\n\n-------original message\n{RETURNED}", "X-Mailer: m-FILTER"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Messaging Server": (
        parts("Internet Mail Delivery <postmaster@mx.shop.example>", "Delivery Notification: Delivery has failed", (PLAIN, f"This report relates to a message you sent with the following header fields:\n\n  Message-id: <1@m.market.example>\n  Date: Mon, 2 Mar 2026 09:00:00 +0000\n  From: k3@m.market.example\n  To: {BEN}\n  Subject: Lamp\n\nYour message cannot be delivered to the following recipients:\n\n  Recipient address: {BEN}\n  Reason: Remote SMTP server has rejected address\n  Diagnostic code: smtp;550 5.1.1 User unknown\n  Remote system: dns;mx.shop.example (TCP|192.0.2.9|25)\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Messaging Server, quota": (
        parts("Internet Mail Delivery <postmaster@mx.shop.example>", "Delivery Notification: Delivery has failed", (PLAIN, f"This report relates to a message you sent with the following header fields:\n\n  Message-id: <1@m.market.example>\n  To: {BEN}\n  Subject: Lamp\n\nYour message cannot be delivered to the following recipients:\n\n  Recipient address: ben@ims-ms-daemon\n  Original address: {BEN}\n  Reason: Over quota\n"), COPY),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Verizon": (
        text("post_master@vtext.example", "Undeliverable Message", f"Error: No valid recipients for this MM.\n\nMessage could not be delivered to mobile.\n\nTo: {BEN}\nSubject: Lamp\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Delivery errors in brackets": (
        text('"Mail Deliver System" <MAILER-DAEMON@mx.shop.example>', "Returned Mail: Lamp", f"The original message was received at Mon, 2 Mar 2026 09:00:00 +0000 (GMT)\nfrom {SENDER}\n\n---The following addresses had delivery errors---\n\n{BEN} [User unknown]\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Boxed": (
        text("Mail Delivery System <mailer-daemon@mx.shop.example>", "Delivery status notification", f"============================================================================\n      This is an automatically generated message.\n\n      Your message was not delivered to the recipient below.\n      {BEN} (SMTP failure: 553 after RCPT TO, unknown recipient)\n============================================================================\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "In full sentences": (
        text("Postmaster <postmaster@mx.shop.example>", "There was an error sending your mail", f"We had trouble delivering your message. Full details follow:\n\nSubject: 'Lamp'\nDate: 'Mon, 2 Mar 2026 09:00:00 +0000'\n\n1 error(s):\n\nSMTP Server <mx.shop.example> rejected recipient <{BEN}>\n  (Error following RCPT command). It responded as follows: [550 5.1.1 User unknown]\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "DragonFly": (
        text("<MAILER-DAEMON@df.shop.example>", "Mail delivery failed", f"This is the DragonFly Mail Agent v0.13 at df.shop.example.\n\nThere was an error delivering your mail to <{BEN}>.\n\nmx.shop.example [192.0.2.7] did not like our RCPT TO:\n552 5.2.2 <{BEN}>: Recipient address rejected: Mailbox full\n\nMessage headers follow.\n\n{HEADER}"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Amavis": (
        parts('"Content-filter at mx.shop.example" <postmaster@mx.shop.example>', "Undeliverable mail, MTA-BLOCKED", (PLAIN, f"A message from <{SENDER}> to:\n-> {BEN}\n\nwas considered unsolicited bulk e-mail (UBE).\n\nOur internal reference code for your message is 12345-01.\n\nDelivery of the email was stopped!\n"), COPY),
        (BEN, "failed 5", "taken for spam"),
    ),
    "Facebook": (
        parts("Facebook <mailer-daemon@mx.face.example>", "Sorry, your message could not be delivered", (PLAIN, f"This message was created automatically by Facebook.\n\nSorry, your message could not be delivered to {BEN}.\n"), ("message/delivery-status", f"Reporting-MTA: dns; mx.face.example\n\nFinal-Recipient: rfc822; {BEN}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 RCP-P1 https://postmaster.face.example/response_codes#rcp Invalid recipient\n"), COPY, kind="multipart/report; report-type=delivery-status"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Netscape": (
        text("Mail Administrator <Postmaster@mx.shop.example>", "Mail System Error - Returned Mail", f"This Message was undeliverable due to the following reason:\n\nThe following destination addresses were unknown (please check\nthe addresses and re-mail the message):\n\nSMTP <{BEN}>\n\nPlease reply to Postmaster@mx.shop.example\nif you feel this message to be in error.\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Pipe": (
        text(DAEMON, "Mail delivery failed: returning message to sender", f"This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  pipe to |/usr/bin/procmail\n    generated by {BEN}\n    local delivery failed\n"),
        (BEN, "failed 5", "unknown"),
    ),
    "Group that takes no strangers": (
        parts("Mail Delivery Subsystem <mailer-daemon@groups.example>", "Delivery Status Notification (Failure)", (PLAIN, f"Hello {SENDER},\n\nWe're writing to let you know that the group you tried to contact (lamps) may not exist, or you may not have permission to post messages to the group.\n\nThanks,\n\nGroups\n"), COPY),
        (BEN, "failed 5", "policy"),
    ),
    "Trend Micro": (
        parts("Trend Micro Mail <postmaster@tm.shop.example>", "Mail Delivery Failure", (PLAIN, f"Unable to deliver message to <{BEN}>. Reason: 550 5.7.1 blocked using the block list. (RCPT)\n"), COPY),
        (BEN, "failed 5", "policy"),
    ),
    "Sophos": (
        parts("Mail Delivery System <MAILER-DAEMON@sg.shop.example>", "Undelivered Mail Returned to Sender", (PLAIN, f"This is the mail system at host sg.shop.example.\n\nYour message could not be delivered to:\n\n<{BEN}>: host mx.shop.example[192.0.2.7] said: 550 5.7.26 unauthenticated mail is refused (in reply to end of DATA command)\n"), COPY),
        (BEN, "failed 5", "sender not authenticated"),
    ),
    "Cloudmark, deferred": (
        text(DAEMON, "Delayed Mail (still being retried)", f"####################################################################\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n####################################################################\n\nYour message could not be delivered for more than 4 hour(s).\nIt will be retried until it is 5 day(s) old.\n\n<{BEN}>: host mx.shop.example[192.0.2.7] said: 451 4.7.1 Greylisted, try again later\n"),
        (BEN, "delayed 4", "policy"),
    ),
    "HCL, German": (
        text("Postmaster@shop.example", "ZUSTELLUNGSFEHLER: Benutzer ben (ben@shop.example) nicht im Verzeichnis", f"Ihre Nachricht\n\n  Betreff: Lamp\n\nwurde nicht zugestellt an:\n\n  {BEN}\n\nGrund:\n\n  Benutzer ben ({BEN}) ist im Domino-Verzeichnis nicht aufgeführt\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Exchange, Polish": (
        parts("Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@shop.example>", "Niedostarczone: Lamp", (PLAIN, f"Nie można dostarczyć wiadomości do następujących adresatów lub grup:\n\n{BEN}\nNie można odnaleźć wprowadzonego adresu e-mail.\n\nInformacje diagnostyczne dla administratorów:\n\n{BEN}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Exchange, Swedish": (
        parts("Systemadministratör <postmaster@shop.example>", "Olevererbart: Lamp", (PLAIN, f"Ditt meddelande har inte nått några eller alla av mottagarna.\n\n      Ämne: Lamp\n      Skickat: 2026-03-02 10:00\n\nFöljande mottagare kunde inte nås:\n\n      {BEN} den 2026-03-02 10:00\n            E-postkontot finns inte i den organisation som meddelandet skickades till.\n            <mx.shop.example #5.1.1>\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Exchange, Russian": (
        parts("Microsoft Outlook <postmaster@shop.example>", "Не удается доставить: Lamp", (PLAIN, f"Сбой доставки для следующих получателей или групп:\n\n{BEN}\nПочтовый ящик получателя переполнен, сейчас он не может принимать сообщения.\n\nДиагностические сведения для администраторов:\n\n{BEN}\n#554 5.2.2 mailbox full ##\n"), COPY),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Exchange, Chinese": (
        parts("Microsoft Outlook <postmaster@shop.example>", "未送达: Lamp", (PLAIN, f"无法将邮件传递给以下收件人或组:\n\n{BEN}\n找不到您输入的电子邮件地址。\n\n管理员的诊断信息:\n\n{BEN}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Exchange, Korean": (
        parts("Microsoft Outlook <postmaster@shop.example>", "배달되지 않음: Lamp", (PLAIN, f"다음 받는 사람 또는 그룹에 배달하지 못했습니다.\n\n{BEN}\n입력한 전자 메일 주소를 찾을 수 없습니다.\n\n관리자를 위한 진단 정보:\n\n{BEN}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Exchange, Turkish": (
        parts("Microsoft Outlook <postmaster@shop.example>", "Teslim edilemedi: Lamp", (PLAIN, f"Şu alıcılara veya gruplara teslim edilemedi:\n\n{BEN}\nGirdiğiniz e-posta adresi bulunamadı.\n\nYöneticiler için tanılama bilgileri:\n\n{BEN}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Exchange, waiting": (
        parts("Microsoft Outlook <postmaster@shop.example>", "Delivery delayed: Lamp", (PLAIN, f"Delivery is delayed to these recipients or groups:\n\n{BEN}\n\nSubject: Lamp\n\nThis message hasn't been delivered yet. Delivery will continue to be attempted.\n\nThe server will keep trying to deliver this message for the next 1 days, 19 hours and 55 minutes. You'll be notified if the message can't be delivered by that time.\n"), COPY),
        (BEN, "delayed 4", "unknown"),
    ),
    "Gmail, French, waiting": (
        parts("Mail Delivery Subsystem <mailer-daemon@googlemail.example>", "Delivery Status Notification (Delay)", (PLAIN, f"\n** Distribution incomplète **\n\nUn problème temporaire est survenu lors de la distribution de votre message à l'adresse {BEN}. Gmail va effectuer de nouvelles tentatives pendant 46 heures supplémentaires. Vous serez averti si la distribution échoue définitivement.\n"), COPY),
        (BEN, "delayed 4", "unknown"),
    ),
    "Gmail, Spanish": (
        parts("Mail Delivery Subsystem <mailer-daemon@googlemail.example>", "Delivery Status Notification (Failure)", (PLAIN, f"\n** Bandeja de entrada llena **\n\nTu mensaje no se ha podido entregar a {BEN}. La bandeja de entrada está llena o recibe demasiados correos.\n\nLa respuesta fue:\n\n552 5.2.2 The email account that you tried to reach is over quota.\n"), COPY),
        (BEN, "failed 5", "mailbox full"),
    ),
}  # fmt: skip
"""System: its bounce, and the recipient, the action with the class of its status, and the reason that it tells."""
