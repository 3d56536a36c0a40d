"""Names the public mail providers: domains that identify nobody."""

__all__ = ["IGNORES_DOTS", "is_public"]

IGNORES_DOTS = frozenset({"gmail.com", "googlemail.com"})
"""Providers at which dots in the local part make no difference."""

_PUBLIC = frozenset(
    """
    gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it outlook.jp hotmail.com
    hotmail.co.uk hotmail.de hotmail.fr hotmail.es hotmail.it hotmail.nl live.com live.co.uk live.de live.fr live.nl
    msn.com yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.co.jp yahoo.com.br yahoo.ca ymail.com
    rocketmail.com aol.com aim.com icloud.com me.com mac.com proton.me protonmail.com protonmail.ch pm.me tuta.io
    tutanota.com tutanota.de gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.fr web.de freenet.de t-online.de posteo.de
    mailbox.org arcor.de online.de 1und1.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr libero.it
    virgilio.it tiscali.it alice.it tin.it ziggo.nl kpnmail.nl planet.nl xs4all.nl wp.pl o2.pl onet.pl interia.pl
    op.pl gazeta.pl seznam.cz email.cz centrum.cz telia.com spray.se comhem.se mail.com zoho.com fastmail.com
    fastmail.fm hey.com yandex.com yandex.ru ya.ru mail.ru bk.ru list.ru inbox.ru rambler.ru qq.com foxmail.com
    163.com 126.com yeah.net sina.com sohu.com aliyun.com naver.com hanmail.net daum.net nate.com docomo.ne.jp
    ezweb.ne.jp softbank.ne.jp nifty.com biglobe.ne.jp comcast.net verizon.net att.net sbcglobal.net bellsouth.net
    cox.net charter.net earthlink.net btinternet.com sky.com virginmedia.com talktalk.net bigpond.com
    optusnet.com.au uol.com.br bol.com.br terra.com.br hotmail.com.br mynet.com superonline.com turk.net sapo.pt
    mail.pt bluewin.ch hispeed.ch sunrise.ch telenet.be skynet.be a1.net chello.at aon.at ukr.net i.ua abv.bg
    rediffmail.com
    """.split()
)


def is_public(domain: str) -> bool:
    """
    Whether a domain belongs to everybody, so that naming it names nobody.

    >>> is_public("gmail.com"), is_public("shop.example")
    (True, False)
    """
    return domain in _PUBLIC
