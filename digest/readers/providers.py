"""Mail providers whose domains very many people share; any other domain is that of a few."""

_DOMAINS = """
126.com 163.com aol.com bluewin.ch btinternet.com comcast.net fastmail.com free.fr freenet.de
gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com
hotmail.de hotmail.fr hotmail.it icloud.com laposte.net libero.it live.com mac.com mail.com mail.ru
mailbox.org me.com msn.com naver.com orange.fr outlook.com outlook.de pm.me posteo.de proton.me
protonmail.com qq.com rediffmail.com seznam.cz t-online.de uol.com.br verizon.net web.de wp.pl
yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.br yahoo.de yahoo.fr yandex.com yandex.ru
ymail.com zoho.com
"""
PROVIDERS = frozenset(_DOMAINS.split())
