"""What can go wrong, in our own words. Each error carries the facts and tells them in one line."""


class DigestError(Exception):
    """Base of every expected failure; `str()` of it is one line fit to show a person."""


class NotFoundError(DigestError):
    """Something was asked for by a name that nothing has."""

    def __init__(self, what: str, name: object, hint: str = "") -> None:
        self.what, self.name = what, name
        super().__init__(f"there is no {what} {str(name)!r}" + (f"; {hint}" if hint else ""))


class NotAllowedError(DigestError):
    """The act is not allowed as things are; `reasons` says each cause."""

    def __init__(self, act: str, reasons: tuple[str, ...]) -> None:
        self.act, self.reasons = act, reasons
        super().__init__(f"cannot {act}: " + "; ".join(reasons))


class StaleRenderingError(DigestError):
    """The bytes an editor approves are no longer the current ones."""

    def __init__(self, issue: str, named: str, current: str) -> None:
        self.issue, self.named, self.current = issue, named, current
        super().__init__(
            f"{issue} has changed since you looked: you named fingerprint {named[:12]}, "
            f"it is now {current[:12]}; look again with `digest show {issue}`"
        )


class SourceError(DigestError):
    """A feed or verdict source could not be read."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(f"{url}: {reason}")

    def __reduce__(self) -> tuple[type["SourceError"], tuple[str, str]]:
        """Exceptions pickle as their one line; the facts travel instead."""
        return SourceError, (self.url, self.reason)


class InputError(DigestError):
    """A file or an argument a person gave us is not what we can take; says where and why."""


class SchemaError(DigestError):
    """The database has not the schema this version needs."""


class ServiceError(DigestError):
    """A service we use did not do what it was asked for."""

    def __init__(self, service: str, reason: str) -> None:
        self.service, self.reason = service, reason
        super().__init__(f"{service}: {reason}")
