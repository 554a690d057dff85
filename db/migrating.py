"""Bring a database to the schema this version needs."""

from alembic import command
from alembic.config import Config

from db.schema import MIGRATIONS


def configuration(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    command.upgrade(configuration(url), revision)
