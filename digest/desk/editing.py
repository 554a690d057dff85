"""Edit an issue: each act is one transaction that renders it anew and leaves one line in the audit.

An issue that waits for approval, or has one, is a draft again: what goes out is what was looked at.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import comparisons as comparison_store
from db.store import editors
from db.store import issues as store
from db.store import tools as tool_store
from digest.desk.approvals import void
from digest.desk.pairs import pair_of_tools
from digest.desk.trouble import Pen
from digest.errors import NotAllowedError
from digest.issues import editing
from digest.issues.differences import Change, changes
from digest.issues.editing import EDITABLE, Conflict, Place, Save
from digest.issues.rendering import render
from digest.language import Language
from digest.model import Comparison, Issue, IssueState, Tool
from digest.pairing.comparing import compare
from digest.pairing.matching import Candidate, Pool, rank
from digest.ports import Embed

Edit = Callable[[Session, Issue], Issue | Conflict]


class Opponents(NamedTuple):
    """The tools that a challenger could be read against instead of the one it is, best first."""

    challenger: Tool
    ranked: tuple[Candidate, ...]


class Basis(NamedTuple):
    """Which issue an editor looked at before an act, and its version at that moment. An act on one
    comparison is done to the issue as it is now, whoever changed it in between."""

    issue: str
    editor: str
    version: int


def save_words(sessions: Sessions, pen: Pen, name: str, email: str, save: Save) -> Issue | Conflict:
    """Save subject, preheader, headline, intro or takeaways. Where another editor changed the same
    field meanwhile nothing is saved, and the Conflict holds both versions."""
    basis = Basis(name, email, save.version)
    return _edit(sessions, pen, basis, "edit", lambda _, issue: editing.saved(issue, save))


def move_comparison(sessions: Sessions, pen: Pen, basis: Basis, slug: str, place: Place) -> Issue:
    """Move a comparison up, down or to the lead."""
    return _rearrange(
        sessions, pen, basis, "move", lambda _, issue: editing.moved(issue, slug, place)
    )


def drop_comparison(sessions: Sessions, pen: Pen, basis: Basis, slug: str, reason: str) -> Issue:
    """Lay a comparison aside, in the tray, with a reason."""
    return _rearrange(
        sessions, pen, basis, "drop", lambda _, issue: editing.dropped(issue, slug, reason)
    )


def bring_back(sessions: Sessions, pen: Pen, basis: Basis, slug: str) -> Issue:
    """Take a comparison out of the tray again."""
    return _rearrange(
        sessions, pen, basis, "restore", lambda _, issue: editing.brought_back(issue, slug)
    )


def add_comparison(sessions: Sessions, pen: Pen, basis: Basis, a: str, b: str) -> Issue:
    """Add the comparison of two tools, named by slug or exact name; it is made if there is none."""

    def change(session: Session, issue: Issue) -> Issue:
        return editing.added(issue, _compared(session, pen, a, b))

    return _rearrange(sessions, pen, basis, "add", change)


def pick_opponent(sessions: Sessions, pen: Pen, basis: Basis, slug: str, opponent: str) -> Issue:
    """Read the challenger of a comparison against another tool; the old one goes to the tray."""

    def change(session: Session, issue: Issue) -> Issue:
        challenger = comparison_store.pair(session.connection(), slug).challenger
        return editing.replaced(issue, slug, _compared(session, pen, challenger.slug, opponent))

    return _rearrange(sessions, pen, basis, "opponent", change)


def opponents(sessions: Sessions, slug: str, embed: Embed | None) -> Opponents:
    """Raises NotFoundError."""
    with reading(sessions) as session:
        pair = comparison_store.pair(session.connection(), slug)
        tools = tool_store.tools(session)
    ranked = rank(pair.challenger, Pool(tools, embed))
    others = tuple(one for one in ranked if one.tool.slug != pair.incumbent.slug)
    return Opponents(pair.challenger, others)


def _compared(session: Session, pen: Pen, a: str, b: str) -> str:
    """The slug of two tools' comparison."""
    one, other = tool_store.tool(session, a), tool_store.tool(session, b)
    known = comparison_store.pair_of(session, one.slug, other.slug)
    made = known or pair_of_tools(session, pen.clock(), one, other, pen.publication.language)
    return made.slug


def _rearrange(
    sessions: Sessions, pen: Pen, basis: Basis, act: str, change: Callable[[Session, Issue], Issue]
) -> Issue:
    done = _edit(sessions, pen, basis, act, change)
    assert isinstance(done, Issue)  # only saved words conflict
    return done


def _edit(sessions: Sessions, pen: Pen, basis: Basis, act: str, change: Edit) -> Issue | Conflict:
    with sessions.begin() as session:
        who = editors.editor(session, basis.editor).email
        issue = store.locked_issue(session, basis.issue)
        if issue.state not in EDITABLE:
            raise NotAllowedError(f"edit {issue.id}", (f"it is {issue.state.value}",))
        changed = change(session, issue)
        if isinstance(changed, Conflict) or changed == issue:
            return changed
        return _keep(session, pen, issue, changed, basis._replace(editor=who), act)


def _keep(
    session: Session, pen: Pen, before: Issue, changed: Issue, basis: Basis, act: str
) -> Issue:
    """Render the changed issue, write it, and note what has changed."""
    now, who = pen.clock(), basis.editor
    after = _rendered(session, pen, before, replace(changed, edited_by=who))
    assert after.dated
    told = changes(editing.fields(before), editing.fields(after))
    void(session, before, who, f"changed {_named(told)}", now)
    store.put_issue(session, after, after.dated, now)
    kept = store.issue(session, before.id)
    editors.note(
        session,
        who,
        act,
        before.id,
        now,
        based_on=basis.version,
        version=kept.version,
        was=before.state.value,
        before={change.field: change.before for change in told},
        after={change.field: change.after for change in told},
    )
    return kept


def _rendered(session: Session, pen: Pen, before: Issue, changed: Issue) -> Issue:
    """The changed issue as a draft with its rendering."""
    spoken = pen.publication.language
    shown = _comparisons(session, changed, spoken)
    after = editing.following(before, _comparisons(session, before, spoken), changed, shown, spoken)
    rendering = render(after, shown, pen.publication, pen.templates)
    draft = replace(after, state=IssueState.DRAFT, rendering=rendering, **store.UNAPPROVED)
    return replace(draft, subject=rendering.subject, preheader=rendering.preheader)


def _comparisons(session: Session, issue: Issue, language: Language) -> list[Comparison]:
    pairs = comparison_store.pairs(session, [item.comparison for item in issue.items])
    return [compare(pair, language) for pair in pairs]


def _named(told: Sequence[Change]) -> str:
    return ", ".join(change.field for change in told) or "nothing but facts"
