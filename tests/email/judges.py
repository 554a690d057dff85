"""The judges, by their names in `tests.defects`: what each holds against one rendering."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from digest.model import Rendering
from tests.email import features, markup, outlook, spam
from tests.email.mails import sent
from tests.judges import axe
from tests.judges.browser import FRAME, PHONE, SCHEMES, Screen

Judge = Callable[[Rendering, Screen], object]


def caniemail(rendering: Rendering, screen: Screen) -> object:
    return features.needed(features.unknown({"mail": rendering.html})["mail"])


def html_validate(rendering: Rendering, screen: Screen) -> object:
    return markup.objections({"mail": rendering.html})


def axe_core(rendering: Rendering, screen: Screen) -> object:
    screen.show(rendering.html)
    places = [(width, scheme) for width in (FRAME, PHONE) for scheme in SCHEMES]
    return [said for place in places for said in axe.in_mail(screen.at(*place))]


def outlook_widths(rendering: Rendering, screen: Screen) -> object:
    return outlook.too_wide(rendering.html)


def spamassassin(rendering: Rendering, screen: Screen) -> object:
    with TemporaryDirectory() as folder:
        given = spam.points({"mail": sent(rendering)}, Path(folder))["mail"]
    return given if sum(given.values()) >= spam.ENOUGH else {}


JUDGES: Mapping[str, Judge] = {
    "axe": axe_core,
    "caniemail": caniemail,
    "html-validate": html_validate,
    "outlook": outlook_widths,
    "spamassassin": spamassassin,
}
