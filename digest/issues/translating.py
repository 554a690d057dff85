"""What a template needs to speak a language: gettext, and the sides of a line."""

from functools import cache

from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from digest.issues.markup import inert
from digest.language import Language


def in_language(language: Language) -> dict[str, object]:
    """Names for a template of Jinja's i18n extension: `_` and `ngettext` there call these.

    In HTML a message is markup and its values are escaped; `start` and `end` are the sides of a
    line, for attributes and styles that know left and right alone. `auto` is an attribute for
    what the publication wrote: beside right-to-left sentences it may be in a script of its own.
    """

    plain = cache(language.gettext)  # most messages have no values, and templates few messages

    @pass_eval_context
    def gettext(context: EvalContext, message: str, /, **values: object) -> str:
        if not values:
            return _printed(context, plain(message))
        return _printed(context, language.gettext(message, **_harmless(context, values)))

    @pass_eval_context
    def pgettext(context: EvalContext, where: str, message: str, /, **values: object) -> str:
        return _printed(context, language.pgettext(where, message, **_harmless(context, values)))

    @pass_eval_context
    def ngettext(
        context: EvalContext, one: str, many: str, number: int, /, **values: object
    ) -> str:
        said = language.ngettext(one, many, number, **_harmless(context, values))
        return _printed(context, said)

    start, end = ("right", "left") if language.dir == "rtl" else ("left", "right")
    return {
        "gettext": gettext,
        "pgettext": pgettext,
        "ngettext": ngettext,
        "language": language,
        "dir": language.dir,
        "start": start,
        "end": end,
        "auto": Markup(' dir="auto"') if language.dir == "rtl" else "",
    }


def _harmless(context: EvalContext, values: dict[str, object]) -> dict[str, object]:
    return {name: inert(context, value) for name, value in values.items()}


def _printed(context: EvalContext, message: str) -> str:
    return Markup(message) if context.autoescape else message  # noqa: S704 - values are escaped
