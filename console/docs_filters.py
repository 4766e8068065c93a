"""Tell each filter and every reason code, for docs/filters.md."""

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from console.reasons import OF_PAGES, OF_STEPS, PAGES
from filters import network_gate, page_incident
from filters.decision import FLOOR, CrashReason, Filter, Needs
from filters.lineup import FILTERS, MATCH_REASONS
from filters.reason import Reason

PAGE: Final = Path(__file__).parent.parent / "docs" / "filters.md"
AFTER: Final[Mapping[Needs, str]] = {
    Needs.ADDRESS: "before the picture is fetched",
    Needs.DIGESTS: "once its bytes are digested, before any decoder runs",
    Needs.PICTURE: "once it was decoded",
    Needs.MODELS: "once every filter above is clean, and the models have scored it",
    Needs.REMOTE: "once every filter above is clean, and the services have answered",
}
_INTRO: Final = """# Filters

<!-- Made by `make docs`; a test fails if it is stale. -->

A filter is shown one pair and says clean (looked, found nothing), refused (looked, found a reason) or unsure (could
not look, or too close to call). Only what every filter of the lineup calls clean is kept. Filters are asked in this
order, up to the first that is not clean. Those of the floor cannot be left out of the setting `LINEUP`.
"""


def filters_page() -> str:
    """Return the page: the lineup, each filter in its own words, and every reason code with its one outcome."""
    return "".join([_INTRO, *_order(), *(_section(each) for each in FILTERS), *_beside(), *_every_code(), *_pages()])


def _order() -> Iterator[str]:
    yield "\n| | filter | is asked | floor |\n|---|---|---|---|\n"
    for number, each in enumerate(FILTERS, start=1):
        floor = "yes" if each.name in FLOOR else ""
        yield f"| {number} | [{each.name}](#{each.name}) | {AFTER[each.needs]} | {floor} |\n"


def _section(filter_type: type[Filter]) -> str:
    words = re.sub(r"(?m)^(Example|Near miss|Evidence): ", r"* **\1:** ", inspect.cleandoc(filter_type.__doc__ or ""))
    words = words.replace("\n* **Example", "\n\n* **Example", 1).replace("\n\n\n", "\n\n")
    codes = ", ".join(f"`{each}`" for each in reasons_of(filter_type))
    return f"\n## {filter_type.name}\n\nVersion {filter_type.version}. {words}\n\nReasons: {codes}.\n"


def _beside() -> Iterator[str]:
    yield "\n## page-incident\n\nNot asked, but given: "
    yield f"if a pair is a match ({_in_order(MATCH_REASONS)}), every other pair of its page is held "
    yield f"back with `{page_incident.PageIncidentReason.PAGE_INCIDENT}`, so that nothing points to the match. "
    yield "The match itself becomes an event without an address, and a sealed incident record.\n"


def _every_code() -> Iterator[str]:
    yield "\n## Every reason code\n\nFailed is no outcome of a filter: the bytes never arrived, and nobody judged.\n"
    yield "\n| code | outcome | given by | meaning |\n|---|---|---|---|\n"
    for code, (outcome, by, meaning) in sorted(codes().items()):
        yield f"| `{code}` | {outcome} | {by} | {meaning} |\n"


def _pages() -> Iterator[str]:
    yield "\n## Why a page was not read\n\nNo pair was found on such a page, so none is counted.\n"
    yield "\n| code | meaning |\n|---|---|\n"
    for code, meaning in sorted({**OF_PAGES, **PAGES}.items()):
        yield f"| `{code}` | {meaning} |\n"


def codes() -> Mapping[str, tuple[str, str, str]]:
    """Return outcome, who gives it and meaning of every reason code that a pair may have."""
    given_by: dict[Reason, list[str]] = {reason: ["any filter"] for reason in CrashReason}
    given_by |= {reason: [page_incident.NAME] for reason in page_incident.PageIncidentReason}
    given_by |= {reason: [network_gate.NAME] for reason in network_gate.NetworkReason}
    for each in FILTERS:
        for reason in reasons_of(each):
            given_by.setdefault(reason, []).append(each.name)
    of_filters = {code.value: (code.outcome.value, ", ".join(by), code.meaning) for code, by in given_by.items()}
    return of_filters | {code: (step.outcome, "the crawl", step.meaning) for code, step in OF_STEPS.items()}


def reasons_of(filter_type: type[Filter]) -> Iterator[Reason]:
    """Yield the reasons of the enumerations that a filter's file names, its own and shared ones."""
    for named in vars(sys.modules[filter_type.__module__]).values():
        if inspect.isclass(named) and issubclass(named, Reason) and named is not Reason:
            yield from named


def _in_order(reasons: frozenset[str]) -> str:
    return ", ".join(f"`{each}`" for each in sorted(reasons))
