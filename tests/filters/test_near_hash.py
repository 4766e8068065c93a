import math
from typing import Any

import pytest

from filters.decision import Lineup, Subject, decide
from filters.facts import View
from filters.indexes.known_material import ListState
from filters.indexes.list_policy import ListPolicy
from filters.near_hash import NearHash
from filters.verdict import Outcome, Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.known_lists import INSIDE, Listed, known, known_hash, known_pdq
from tests.filters.subjects import (
    ORIENTATIONS,
    PDQ,
    PHASH16,
    facts,
    fetched,
    flipped,
    picture,
    subject,
    unmeasured,
    view,
)

FAR = "3c" * 32


def looks(*views: View, side_px: Any = 600, address: str = "203.0.113.7") -> Subject:
    shown = picture(width_px=800, height_px=side_px, views=views or (view(),))
    return subject(measured=facts(shown=shown), reached=fetched(address=address))


def judge(entry: Listed, *views: View, **seen: Any) -> Verdict:
    return NearHash(known(entry)).judge(looks(*views, **seen))


class TestNearHash(FilterContract):
    filter = NearHash(known(known_pdq(flipped(PDQ, 31))))
    clean = looks(view(pdq=FAR))
    refused = looks()
    near_miss = looks(view(pdq=f"{int(PDQ, 16) ^ (1 << 255):064x}"))  # one bit more than the 31 that are allowed
    unsure = looks(view(pdq=FAR, quality=49))

    def judge_golden(
        self,
        *,
        distance_bits: int = 100,
        quality: int = 100,
        side_px: int = 600,
        entry: dict[str, Any] | None = None,
        decoded: bool = True,
        missing: bool = False,
        ready: str = "ready",
    ) -> Verdict:
        listed = known_pdq(flipped(PDQ, distance_bits), **{"list": "agency", **(entry or {})})
        material = None if missing else known(listed, ready=ListState(ready))
        seen = looks(view(quality=quality), side_px=side_px)
        return NearHash(material).judge(seen if decoded else unmeasured(seen))


@pytest.mark.parametrize("distance_bits", [0, 1, 16, 30, 31])
def test_hash_within_31_bits_is_a_match_and_names_entry_and_distance(distance_bits: int) -> None:
    verdict = judge(known_pdq(flipped(PDQ, distance_bits)))
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, "hash.near-list")
    assert dict(verdict.evidence) == {
        "list": "agency@2",
        "entry": 17,
        "type": "pdq",
        "category": "NEGATIVE_CLASS",
        "severity": "",
        "distance_bits": distance_bits,
        "needed": 31,
    }


def test_hash_32_bits_away_is_clean() -> None:
    assert judge(known_pdq(flipped(PDQ, 32))).outcome is Outcome.CLEAN


@pytest.mark.parametrize(
    ("allowed", "distance_bits", "outcome"),
    [
        (0, 0, Outcome.REFUSED),
        (0, 1, Outcome.CLEAN),
        (10, 10, Outcome.REFUSED),
        (10, 11, Outcome.CLEAN),
        (60, 60, Outcome.REFUSED),
        (60, 61, Outcome.CLEAN),
    ],
)
def test_distance_belongs_to_the_entry(allowed: int, distance_bits: int, outcome: Outcome) -> None:
    entry = known_pdq(flipped(PDQ, distance_bits), distance_bits=allowed)
    assert judge(entry).outcome is outcome


@pytest.mark.parametrize(
    ("policy_bits", "own_bits", "distance_bits", "outcome"),
    [
        (None, None, 31, Outcome.REFUSED),
        (20, None, 20, Outcome.REFUSED),
        (20, None, 21, Outcome.CLEAN),
        (20, 31, 31, Outcome.REFUSED),
        (47, None, 47, Outcome.REFUSED),
        (47, None, 48, Outcome.CLEAN),
        (47, 31, 32, Outcome.CLEAN),
        (0, None, 1, Outcome.CLEAN),
    ],
)
def test_without_a_distance_of_its_own_the_policy_of_its_list_counts(
    policy_bits: int | None, own_bits: int | None, distance_bits: int, outcome: Outcome
) -> None:
    policy = ListPolicy(pdq_bits=policy_bits)
    entry = known_pdq(flipped(PDQ, distance_bits), distance_bits=own_bits, policy=policy)
    assert judge(entry).outcome is outcome


