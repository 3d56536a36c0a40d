"""Bounces as mail servers write them that anybody may run."""

from tests.mail.bounces.form import BEN, COPY, DAEMON, HEADER, PLAIN, RETURNED, SENDER, parts, text

PROGRAMS: dict[str, tuple[bytes, tuple[str, str, str]]] = {
    "qmail": (
        text("MAILER-DAEMON@mx.shop.example", "failure notice", f"Hi. This is the qmail-send program at mx.shop.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<{BEN}>:\n192.0.2.7 does not like recipient.\nRemote host said: 550 unknown user\nGiving up on 192.0.2.7.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <{SENDER}>\n{RETURNED}"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "qmail, quota": (
        text("MAILER-DAEMON@mx.shop.example", "failure notice", f"Hi. This is the qmail-send program at mx.shop.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<{BEN}>:\nuser is over quota\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <{SENDER}>\n{RETURNED}"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "qmail, no host": (
        text("MAILER-DAEMON@mx.shop.example", "failure notice", f"Hi. This is the qmail-send program at mx.shop.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<{BEN}>:\nSorry, I couldn't find any host named shop.example. (#5.1.2)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <{SENDER}>\n{RETURNED}"),
        (BEN, "failed 5", "unknown host"),
    ),
    "qmail, expired": (
        text("MAILER-DAEMON@mx.shop.example", "failure notice", f"Hi. This is the qmail-send program at mx.shop.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<{BEN}>:\nSorry, I wasn't able to establish an SMTP connection. (#4.4.1)\nI'm not going to try again; this message has been in the queue too long.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <{SENDER}>\n{RETURNED}"),
        (BEN, "failed 4", "expired"),
    ),
    "Exim": (
        text(DAEMON, "Mail delivery failed: returning message to sender", f"This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  {BEN}\n    host mx.shop.example [192.0.2.7]\n    SMTP error from remote mail server after RCPT TO:<{BEN}>:\n    550 No such recipient here\n\n------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <{SENDER}>\n{RETURNED}", f"X-Failed-Recipients: {BEN}"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Exim, unroutable": (
        text(DAEMON, "Mail delivery failed: returning message to sender", f"This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  {BEN}\n    all relevant MX records point to non-existent hosts\n\n------ This is a copy of the message, including all the headers. ------\n\n{RETURNED}"),
        (BEN, "failed 5", "host takes no mail"),
    ),
    "Exim, delayed": (
        text(DAEMON, "Warning: message 1abcde-0000xy-AB delayed 24 hours", f"This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.market.example.\n\nThe message identifier is:     1abcde-0000xy-AB\nThe subject of the message is: Lamp\n\nThe address to which the message has not yet been delivered is:\n\n  {BEN}\n    host mx.shop.example [192.0.2.7]: Connection refused\n\nNo action is required on your part. Delivery attempts will continue for\nsome time, and this warning may be repeated at intervals if the message\nremains undelivered. Eventually the mail delivery software will give up,\nand when that happens, the message will be returned to you.\n"),
        (BEN, "delayed 4", "network"),
    ),
    "Exim, German": (
        text(DAEMON, "Mail delivery failed: returning message to sender", f"Diese Nachricht wurde automatisch vom Mailserver erzeugt.\n\nEine von Ihnen gesendete Nachricht konnte nicht an alle Empfänger zugestellt\nwerden. Dies ist ein dauerhafter Fehler. Folgende Adressen sind betroffen:\n\n  {BEN}\n    Das Postfach ist voll\n"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Postfix, words only": (
        text("MAILER-DAEMON@mx.shop.example (Mail Delivery System)", "Undelivered Mail Returned to Sender", f"This is the Postfix program at host mx.shop.example.\n\nI'm sorry to have to inform you that your message could not be\nbe delivered to one or more recipients. It's attached below.\n\n<{BEN}>: host mx.shop.example[192.0.2.7] said: 550 5.7.1\n    Message rejected as spam (in reply to end of DATA command)\n"),
        (BEN, "failed 5", "taken for spam"),
    ),
    "Sendmail, words only": (
        text("Mail Delivery Subsystem <MAILER-DAEMON@mx.shop.example>", "Returned mail: see transcript for details", f"The original message was received at Mon, 2 Mar 2026 09:00:00 GMT\nfrom m.market.example [192.0.2.9]\n\n   ----- The following addresses had permanent fatal errors -----\n<{BEN}>\n    (reason: 550 5.1.1 <{BEN}>... User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to mx.shop.example.:\n>>> RCPT To:<{BEN}>\n<<< 550 5.1.1 <{BEN}>... User unknown\n550 5.1.1 <{BEN}>... User unknown\n\n   ----- Original message follows -----\n\n{RETURNED}"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Sendmail of old": (
        text("Mail Delivery Subsystem <MAILER-DAEMON@mx.shop.example>", "Returned mail: Host unknown", f"   ----- Transcript of session follows -----\n550 shop.example (smtp)... 550 Host unknown\n554 <{BEN}>... 550 Host unknown (Authoritative answer from name server)\n\n   ----- Unsent message follows -----\n{RETURNED}"),
        (BEN, "failed 5", "unknown host"),
    ),
    "Sendmail, warning": (
        text("Mail Delivery Subsystem <MAILER-DAEMON@mx.shop.example>", "Warning: could not send message for past 4 hours", f"    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************\n\nThe original message was received at Mon, 2 Mar 2026 09:00:00 GMT\n\n   ----- The following addresses had transient non-fatal errors -----\n<{BEN}>\n\n   ----- Transcript of session follows -----\n<{BEN}>... Deferred: Connection timed out with mx.shop.example.\nWarning: message still undelivered after 4 hours\nWill keep trying until message is 5 days old\n"),
        (BEN, "delayed 4", "expired"),
    ),
    "Courier": (
        parts("Courier mail server at mx.shop.example <@mx.shop.example>", "NOTICE: mail delivery status.", (PLAIN, f"This is a delivery status notification from mx.shop.example,\nrunning the Courier mail server.\n\nThe original message was received on Mon, 2 Mar 2026 09:00:00 +0000\nfrom m.market.example (m.market.example [192.0.2.9])\n\n---------------------------------------------------------------------------\n\n                           UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<{BEN}>:\n    mx.shop.example [192.0.2.7]:\n>>> RCPT TO:<{BEN}>\n<<< 550 User unknown.\n\n---------------------------------------------------------------------------\n"), ("text/rfc822-headers", HEADER)),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Domino": (
        text("Postmaster@shop.example", "DELIVERY FAILURE: User ben (ben@shop.example) not listed in Domino Directory", f"Your message\n\n  Subject: Lamp\n\nwas not delivered to:\n\n  {BEN}\n\nbecause:\n\n  User ben ({BEN}) not listed in Domino Directory\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Domino, French": (
        text("Postmaster@shop.example", "DELIVERY FAILURE: erreur de routage", f"Votre message\n\n  Objet : Lamp\n\nn'a pas été distribué à :\n\n  {BEN}\n\nmotif :\n\n  L'utilisateur ben n'existe pas dans l'annuaire Domino\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "GroupWise": (
        parts("Postmaster@shop.example", "Message status - undeliverable", (PLAIN, f"The message that you sent was undeliverable to the following:\n\tben ({BEN} : 550 No such user)\n\nPossibly truncated original message follows:\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "GroupWise, mailbox": (
        parts("Mailer-Daemon@shop.example", "Message status - undeliverable", (PLAIN, f"The message that you sent was undeliverable to the following:\n\t{BEN} (mailbox full)\n"), COPY),
        (BEN, "failed 5", "mailbox full"),
    ),
    "IMail": (
        text("Postmaster <postmaster@shop.example>", "Undeliverable Mail", f"Unknown user: {BEN}\n\nOriginal message follows.\n\n{RETURNED}", "X-Mailer: <SMTP32 v8.22>"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Mercury": (
        text("Electronic Postmaster <postmaster@shop.example>", "Postmaster Notify: Delivery Failure.", f"The message with Message-ID <1@m.market.example> could not be delivered to the\nfollowing addresses:\n\n   {BEN}\n   *** No such user here.\n\n---------------- Returned message follows ----------------\n{RETURNED}"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "hMailServer": (
        text("mailer-daemon@shop.example", "Message undeliverable: Lamp", f"Your message did not reach some or all of the intended recipients.\n\n   Sent: Mon, 2 Mar 2026 09:00:00 +0000\n   Subject: Lamp\n\nThe following recipient(s) could not be reached:\n\n{BEN}\n   Error Type: SMTP\n   Remote server (192.0.2.7) issued an error.\n   hMailServer sent: RCPT TO:<{BEN}>\n   Remote server replied: 550 Unknown user\n\nhMailServer\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "MailEnable": (
        text('"Postmaster" <postmaster@shop.example>', "Message Delivery Failure", f"MailEnable: Message Delivery Failure.\n\nThe following recipient(s) could not be reached:\n\n\tRecipient: [SMTP:{BEN}]\n\n\tReason: Remote SMTP Server Returned: 550 No such user here\n\n\nMessage headers follow:\n\n{HEADER}"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "MDaemon": (
        text("MDaemon <MDaemon@shop.example>", "Permanent Delivery Failure", f"The attached message had PERMANENT fatal delivery errors.\n\nReason for failure:\n\nThe following addresses did NOT receive the message:\n\n> {BEN}\n\n--- Session Transcript ---\nMon 2026-03-02 09:00:00: --> RCPT To:<{BEN}>\nMon 2026-03-02 09:00:00: <-- 550 5.1.1 Recipient unknown\n--- End Transcript ---\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Kerio": (
        parts('"Mail Delivery Subsystem" <postmaster@shop.example>', "Undeliverable mail: Lamp", (PLAIN, f"The original message was received at Mon, 2 Mar 2026 09:00:00 +0000\n\nYour message could not be delivered to the following recipient:\n\n    {BEN}\n    550 5.1.1 User unknown\n\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "CommuniGate": (
        parts("MAILER-DAEMON@shop.example", "Undeliverable mail: Lamp", (PLAIN, f"Failed to deliver to '<{BEN}>'\nLOCAL module(account ben) reports:\n account is full (quota exceeded)\n"), COPY),
        (BEN, "failed 5", "mailbox full"),
    ),
    "CommuniGate, SMTP": (
        parts("MAILER-DAEMON@shop.example", "Undeliverable mail: Lamp", (PLAIN, f"Failed to deliver to '{BEN}'\nSMTP module(domain shop.example) reports:\n host mx.shop.example says:\n 550 5.1.1 unknown user account\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Zimbra": (
        text("MAILER-DAEMON@zimbra.shop.example (Mail Delivery System)", "Undelivered Mail Returned to Sender", f"This is the mail system at host zimbra.shop.example.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n<{BEN}>: host zimbra.shop.example[192.0.2.7] said: 552 5.2.2 Over\n    quota (in reply to RCPT TO command)\n"),
        (BEN, "failed 5", "mailbox full"),
    ),
    "Dovecot": (
        parts("Mail Delivery Subsystem <postmaster@shop.example>", "Automatically rejected mail", (PLAIN, f"Your message to <{BEN}> was automatically rejected:\nQuota exceeded (mailbox for user is full)\n"), COPY),
        (BEN, "failed 5", "mailbox full"),
    ),
    "James": (
        parts("postmaster@shop.example", "[BOUNCE] Lamp", (PLAIN, f"Hi. This is the James mail server at mx.shop.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.  Below\nI include the list of recipients and the reason why I was unable to deliver\nyour message.\n\nFailed recipient(s):\n{BEN}\n\nError message:\n550 5.1.1 no such mailbox\n"), COPY),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "OpenSMTPD": (
        text("Mailer Daemon <MAILER-DAEMON@mx.shop.example>", "Delivery status notification: error", f"    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An error has occurred while attempting to deliver a message for\n    the following list of recipients:\n\n{BEN}: 550 Invalid recipient\n\n    Below is a copy of the original message:\n\n{RETURNED}"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Haraka": (
        text("MAILER-DAEMON@mx.shop.example", "failure notice", f"Hi. This is the Haraka Mailer program at mx.shop.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\nIntended Recipients: <{BEN}>\nFailure Reason: Tried all MXs, 550 user unknown\n\nThe following is an email with all of the headers:\n\n{RETURNED}"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Lotus Notes of old": (
        text("Notes Mail Router <postmaster@shop.example>", "NON-DELIVERY of: Lamp", f"------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\n{BEN}\n\n------- Returned Message --------\n\n{RETURNED}"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "X.400 gateway": (
        text("Electronic Mail System <postmaster@gw.shop.example>", "Delivery Report (failure)", f"This report relates to your message:\n        Subject: Lamp\n\nYour message was not delivered to\n        {BEN}\nfor the following reason:\n        Recipient's Mailbox unavailable\n        Unknown Address\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "SurfControl": (
        text("Mail Administrator <postmaster@shop.example>", "Mail System Error - Returned Mail", f"Your message could not be sent.\nA transcript of the attempts to send the message follows.\nThe number of attempts made: 1\nAddressed To: {BEN}\n\nMon, 2 Mar 2026 09:00:00 +0000\nFailed to send to identified host,\nmx.shop.example: [192.0.2.7], 550 Requested action not taken: mailbox unavailable\n--- Message non-deliverable.\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "MailMarshal": (
        text("Mail Administrator <postmaster@shop.example>", 'Undeliverable Mail: "Lamp"', f"Your message:\n   From:    {SENDER}\n   Subject: Lamp\n\nCould not be delivered because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected:\n    {BEN}\n\nAdditional Information\n======================\nOriginal Sender:    <{SENDER}>\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "InterScan": (
        text("Mail Delivery Subsystem <postmaster@iss.shop.example>", "Mail could not be delivered", f"****** Message from InterScan Messaging Security Suite ******\n\nSent <<< RCPT TO:<{BEN}>\nReceived >>> 550 5.1.1 <{BEN}>... user unknown\n\nUnable to deliver message to <{BEN}>\n\n************************     End of message     **********************\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "ArGoSoft": (
        text("ARGO Mail Server <postmaster@shop.example>", "Your message could not be delivered", f"This message was generated by the mail server.\n\nYour message could not be delivered to the following address: {BEN}\n\nReason: the mailbox does not exist\n"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
    "Merak, IceWarp": (
        text("Mailer-Daemon@mx.shop.example", "Undeliverable mail", f"This message was created automatically by the mail server.\n\nA message that you sent could not be delivered to the recipients below.\n\n<{BEN}>: 554 5.7.1 Message content rejected by policy\n"),
        (BEN, "failed 5", "content"),
    ),
    "SmarterMail": (
        text("System Administrator <SYSADMIN@shop.example>", "Delivery Failure", f"Could not deliver message to the following recipient(s):\n\nFailed Recipient: {BEN}\nReason: Remote host said: 550 5.1.1 no such user\n\n   -- The header and top 20 lines of the message follows --\n\n{RETURNED}"),
        (BEN, "failed 5", "unknown mailbox"),
    ),
}  # fmt: skip
"""System: its bounce, and the recipient, the action with the class of its status, and the reason that it tells."""
