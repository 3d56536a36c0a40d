"""The HTML that mail programs put around a reply and its quote."""

from html import escape

from tests.mail.replies import Reply

__all__ = ["html_of"]


def _lines(text, gap="<br>"):
    return gap.join(escape(line, quote=False) or "" for line in text.split("\n"))


def _divs(text):
    return "".join(f"<div>{escape(line, quote=False) or '<br>'}</div>" for line in text.split("\n"))


def _said(reply):
    return "\n\n".join(part for part in (reply.new, reply.farewell) if part)


def _fields(opening):
    """A header block with its names in bold; a line drawn in the text is drawn by the frame."""
    lines = [line for line in opening.split("\n") if line.strip("_")]
    bold = (line.partition(":") for line in lines)
    return "<br>\n".join(f"<b>{escape(name)}:</b>{escape(rest, quote=False)}" for name, _, rest in bold)


def _gmail(reply):
    card = reply.folded.removeprefix("-- \n")
    signature = (
        f'<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br>'
        f'<div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">{_lines(card)}</div>'
        if card
        else ""
    )
    return (
        f'<div dir="ltr">{_divs(_said(reply))}{signature}</div><br>'
        f'<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{_lines(reply.opening, " ")}<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{_lines(reply.quote)}</blockquote></div>\n'
    )


def _iphone(reply):
    return (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body dir="auto">'
        f'{_lines(_said(reply))}<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">{_lines(reply.folded)}</div>'
        f'<div dir="ltr"><br><blockquote type="cite">{_lines(reply.opening)}<br><br></blockquote></div>'
        f'<blockquote type="cite"><div dir="ltr">{_lines(reply.quote)}</div></blockquote></body></html>'
    )


def _outlook(reply):
    said = "".join(
        f'<p class="MsoNormal">{escape(line, quote=False) or "<o:p>&nbsp;</o:p>"}</p>\n'
        for line in [*_said(reply).split("\n"), "", *reply.folded.split("\n")]
    )
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm} --></style>'
        f'</head><body lang="EN-GB"><div class="WordSection1">{said}<div><div style="border:none;border-top:solid #E1E1E1 '
        f'1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">{_fields(reply.opening)}<o:p></o:p></p></div></div>'
        f'<p class="MsoNormal">{_lines(reply.quote)}</p></div></body></html>'
    )


def _outlook_web(reply):
    footer = reply.folded.partition("<")[0]
    return (
        f'<html><body dir="ltr"><div class="elementToProof">{_divs(_said(reply))}</div>'
        f'<div id="ms-outlook-mobile-signature"><div><br></div>{escape(footer)}</div><div id="appendonsend"></div>'
        '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">'
        f'<font face="Calibri, sans-serif" style="font-size:11pt" color="#000000">{_fields(reply.opening)}</font>'
        f"<div>&nbsp;</div></div><div>{_divs(reply.quote)}</div></body></html>"
    )


def _samsung(reply):
    return (
        f'<html><body><div dir="auto">{_divs(_said(reply))}</div><div dir="auto"><br></div><div id="composer_signature" '
        f'dir="auto"><div style="font-size:12px" dir="auto">{_lines(reply.folded)}</div></div><div dir="auto"><br></div>'
        f'<div align="left" dir="auto" style="font-size:100%"><!-- originalMessage -->{_divs(reply.opening)}'
        f"<div><br></div></div>{_divs(reply.quote)}</body></html>"
    )


def _yahoo(reply):
    return (
        f'<html><body><div class="ydp1yahoo-style-wrap"><div dir="ltr" data-setdir="false">{_lines(_said(reply))}</div>'
        f'<div><br></div><div>{_lines(reply.folded)}</div></div><div id="ydp2yahoo_quoted_1" class="ydp2yahoo_quoted">'
        f"<div><div>{_lines(reply.opening)}</div><div><br></div><div>{_lines(reply.quote)}</div></div></div></body></html>"
    )


def _thunderbird(reply):
    return (
        f'<!DOCTYPE html><html><body><p>{_lines(_said(reply))}</p><div class="moz-cite-prefix">{_lines(reply.opening)}<br>'
        f'</div><blockquote type="cite" cite="mid:1@shop.example"><p>{_lines(reply.quote)}</p></blockquote></body></html>'
    )


def _proton(reply):
    footer = reply.folded.replace("[Proton Mail](https://proton.example/mail/home)", "Proton Mail")
    opening = "<br>".join(f"        {line}" for line in _lines(reply.opening, "\n").split("\n"))
    return (
        f'<div style="font-family: Arial">{_divs(_said(reply))}</div><div style="font-family: Arial"><br></div>'
        f'<div class="protonmail_signature_block"><div class="protonmail_signature_block-proton">{escape(footer)}</div></div>'
        f'<div class="protonmail_quote">{opening}<br><br><blockquote class="protonmail_quote" type="cite">'
        f"{_lines(reply.quote)}</blockquote><br></div>"
    )


