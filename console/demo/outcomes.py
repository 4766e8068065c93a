"""Compare what became of each planted case with what must become of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from console.demo.case import MATCHES, Case
from console.demo.command import Line

_KEPT = "kept"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the demo's table. A match with known material has an event id in place of its picture."""

    picture: str
    outcome: str
    reason: str
    planted: str
    as_planted: bool


def compare(cases: Iterable[Case], pairs: Iterable[Line], refusals: Iterable[Line]) -> Iterator[Row]:
    """Yield a row for each case that leaves an address, and one for each event.

    `pairs` are all that are held, so that a second crawl, which finds them again, is told the same way as the first.
    """
    in_the_open, matches = _split(cases)
    refused = list(refusals)
    found = _found(pairs, refused)
    fits = _groups_that_fit(in_the_open, found)
    for case in in_the_open:
        outcome, reason = found.get(_key_of(case), ("not seen", "-"))
        yield Row(
            picture=f"{case.image.host}{case.image.path}",
            outcome=outcome,
            reason=reason,
            planted=case.sentence,
            as_planted=fits[_group_of(case)],
        )
    yield from _events(matches, refused)


def _split(cases: Iterable[Case]) -> tuple[list[Case], list[Case]]:
    everything = list(cases)
    return [each for each in everything if not each.is_match], [each for each in everything if each.is_match]


def _found(pairs: Iterable[Line], refused: Iterable[Line]) -> Mapping[str, tuple[str, str]]:
    """Return outcome and reason by page and picture; what is held is kept, however often it is found again."""
    lost = {_key(each): (str(each["outcome"]), str(each["reason"])) for each in refused if each["page_url"]}
    return lost | {_key(each): (_KEPT, "") for each in pairs}


def _groups_that_fit(cases: Iterable[Case], found: Mapping[str, tuple[str, str]]) -> Mapping[str, bool]:
    planted: dict[str, Counter[str]] = defaultdict(Counter)
    became: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        planted[_group_of(case)][case.reason or ""] += 1
        became[_group_of(case)][found.get(_key_of(case), ("", "not seen"))[1]] += 1
    return {group: reasons == became[group] for group, reasons in planted.items()}


def _events(cases: Iterable[Case], refused: Iterable[Line]) -> Iterator[Row]:
    """Nothing says which event is of which case, so their numbers are compared."""
    planted = Counter(str(case.reason) for case in cases)
    ids = defaultdict(list)
    outcomes = {}
    for each in refused:
        if each["reason"] in MATCHES:
            ids[str(each["reason"])].append(str(each["sighting_id"]))
            outcomes[str(each["reason"])] = str(each["outcome"])
    for reason in sorted(planted.keys() | ids.keys()):
        same = len(ids[reason]) == planted[reason]
        told = f"{planted[reason]} planted, {len(ids[reason])} found"
        for event in ids[reason] or ["no event"]:
            outcome = outcomes.get(reason, "not seen")
            yield Row(picture=f"event {event}", outcome=outcome, reason=reason, planted=told, as_planted=same)


def _key_of(case: Case) -> str:
    """Leave the port out: on another day the demo may be served on another one."""
    return f"{case.page.place.host}{case.page.place.path} {case.image.host}{case.image.path}"


def _key(line: Line) -> str:
    page, image = urlsplit(str(line["page_url"])), urlsplit(str(line["image_url"]))
    return f"{page.hostname}{page.path} {image.hostname}{image.path}"


def _group_of(case: Case) -> str:
    return case.group or _key_of(case)
