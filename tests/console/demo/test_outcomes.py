from collections.abc import Iterable, Mapping
from functools import partial

from console.demo.case import Answer, Case, Host, Page, Place
from console.demo.outcomes import Row, compare

_PAGE = Page(place=Place(Host.GAZETTE, "/page.html"), title="A page", text="")


def _case(path: str, reason: str | None = None, group: str = "") -> Case:
    image = Place(Host.PICTURES, path)
    return Case(
        page=_PAGE, image=image, alt="a text", answer=partial(Answer), reason=reason, sentence="so", group=group
    )


def _line(path: str, reason: str | None = None, port: int = 8080) -> Mapping[str, object]:
    return {
        "page_url": _PAGE.place.url(port),
        "image_url": Place(Host.PICTURES, path).url(port),
        "outcome": "refused",
        "reason": reason,
    }


def _event(reason: str, event: str = "e") -> Mapping[str, object]:
    return {"page_url": None, "image_url": None, "outcome": "refused", "reason": reason, "sighting_id": event}


def _compared(
    cases: Iterable[Case], pairs: Iterable[Mapping[str, object]] = (), refused: Iterable[Mapping[str, object]] = ()
) -> list[bool]:
    return [row.as_planted for row in compare(cases, pairs, refused)]


def test_a_kept_case_is_as_planted_if_its_pair_is_held() -> None:
    assert _compared([_case("/a")], pairs=[_line("/a")]) == [True]


def test_a_case_that_was_not_seen_is_not_as_planted() -> None:
    assert _compared([_case("/a"), _case("/b", "fetch.failed")]) == [False, False]


def test_a_case_that_was_to_be_refused_and_is_held_is_not_as_planted() -> None:
    assert _compared([_case("/a", "image.aspect")], pairs=[_line("/a")]) == [False]


def test_another_reason_is_not_as_planted() -> None:
    assert _compared([_case("/a", "image.aspect")], refused=[_line("/a", "image.too-small")]) == [False]


def test_a_pair_that_is_found_again_on_another_port_is_still_kept() -> None:
    assert _compared([_case("/a")], [_line("/a")], [_line("/a", "duplicate.pair", port=8081)]) == [True]


def test_of_a_group_any_may_come_first() -> None:
    twins = [_case("/a", group="g"), _case("/b", "duplicate.pair", group="g")]
    assert _compared(twins, [_line("/b")], [_line("/a", "duplicate.pair")]) == [True, True]
    assert _compared(twins, [_line("/a"), _line("/b")]) == [False, False]


def test_matches_are_compared_by_their_number() -> None:
    cases = [_case("/a", "hash.on-list"), _case("/b", "hash.on-list")]
    assert _compared(cases, refused=[_event("hash.on-list", "1"), _event("hash.on-list", "2")]) == [True, True]
    assert _compared(cases, refused=[_event("hash.on-list")]) == [False]
    assert _compared(cases) == [False]


def test_an_event_is_told_with_the_outcome_that_it_had() -> None:
    beside = {**_event("page.incident"), "outcome": "unsure"}
    assert [row.outcome for row in compare([], [], [beside, _event("hash.on-list")])] == ["refused", "unsure"]


def test_a_match_that_nobody_planted_is_shown() -> None:
    rows: list[Row] = list(compare([], [], [_event("hash.near-list")]))
    assert [(row.picture, row.as_planted) for row in rows] == [("event e", False)]
