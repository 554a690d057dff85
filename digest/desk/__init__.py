"""What an editor asks for. Each act is one transaction and leaves a line in the audit."""

from digest.desk.approvals import approve, send_back, since_approval, submit, warned
from digest.desk.editing import (
    Basis,
    add_comparison,
    bring_back,
    drop_comparison,
    move_comparison,
    opponents,
    pick_opponent,
    save_words,
)
from digest.desk.feeds import follow, import_opml
from digest.desk.issues import COMMAND_LINE, cancel, findings, pause, resolve, resume, send_now
from digest.desk.launches import confirm_launches, reject_launches, same_tool
from digest.desk.pairs import compare_tools, pair_launch
from digest.desk.preview import send_test
from digest.desk.trouble import tell_of_feeds, tell_of_pause, tell_of_sign_ups
from digest.desk.verdicts import Import, import_verdicts

__all__ = [
    "COMMAND_LINE",
    "Basis",
    "Import",
    "add_comparison",
    "approve",
    "bring_back",
    "cancel",
    "compare_tools",
    "confirm_launches",
    "drop_comparison",
    "findings",
    "follow",
    "import_opml",
    "import_verdicts",
    "move_comparison",
    "opponents",
    "pair_launch",
    "pause",
    "pick_opponent",
    "reject_launches",
    "resolve",
    "resume",
    "same_tool",
    "save_words",
    "send_back",
    "send_now",
    "send_test",
    "since_approval",
    "submit",
    "tell_of_feeds",
    "tell_of_pause",
    "tell_of_sign_ups",
    "warned",
]
