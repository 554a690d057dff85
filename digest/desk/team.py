"""The team: who is on it, and as what. There is always somebody who may change it: the last admin
stays one."""

from datetime import datetime

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import audit, editors
from digest.errors import InputError, NotAllowedError
from digest.model import Editor, Origin, Role
from digest.ports import Clock
from digest.readers.addresses import address

COMMAND_LINE = "command line"  # stands for who acts there
NOWHERE = Origin()


def team(sessions: Sessions) -> list[Editor]:
    with reading(sessions) as session:
        return editors.editors(session)


def member(sessions: Sessions, number: int) -> Editor:
    with reading(sessions) as session:
        return editors.editor_by_id(session, number)


def add(
    sessions: Sessions, clock: Clock, who: str, typed: str, role: Role, origin: Origin = NOWHERE
) -> Editor:
    """Take somebody onto the team; raises InputError for no address, or one that is on it."""
    email = address(typed).key
    with sessions.begin() as session:
        audit.take_turn(session)
        if _known(session, email):
            raise InputError(f"{email} is on the team already")
        return _put(session, clock(), who, email, role, origin)


def change_role(
    sessions: Sessions, clock: Clock, who: str, email: str, role: Role, origin: Origin = NOWHERE
) -> Editor:
    """Give an editor another role; raises NotAllowedError for the last admin."""
    with sessions.begin() as session:
        audit.take_turn(session)
        known = editors.editor(session, email)
        return _put(session, clock(), who, known.email, role, origin)


def put(sessions: Sessions, clock: Clock, who: str, typed: str, role: Role) -> Editor:
    """Take somebody onto the team or give them another role, whichever it is."""
    email = address(typed).key
    with sessions.begin() as session:
        audit.take_turn(session)
        return _put(session, clock(), who, email, role, NOWHERE)


def remove(
    sessions: Sessions, clock: Clock, who: str, email: str, origin: Origin = NOWHERE
) -> None:
    """Take an editor off the team, with all their sessions; raises NotAllowedError for the last
    admin."""
    with sessions.begin() as session:
        audit.take_turn(session)
        editor = editors.editor(session, email)
        _keep_an_admin(session, editor, f"remove {editor.email}")
        editors.remove_editor(session, editor.email)
        gone = {"before": editor.role, "after": ""}
        audit.note(session, who, "remove editor", editor.email, clock(), ip=origin.ip, **gone)


def _known(session: Session, email: str) -> Editor | None:
    return next((one for one in editors.editors(session) if one.email == email), None)


def _put(
    session: Session, now: datetime, who: str, email: str, role: Role, origin: Origin
) -> Editor:
    known = _known(session, email)
    if known and role is not Role.ADMIN:
        _keep_an_admin(session, known, f"make {email} a {role.value}")
    editors.put_editor(session, email, role, now)
    act, before = ("change role", known.role.value) if known else ("add editor", "")
    audit.note(session, who, act, email, now, ip=origin.ip, before=before, after=role)
    return editors.editor(session, email)


def _keep_an_admin(session: Session, editor: Editor, act: str) -> None:
    admins = [one.id for one in editors.editors(session) if one.role is Role.ADMIN]
    if admins == [editor.id]:
        raise NotAllowedError(act, ("it is the last admin; make somebody else one first",))
