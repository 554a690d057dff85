"""The catalogues of `templates/locale`, brought up to date: `python3 dev.py translate`.

Every message of the product is looked up by gettext: `_`, `gettext`, `ngettext`, `pgettext` in
templates, the same and the `_noop` forms of `digest.language` in Python. A catalogue holds exactly
these, and changes only when they do: no dates, no line numbers.
"""

import io
import sys
from collections.abc import Iterable
from pathlib import Path

from babel import Locale
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "templates" / "locale"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_noop": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_noop": ((1, "c"), 2),
}
JINJA = {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "silent": "false"}
TEMPLATES = ("**.mjml", "**.html", "**.txt", "**.js", "**.css")


def messages() -> Catalog:
    """Every message, without a translation, and the files it comes from."""
    found = Catalog()
    methods = {
        "digest": [("**.py", "python")],
        "templates": [(pattern, "jinja2") for pattern in TEMPLATES],
    }
    for folder, method_map in methods.items():
        for name, _, message, _, context in extract_from_dir(
            ROOT / folder,
            method_map=method_map,
            options_map=dict.fromkeys(TEMPLATES, JINJA),
            keywords=KEYWORDS,
        ):
            found.add(message, locations=[(f"{folder}/{name}", 0)], context=context)
    return found


def updated(tag: str, text: str, wanted: Catalog) -> str:
    """A catalogue's text with these messages, keeping the translations it has."""
    locale = Locale.parse(tag, sep="-")
    catalog = read_po(io.BytesIO(text.encode()), locale=locale) if text else Catalog(locale)
    catalog.update(wanted, no_fuzzy_matching=True)
    written = io.BytesIO()
    write_po(
        written,
        catalog,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
        width=100,
    )
    return _header(tag, catalog) + written.getvalue().decode().strip() + "\n"


def _header(tag: str, catalog: Catalog) -> str:
    told = (
        f"Language: {tag}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {catalog.plural_forms}",
    )
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in told) + "\n"


def update(tags: Iterable[str]) -> None:
    """Write the catalogues of these languages; a new one starts without translations."""
    wanted = messages()
    for tag in tags:
        file = LOCALES / f"{tag}.po"
        before = file.read_text("utf-8") if file.exists() else ""
        file.parent.mkdir(exist_ok=True)
        file.write_text(updated(tag, before, wanted), "utf-8")
        print(f"{file.relative_to(ROOT)}: {len(wanted)} messages")  # noqa: T201 - its answer


if __name__ == "__main__":
    update(sys.argv[1:] or sorted(file.stem for file in LOCALES.glob("*.po")))
