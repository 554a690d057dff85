"""Checks on the very bytes that would go out. Pure: one function each, all of them in CHECKS."""

from digest.issues.preflight import links, markup, reading, size, wording
from digest.issues.preflight.finding import Check, Finding, Level, Mail, read
from digest.issues.preflight.wire import wire_findings
from digest.model import Publication, Rendering

__all__ = ["CHECKS", "Check", "Finding", "Level", "Mail", "findings", "letter_findings"]

# What holds for every mail.
LETTER_CHECKS: tuple[Check, ...] = (
    size.fits_its_size,
    size.has_styles_gmail_keeps,
    markup.is_whole,
    markup.leaves_no_template_behind,
    markup.runs_nothing,
    markup.fetches_no_styles,
    markup.keeps_ids_apart,
    markup.keeps_to_what_clients_lay_out,
    markup.shows_values,
    reading.names_its_language,
    reading.has_headings_in_order,
    reading.describes_its_images,
    reading.says_something_without_images,
    reading.can_be_read,
    reading.hides_nothing,
    links.links_are_safe,
    links.links_say_where_they_lead,
    links.images_can_be_shown,
    wording.says_where_we_live,
    wording.says_the_same_in_both_parts,
    wording.links_to_the_same_in_both_parts,
    wording.has_a_fit_subject,
)
# What holds for an issue besides: it goes to a list.
CHECKS: tuple[Check, ...] = (
    *LETTER_CHECKS,
    links.lets_a_reader_leave,
    wording.has_a_fit_preheader,
)


def findings(
    rendering: Rendering, publication: Publication, message: bytes = b""
) -> tuple[Finding, ...]:
    """Everything that is wrong with an issue's mail; none for a mail that may go.

    `message` is a sample as it would go over the wire, where one is at hand.
    """
    mail = read(rendering, publication)
    found = tuple(finding for check in CHECKS for finding in check(mail))
    return found + (wire_findings(message, rendering, publication) if message else ())


def letter_findings(rendering: Rendering, publication: Publication) -> tuple[Finding, ...]:
    """The same for a mail to one person."""
    mail = read(rendering, publication)
    checks = (*LETTER_CHECKS, markup.leaves_nothing_to_fill)
    return tuple(finding for check in checks for finding in check(mail))
