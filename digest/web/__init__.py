"""What a browser asks: pages, feeds and the links of our mails.

`create_app` is handed its parts; it calls the shell (`archive`, `votes`, ...), never the
database.
"""

from digest.web.app import create_app
from digest.web.pages import Site

__all__ = ["Site", "create_app"]
