"""What a browser asks: pages, feeds and the links of our mails.

`create_app` is handed its parts; it calls the shell (`archive`, `votes`, ...), never the
database.
"""

from digest.web.app import create_app
from digest.web.pages import Site
from digest.web.security import Trust

__all__ = ["Site", "Trust", "create_app"]
