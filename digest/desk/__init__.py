"""What an editor asks for. Each act is one transaction and leaves a line in the audit."""

from digest.desk.feeds import follow, import_opml
from digest.desk.issues import approve, cancel, findings, send_back, send_now, submit
from digest.desk.launches import confirm_launches, reject_launches, same_tool
from digest.desk.pairs import compare_tools, pair_launch
from digest.desk.trouble import tell_of_feeds, tell_of_sign_ups
from digest.desk.verdicts import Import, import_verdicts

__all__ = [
    "Import",
    "approve",
    "cancel",
    "compare_tools",
    "confirm_launches",
    "findings",
    "follow",
    "import_opml",
    "import_verdicts",
    "pair_launch",
    "reject_launches",
    "same_tool",
    "send_back",
    "send_now",
    "submit",
    "tell_of_feeds",
    "tell_of_sign_ups",
]
