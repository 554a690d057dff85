"""caniemail: what a mail uses that one of the big clients does not know."""

from collections.abc import Mapping

from tests.judges.node import judged

# Those whose support caniemail has tested almost whole. Others it knows in part, and says nothing
# of the rest.
CLIENTS = (
    "apple-mail.*",
    "gmail.desktop-webmail",
    "gmail.ios",
    "gmail.android",
    "outlook.windows",
    "outlook.macos",
    "outlook.outlook-com",
    "outlook.ios",
    "outlook.android",
    "yahoo.*",
    "samsung-email.*",
    "protonmail.*",
)

# What may be missing in a client, and why a reader there misses nothing.
ENHANCEMENTS: Mapping[str, str] = {
    "@media": "without it a mail is one column of 640 px, which Outlook for Windows has room for",
    "color-scheme meta tag": "without it a client shows light mode, or darkens by itself",
    "color-scheme CSS property": "the same, said in a style",
    "<body> element": "a client makes a div of it; our background stands at a div of ours too",
    "Type selector": "all that a mail needs stands at its elements; styles only refine it",
    "Class selector": "the same",
    "ID selector": "the same; only MJML's own resets use ids",
    "Attribute selector": "Outlook.com alone understands [data-ogsc], and it is meant alone",
    "Chaining selectors": "the same selector",
    "Child combinator": "phones and dark mode use it, on clients that know media queries",
    "Descendant combinator": "dark mode uses it",
    "Adjacent sibling combinator": "u+#body finds Gmail, for whom alone that rule is",
    "border-radius": "corners are square",
    "text-decoration": "the words of a button are underlined",
    "cursor": "MJML's buttons ask for the usual pointer",
    "target attribute": "MJML's buttons ask for a new window; web mail opens one anyway",
    "outline": "MJML's reset of pictures, of which we have none that matter",
    "height property": "MJML's reset of pictures; a bar keeps the height of its line",
    "word-spacing": "MJML sets it to normal",
    "word-break": "only words longer than a column break differently",
    "white-space": "short names may wrap",
    "table-layout": "columns have widths, which Outlook keeps without it",
    "max-height property": "the preheader; display:none and mso-hide hide it",
    "opacity": "the preheader again",
    "overflow": "the preheader again, and round corners",
    "aria-label attribute": "the words of a link stand there too, only shorter",
    "aria-hidden attribute": "a screen reader reads an initial twice",
}


def unknown(mails: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    """By mail: each feature with the clients that do not know it."""
    return judged("caniemail.mjs", mails, *CLIENTS)


def needed(features: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Those a reader would miss."""
    return {name: clients for name, clients in features.items() if name not in ENHANCEMENTS}