def test_policy_of_one_list_widens_no_other() -> None:
    wide = known_pdq(FAR, list="wide", policy=ListPolicy(pdq_bits=47))
    assert NearHash(known(wide, known_pdq(flipped(PDQ, 32)))).judge(looks()).outcome is Outcome.CLEAN


@pytest.mark.parametrize(
    "entry",
    [
        known_pdq(category="INVESTIGATION_SEED"),
        known_pdq(category="DISPUTED"),
        known_pdq(policy=ListPolicy(action="suspect")),
        known_pdq(PHASH16, type="phash16", category="DISPUTED"),
    ],
)
def test_what_is_only_suspected_is_refused_as_a_suspect(entry: Listed) -> None:
    verdict = judge(entry)
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, "hash.suspect")


def test_confirmed_entry_is_named_before_a_nearer_one_that_is_only_suspected() -> None:
    entries = (known_pdq(PDQ, category="DISPUTED", entry=1), known_pdq(flipped(PDQ, 9), entry=2, severity="iwf:A"))
    verdict = NearHash(known(*entries)).judge(looks())
    assert (verdict.reason, verdict.evidence["entry"]) == ("hash.near-list", 2)
    assert verdict.evidence["severity"] == "iwf:A"


@pytest.mark.parametrize("listed", [PDQ, *ORIENTATIONS])
def test_complement_of_every_orientation_is_compared(listed: str) -> None:
    inverted = f"{int(listed, 16) ^ ((1 << 256) - 1):064x}"
    assert judge(known_pdq(flipped(inverted, 31))).reason == "hash.near-list"
    assert judge(known_pdq(flipped(inverted, 32)), view()).outcome is Outcome.CLEAN


def test_inverted_picture_is_near_a_phash16_entry() -> None:
    assert judge(known_pdq(f"{int(PHASH16, 16) ^ ((1 << 256) - 1):064x}", type="phash16")).reason == "hash.near-list"


def test_list_of_digests_alone_finds_no_altered_copy_so_looking_is_unsure() -> None:
    lists = {"production": False, "only_digests": True}
    verdict = NearHash(known(known_hash(), **lists)).judge(looks())
    assert (verdict.reason, dict(verdict.evidence)) == ("list.not-ready", {"state": "missing"})
    assert NearHash(known(known_hash(), provisional=True, **lists)).judge(looks()).outcome is Outcome.CLEAN


def test_entry_that_allows_more_does_not_widen_another() -> None:
    entries = (known_pdq(flipped(PDQ, 40), entry=1), known_pdq(FAR, entry=2, distance_bits=60))
    assert NearHash(known(*entries)).judge(looks()).outcome is Outcome.CLEAN


def test_nearest_entry_is_named() -> None:
    entries = [known_pdq(flipped(PDQ, bits), entry=bits) for bits in (20, 5, 12)]
    assert NearHash(known(*entries)).judge(looks()).evidence["entry"] == 5


@pytest.mark.parametrize("turn", range(8))
def test_every_orientation_is_compared(turn: int) -> None:
    assert judge(known_pdq(ORIENTATIONS[turn])).reason == "hash.near-list"


def test_every_view_is_compared() -> None:
    hidden = view(name="frame 1 over white")
    assert judge(known_pdq(), view(pdq=FAR), hidden).reason == "hash.near-list"


@pytest.mark.parametrize(("distance_bits", "outcome"), [(31, Outcome.REFUSED), (32, Outcome.CLEAN)])
def test_phash16_list_is_compared_too(distance_bits: int, outcome: Outcome) -> None:
    entry = known_pdq(flipped(PHASH16, distance_bits), type="phash16")
    assert judge(entry).outcome is outcome


def test_hash_of_one_type_is_not_compared_with_another() -> None:
    seen = view(phash16=FAR)
    assert judge(known_pdq(PDQ, type="phash16"), seen).outcome is Outcome.CLEAN
    assert judge(known_pdq(FAR), seen).outcome is Outcome.CLEAN
    assert judge(known_pdq(PDQ, type="sha256")).outcome is Outcome.CLEAN


