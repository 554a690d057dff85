"""What mj-attributes sets for the components that follow."""

from collections.abc import Mapping


class Defaults:
    """The attributes that mj-attributes gives to components, to classes and to all."""

    def __init__(self) -> None:
        self._given: dict[str, Mapping[str, str]] = {}  # a class as ".name"

    def keep(self, name: str, attributes: Mapping[str, str]) -> None:
        key = f".{attributes.get('name', '')}" if name == "mj-class" else name
        self._given[key] = {**self._given.get(key, {}), **attributes}

    def knows_class(self, name: str) -> bool:
        return f".{name}" in self._given

    def value(self, wanted: str, name: str, attributes: Mapping[str, str]) -> str:
        """An attribute of a component as it comes out, "" where nothing sets it."""
        keys = (f".{attributes.get('mj-class', '')}", name, "mj-all")
        levels = (attributes, *(self._given.get(key, {}) for key in keys))
        return next((level[wanted] for level in levels if wanted in level), "")
