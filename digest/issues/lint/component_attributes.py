"""Whether a component has the attributes it needs, and no other than it knows."""

from collections.abc import Iterator
from functools import lru_cache

from digest.issues.lint.components import COMPONENTS, LEFT_OUT
from digest.issues.lint.elements import attribute_faults
from digest.issues.lint.problems import shortened
from digest.issues.lint.tags import pairs

NEEDED_BY_DEFAULTS = {"mj-class"}  # the others need nothing where they only set defaults


@lru_cache(maxsize=1024)
def component_faults(name: str, attributes: str, sets_defaults: bool) -> tuple[str, ...]:
    """What is wrong with the attributes of a component of ours, as they are written."""
    written = dict(pairs(attributes))
    faults = [*attribute_faults(attributes)]
    for attribute, value in written.items():
        faults.extend(_value_faults(name, attribute, value))
    if not sets_defaults or name in NEEDED_BY_DEFAULTS:
        needed = (one for one in COMPONENTS[name].needs if one not in written)
        faults.extend(f"{one} is missing" for one in needed)
    return tuple(faults)


def _value_faults(name: str, attribute: str, value: str) -> Iterator[str]:
    kind = COMPONENTS[name].attributes.get(attribute)
    if kind is None:
        yield _unknown(name, attribute)
    elif attribute == "mj-class" and len(value.split()) > 1:
        yield f"mj-class “{shortened(value)}” names two classes: MJML and MRML disagree who wins"
    elif said := kind.fault(value):
        yield f"{attribute} “{shortened(value)}” {said}"


def _unknown(name: str, attribute: str) -> str:
    if reason := LEFT_OUT.get((name, attribute)):
        return f"{attribute} is not allowed: {reason}"
    return f"there is no attribute “{shortened(attribute)}”"