def test_view_of_low_quality_never_refuses_but_near_an_entry_it_is_unsure() -> None:
    flat = view(quality=49)
    verdict = judge(known_pdq(), view(pdq=FAR), flat)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNSURE, "hash.low-quality")
    assert dict(verdict.evidence) == {"quality": 49, "needed": 50}
    assert judge(known_pdq(), view(pdq=FAR), view(pdq=FAR, quality=49)).outcome is Outcome.CLEAN
    assert judge(known_pdq(), flat, view(quality=50)).reason == "hash.near-list"


@pytest.mark.parametrize(("address", "outcome"), [(INSIDE, Outcome.UNSURE), ("203.0.113.7", Outcome.CLEAN)])
def test_view_of_low_quality_near_a_made_up_entry_is_unsure_where_such_lists_count(
    address: str, outcome: Outcome
) -> None:
    lists = known(known_pdq(synthetic=True))
    assert NearHash(lists).judge(looks(view(pdq=FAR), view(quality=49), address=address)).outcome is outcome


def test_evidence_names_only_lists_that_hold_hashes_of_its_types() -> None:
    lists = known(known_pdq(), known_hash(list="bytes-only"))
    shown = facts(shown=picture(views=(view(pdq=FAR),)))
    assert dict(NearHash(lists).judge(subject(measured=shown)).evidence) == {"lists": "agency@2"}


def test_picture_of_low_quality_everywhere_is_unsure_even_beside_an_entry() -> None:
    verdict = judge(known_pdq(), view(quality=12), view(quality=49))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNSURE, "hash.low-quality")
    assert dict(verdict.evidence) == {"quality": 49, "needed": 50}


def test_tiny_picture_is_unsure_but_a_match_all_the_same() -> None:
    verdict = judge(known_pdq(FAR), side_px=63)
    assert verdict.reason == "hash.low-quality"
    assert dict(verdict.evidence) == {"side_px": 63, "needed": 64}
    assert judge(known_pdq(FAR), side_px=64).outcome is Outcome.CLEAN
    assert judge(known_pdq(), side_px=16).reason == "hash.near-list"


@pytest.mark.parametrize("seen", [looks(view(quality=math.nan)), looks(side_px=math.nan)])  # type: ignore[arg-type]  # facts may be read from a file
def test_number_that_is_none_is_unsure(seen: Subject) -> None:
    decision = decide(Lineup(filters=(NearHash(known()),), epoch=1), seen)
    assert [each.outcome for each in decision.verdicts] == [Outcome.UNSURE]


def test_hash_that_is_none_is_unsure() -> None:
    decision = decide(Lineup(filters=(NearHash(known(known_pdq())),), epoch=1), looks(view(pdq="zz")))
    assert [each.reason for each in decision.verdicts] == ["filter.crashed"]


def test_picture_without_views_is_unsure() -> None:
    nothing_seen = subject(measured=facts(shown=picture(views=())))
    assert NearHash(known()).judge(nothing_seen).reason == "hash.no-views"


def test_synthetic_entry_matches_inside_the_allowed_networks_only() -> None:
    entry = known_pdq(synthetic=True)
    assert judge(entry).outcome is Outcome.CLEAN
    assert judge(entry, address=INSIDE).reason == "hash.near-list"


@pytest.mark.parametrize("state", [ListState.MISSING, ListState.STALE, ListState.BROKEN])
def test_lists_that_are_not_ready_are_unsure_though_they_go_on_matching(state: ListState) -> None:
    lists = NearHash(known(known_pdq(), ready=state))
    assert lists.judge(looks(view(pdq=FAR))).reason == "list.not-ready"
    assert lists.judge(looks()).reason == "hash.near-list"


def test_missing_lists_are_unsure() -> None:
    assert NearHash(None).judge(looks()).reason == "list.not-ready"


def test_known_good_is_no_match() -> None:
    assert judge(known_pdq(category="POSITIVE_CLASS")).outcome is Outcome.CLEAN


def test_revision_changes_with_lists_and_thresholds() -> None:
    made = [
        NearHash(known()),
        NearHash(None),
        NearHash(known(revision="5f" * 32)),
        NearHash(known(), min_quality=60),
        NearHash(known(), min_side_px=50),
    ]
    assert len({each.revision for each in made}) == len(made)