def _united(reply):
    return (
        f'<html><head></head><body><div style="font-family: Verdana">{_divs(_said(reply))}<div>{_lines(reply.folded)}</div>'
        '<div name="quote" style="margin:10px 5px 5px 10px; border-left:2px solid #C3D9E5;">'
        f'<div style="margin:0 0 10px 0;">{_lines(reply.opening)}</div><div name="quoted-content">{_lines(reply.quote)}'
        "</div></div></div></body></html>"
    )


def _k9(reply):
    return (
        f"<!DOCTYPE html><html><body>{_lines(_said(reply))}<br>{_lines(reply.folded)}<br><br>"
        f'<div class="gmail_quote">{_lines(reply.opening)}<blockquote class="gmail_quote" style="margin: 0pt">'
        f"{_lines(reply.quote)}</blockquote></div></body></html>"
    )


def _plain_block(reply):
    return (
        f"<div>{_divs(_said(reply))}</div><div>&nbsp;</div><div>{_lines(reply.folded)}</div><div>&nbsp;</div>"
        f"<div>{_lines(reply.opening)}</div><blockquote><p>{_lines(reply.quote)}</p></blockquote>"
    )


def _flat(reply):
    """A quote without any frame, as several Asian programs write it."""
    return (
        f"<html><body><div>{_divs(_said(reply))}</div><div><br></div><div>{_lines(reply.folded)}</div><div><br></div>"
        f"<div>{_divs(reply.opening)}</div><div><br></div><div>{_divs(reply.quote)}</div></body></html>"
    )


def _mailru(reply):
    return (
        f"<HTML><BODY><div>{_divs(_said(reply))}</div><div>&nbsp;</div><div data-signature-widget='container'>"
        f'<div>{_lines(reply.folded)}</div></div><div>&nbsp;</div><blockquote style="border-left:1px solid #0857A6">'
        f'{_lines(reply.opening)}<br>&nbsp;<div id=""><div class="js-helper js-readmsg-msg">{_lines(reply.quote)}</div></div>'
        "</blockquote></BODY></HTML>"
    )


def _zoho(reply):
    return (
        f'<html><body><div>{_divs(_said(reply))}<div data-zbluepencil-ignore="true" id="Zm-_Id_-Sgn">{_lines(reply.folded)}'
        '</div><div style="border-top: 1px solid rgb(204, 204, 204)" class="zmail_extra_hr"></div>'
        f'<div class="zmail_extra"><div id="Zm-_Id_-Sgn1">{_lines(reply.opening)}<br></div><blockquote id="blockquote_zmail">'
        f"{_lines(reply.quote)}</blockquote></div></div></body></html>"
    )


def _spark(reply):
    return (
        f'<html><body><div name="messageBodySection">{_divs(_said(reply))}</div><div name="messageSignatureSection"><br>'
        f'<div class="matchFont">{_lines(reply.folded)}</div></div><div name="messageReplySection">{_lines(reply.opening)}<br>'
        f'<blockquote type="cite" class="spark_quote">{_lines(reply.quote)}</blockquote></div></body></html>'
    )


def _fastmail(reply):
    return (
        f"<!DOCTYPE html><html><body>{_divs(_said(reply))}<div><br></div><div>{_lines(reply.opening)}<br></div>"
        f'<blockquote type="cite" id="qt" style="">{_divs(reply.quote)}</blockquote></body></html>'
    )


_FRAMES = {
    "gmail": _gmail, "iphone": _iphone, "ipad": _iphone, "outlook": _outlook, "outlook-web": _outlook_web,
    "outlook-ios": _outlook_web, "outlook-android": _outlook_web, "samsung": _samsung, "yahoo": _yahoo,
    "thunderbird": _thunderbird, "proton": _proton, "gmx": _united, "webde": _united, "k9": _k9, "yandex": _plain_block,
    "mailru": _mailru, "zoho": _zoho, "spark": _spark, "fastmail": _fastmail, "no": _plain_block,
}  # fmt: skip


def html_of(reply: Reply) -> str:
    """The reply as the program that its name begins with would send it."""
    first, _, rest = reply.name.partition("-")
    other = _plain_block if reply.marked else _flat
    return _FRAMES.get(f"{first}-{rest.partition('-')[0]}", _FRAMES.get(first, other))(reply)
