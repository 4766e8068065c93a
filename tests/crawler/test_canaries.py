"""What is found counts only if the canary's own list says so; what must be found comes first, and all waits for it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from crawler.byte_budget import ByteBudget
from crawler.canaries import Canaries, looking_only
from crawler.canary_list import canary_list, is_found
from crawler.edit_names import EDITS, MUST_BE_FOUND
from crawler.fetch_failure import FetchFailure
from crawler.items import Downloaded
from crawler.pictures import Answer, Arrived, Missed, Pictures
from crawler.stopping import Stopped
from filters.decision import Decision, Needs
from filters.facts import Facts
from filters.indexes.hosts import BlockedHosts
from filters.lineup import FILTERS, Material, Thresholds, build_lineup
from storage.errors import NotReady
from tests.crawler.pairs import accepting, facts, fetched, refusing
from tests.crawler.test_lineup_watch import Nothing
from tests.filters.known_lists import known


def by(listed: str, reason: str = "hash.near-list") -> Decision:
    """Return a refusal that names a list."""
    decision = refusing(reason)
    return replace(decision, verdicts=(replace(decision.verdicts[0], evidence={"list": listed}),))


FOUND = by("?canary@1")


async def arrives(url: str) -> Answer:
    ticket = await ByteBudget(10).reserve(1)
    return Arrived(fetched=fetched(), body=b"x", ticket=ticket)


async def goes_missing(url: str) -> Answer:
    return Missed(failure=FetchFailure(reason="fetch.failed"))


def canaries(count: int, says: Callable[[str], Decision], fetch: Callable[[str], object] = arrives) -> Canaries:
    async def judge(item: Downloaded) -> tuple[Decision, Facts]:
        return says(item.candidate.image_url.split("/")[3]), facts()

    return Canaries(count, Pictures(fetch, str), judge)  # type: ignore[arg-type]  # one of the two above


def shown(of: Canaries) -> tuple[str | None, bool]:
    """Return why the run must break off, and whether pairs may be kept."""

    async def show() -> tuple[str | None, bool]:
        return await of.show(), await of.proven()

    return asyncio.run(show())


@pytest.mark.parametrize(
    ("decision", "found"),
    [
        (FOUND, True),
        (by("?canary@1", "hash.on-list"), True),
        (by("agency@7"), False),
        (by("?canary@1", "image.aspect"), False),
        (accepting(), False),
        (refusing("hash.near-list"), False),
    ],
)
def test_a_canary_is_found_if_its_own_list_says_so(decision: Decision, found: bool) -> None:
    assert is_found(decision) is found


def test_each_edit_is_counted_for_itself() -> None:
    of = canaries(3, lambda edit: accepting() if edit == "crop-20" else FOUND)
    assert shown(of) == (None, True)
    counts = {each.edit: (each.injected, each.found) for each in of.results}
    assert list(counts) == list(EDITS)
    assert counts.pop("crop-20") == (3, 0)
    assert set(counts.values()) == {(3, 3)}


@pytest.mark.parametrize("missed", MUST_BE_FOUND)
def test_one_missed_that_must_be_found_ends_the_run_before_the_rest_is_shown(missed: str) -> None:
    of = canaries(2, lambda edit: accepting() if edit == missed else FOUND)
    why, may_be_kept = shown(of)
    assert why is not None
    assert f"{missed} (2 of 2)" in why
    assert not may_be_kept
    assert [each.edit for each in of.results] == list(MUST_BE_FOUND)


def test_a_canary_that_cannot_even_be_fetched_is_missed() -> None:
    why, may_be_kept = shown(canaries(1, lambda _: FOUND, goes_missing))
    assert why is not None
    assert not may_be_kept


def test_a_run_without_canaries_waits_for_nothing() -> None:
    assert asyncio.run(canaries(0, lambda _: accepting()).proven())


def test_who_waits_is_let_go_when_the_run_ends_before() -> None:
    async def wait() -> bool:
        of = canaries(1, lambda _: FOUND)
        waiting = asyncio.create_task(of.proven())
        await asyncio.sleep(0)
        of.give_up()
        return await waiting

    assert asyncio.run(wait()) is False


@pytest.mark.parametrize("at", [MUST_BE_FOUND[-1], "crop-5"])
def test_a_stop_in_between_is_no_miss(at: str) -> None:
    def says(edit: str) -> Decision:
        if edit == at:
            raise Stopped
        return FOUND

    of = canaries(2, says)
    assert shown(of) == (None, at not in MUST_BE_FOUND)
    assert all(each.injected == each.found for each in of.results)
    assert at not in {each.edit for each in of.results}


def test_only_the_filters_that_look_at_a_picture_judge_canaries() -> None:
    material = Material(epoch=3, hosts=BlockedHosts(()), known=known(), held=Nothing())
    lineup = looking_only(build_lineup([each.name for each in FILTERS], Thresholds(), material))
    assert {"exact-hash", "near-hash"} <= set(lineup.names)
    assert not {"consent", "domain-blocklist", "alt-text", "remote-match"} & set(lineup.names)
    assert all(each.needs in (Needs.DIGESTS, Needs.PICTURE) for each in lineup.filters)
    assert lineup.epoch == 3


@pytest.mark.parametrize("pictures", [0, 101])
def test_there_are_no_more_canaries_than_the_list_holds(pictures: int) -> None:
    with pytest.raises(NotReady):
        canary_list(pictures)
