"""The language a publication speaks: its sentences by gettext, its dates and numbers by CLDR.

English is the language of the sources; a catalogue (`templates/locale/<tag>.po`) brings another.
A language without a catalogue still has its own dates, numbers and direction of writing.
"""

import gettext
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal, format_percent

from digest.errors import InputError

CATALOGUES = "locale/"  # where catalogues lie among the templates


@dataclass(frozen=True, slots=True)
class Language:
    """One language. Sentences hold values as `%(name)s`, so that a translator may move them."""

    locale: Locale
    translations: gettext.NullTranslations = field(
        default_factory=gettext.NullTranslations, compare=False, repr=False
    )

    @property
    def tag(self) -> str:
        """As HTML's `lang` wants it (BCP 47): "de", "pt-BR"."""
        return str(self.locale).replace("_", "-")

    @property
    def dir(self) -> str:
        """How it is written: "ltr" or "rtl"."""
        return self.locale.text_direction

    def gettext(self, message: str, /, **values: object) -> str:
        return self.translations.gettext(message) % values

    def pgettext(self, context: str, message: str, /, **values: object) -> str:
        """For a word that other languages translate differently from place to place."""
        return self.translations.pgettext(context, message) % values

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The form for that many; the number itself is `%(num)s`, written as the locale does."""
        values = {"num": self.number(number), **values}
        return self.translations.ngettext(one, many, number) % values

    def listing(self, parts: Sequence[str]) -> str:
        """The parts as a person lists them: `a`, `a and b`, `a, b and c`."""
        if len(parts) < 2:
            return "".join(parts)
        return self.gettext("%(most)s and %(last)s", most=", ".join(parts[:-1]), last=parts[-1])

    def date(self, day: date) -> str:
        """As in "November 22, 2026" and "22. November 2026"."""
        return format_date(day, "long", self.locale)

    def moment(self, at: datetime) -> str:
        """As in "Nov 22, 2026, 9:00 AM UTC": a date and a time of day in the moment's own zone."""
        return format_datetime(at, "medium", locale=self.locale) + f" {at.tzname()}"

    def number(self, number: float) -> str:
        """As in "1,234" and "1.234"."""
        return _decimal(number, self.locale)

    def percent(self, whole: int) -> str:
        """A percentage given as 0 to 100: "82%" and "82 %"."""
        return _percentage(whole, self.locale)


ENGLISH = Language(Locale("en"))


# A page writes hundreds of small numbers, and CLDR's patterns take 20 microseconds for each.


@lru_cache(4096)
def _decimal(number: float, locale: Locale) -> str:
    return format_decimal(number, locale=locale)


@lru_cache(1024)
def _percentage(whole: int, locale: Locale) -> str:
    return format_percent(whole / 100, locale=locale)


def gettext_noop(message: str) -> str:
    """The message itself: notes for the catalogue what stands in a table and is said later."""
    return message


def ngettext_noop(one: str, many: str) -> tuple[str, str]:
    """As `gettext_noop`, for a message with a form for one and a form for many."""
    return one, many


def pgettext_noop(_context: str, message: str) -> str:
    """As `gettext_noop`, for a word that is looked up by its context."""
    return message


def language(tag: str, sources: Mapping[str, str]) -> Language:
    """The language of a tag such as "de" or "pt-BR". `sources` are the texts of the template
    folder by their path; a catalogue among them, of the very tag or of its language alone, makes
    it speak. Raises InputError for a tag that CLDR does not know or a catalogue that is broken.
    """
    try:
        locale = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError) as error:
        raise InputError(f"{tag!r} is no language CLDR knows, such as en, de or pt-BR") from error
    names = [f"{CATALOGUES}{name}.po" for name in (tag, locale.language)]
    found = next((name for name in names if name in sources), None)
    if found is None:
        return Language(locale)
    return Language(locale, _compiled(found, sources[found]))


def spoken(sources: Mapping[str, str]) -> dict[str, str]:
    """The languages we have sentences in, each tag with the language's own name for itself."""
    catalogues = sorted(path for path in sources if path.startswith(CATALOGUES))
    tags = ["en", *(path.removeprefix(CATALOGUES).removesuffix(".po") for path in catalogues)]
    return {tag: own_name(tag) for tag in tags}


def own_name(tag: str) -> str:
    """What speakers of a language call it, such as "Deutsch"; the tag where CLDR does not know."""
    try:
        return Locale.parse(tag, sep="-").get_display_name() or tag
    except (ValueError, UnknownLocaleError):
        return tag


def _compiled(name: str, catalogue: str) -> gettext.GNUTranslations:
    try:
        messages = read_po(io.BytesIO(catalogue.encode()), abort_invalid=True)
    except PoFileError as error:
        raise InputError(f"templates/{name}: {error}") from error
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
