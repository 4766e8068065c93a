"""Hold back what stands on a page beside known material, so that nothing points to the match."""

from filters.reason import Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict

NAME = "page-incident"
VERSION = "2"


class PageIncidentReason(Reason):
    PAGE_INCIDENT = "page.incident", Outcome.UNSURE, "something on its page is held back: nothing of the page is kept"


def beside_a_match() -> Verdict:
    """Return the verdict of every other candidate of the page. Evidence would point to the match: it has none."""
    return Verdict(
        outcome=PageIncidentReason.PAGE_INCIDENT.outcome,
        filter=NAME,
        filter_version=VERSION,
        revision=revision_of(NAME),
        reason=PageIncidentReason.PAGE_INCIDENT.value,
    )
