from dataclasses import replace

import pytest

from filters.decision import FLOOR, CleanPair, Needs, Subject, decide
from filters.indexes.hosts import BlockedHosts
from filters.lineup import FILTERS, BadSetting, FloorMissing, Material, Thresholds, UnknownFilter, build_lineup
from filters.models import NO_MODELS, Models
from filters.verdict import Outcome
from settings import base
from tests.filters.graves import NOTHING
from tests.filters.known_lists import known
from tests.filters.subjects import MODELS, candidate, facts, fetched, subject
from tests.filters.test_duplicates import HeldInMemory

NAMES = [each.name for each in FILTERS]
MATERIAL = Material(
    epoch=7, hosts=BlockedHosts(()), known=known(), held=HeldInMemory(), withdrawn=NOTHING, models=MODELS
)


def test_lineup_of_the_settings_is_every_filter_in_order() -> None:
    lineup = build_lineup(base.LINEUP, Thresholds(), MATERIAL)
    assert list(lineup.names) == NAMES == base.LINEUP
    assert lineup.epoch == 7


def test_filters_stand_cheap_first_whatever_the_order_of_the_names() -> None:
    lineup = build_lineup(NAMES[::-1], Thresholds(), MATERIAL)
    assert list(lineup.names) == NAMES
    assert [each.needs for each in lineup.filters] == sorted(each.needs for each in lineup.filters)
    assert [each.name for each in lineup.up_to(Needs.ADDRESS)] == [
        "domain-blocklist",
        "caption-safety",
        "consent",
        "vetted-source",
        "alt-text",
        "personal-data",
        "language",
    ]
    assert [each.name for each in lineup.up_to(Needs.DIGESTS)][-1] == "exact-hash"


def test_known_material_is_looked_for_before_shape_is() -> None:
    assert NAMES.index("near-hash") < NAMES.index("image-shape")


def test_filter_that_is_no_floor_may_be_left_out() -> None:
    assert set(build_lineup(FLOOR, Thresholds(), MATERIAL).names) == set(FLOOR)


@pytest.mark.parametrize("floor", FLOOR)
def test_floor_cannot_be_taken_away(floor: str) -> None:
    with pytest.raises(FloorMissing, match=floor):
        build_lineup([name for name in NAMES if name != floor], Thresholds(), MATERIAL)


@pytest.mark.parametrize("names", [[*NAMES, "alt_text"], [*NAMES, ""], "domain-blocklist,exact-hash,near-hash"])
def test_name_of_no_filter_is_refused(names: list[str]) -> None:
    with pytest.raises(UnknownFilter, match="LINEUP"):
        build_lineup(names, Thresholds(), MATERIAL)


def test_no_two_filters_share_a_name() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_clean_subject_is_accepted_by_the_full_lineup() -> None:
    decision = decide(build_lineup(NAMES, Thresholds(), MATERIAL), subject())
    assert decision.accepting
    assert CleanPair(candidate=candidate(), fetched=fetched(), facts=facts(), decision=decision)


@pytest.mark.parametrize(
    ("material", "asked_last"),
    [
        (replace(MATERIAL, hosts=None), "domain-blocklist"),
        (replace(MATERIAL, known=None), "exact-hash"),
        (replace(MATERIAL, withdrawn=None), "withdrawn"),
    ],
)
def test_missing_list_accepts_nothing(material: Material, asked_last: str) -> None:
    decision = decide(build_lineup(NAMES, Thresholds(), material), subject())
    assert not decision.accepting
    assert decision.decisive is not None
    assert (decision.decisive.filter, decision.decisive.reason) == (asked_last, "list.not-ready")


@pytest.mark.parametrize(
    ("models", "asked_last"),
    [(NO_MODELS, "safety"), (replace(MODELS, safety=()), "safety"), (replace(MODELS, fit=()), "consistency")],
)
def test_missing_models_accept_nothing(models: Models, asked_last: str) -> None:
    decisive = decide(build_lineup(NAMES, Thresholds(), replace(MATERIAL, models=models)), subject()).decisive
    assert decisive is not None
    assert (decisive.filter, decisive.reason) == (asked_last, "model.not-ready")


@pytest.mark.parametrize(
    ("thresholds", "refused_by"),
    [
        (Thresholds(alt_min_characters=500), "alt-text"),
        (Thresholds(languages_wanted=("de",)), "language"),
        (Thresholds(image_min_side_px=601), "image-shape"),
        (Thresholds(image_max_aspect=1.0), "image-shape"),
        (Thresholds(image_min_bytes=62_001), "image-shape"),
        (Thresholds(image_max_bytes=61_999), "image-shape"),
        (Thresholds(image_max_pixels=479_999), "image-shape"),
        (Thresholds(pdq_min_side_px=601), "near-hash"),
        (Thresholds(safety_drop={"opennsfw": 0.01}), "safety"),
        (Thresholds(consistency_min={"label-consistency": 2}), "consistency"),
    ],
)
def test_threshold_reaches_its_filter(thresholds: Thresholds, refused_by: str) -> None:
    decisive = decide(build_lineup(NAMES, thresholds, MATERIAL), subject()).decisive
    assert decisive is not None
    assert decisive.filter == refused_by


@pytest.mark.parametrize(
    "tighter",
    [
        Thresholds(alt_min_characters=6),
        Thresholds(language_min_confidence=0.6),
        Thresholds(image_max_frames=63),
        Thresholds(max_captions_per_image=4),
        Thresholds(max_pictures_per_caption=9),
        Thresholds(personal_data="keep"),
        Thresholds(pdq_min_quality=51),
        Thresholds(safety_hold={"opennsfw": 0.1}),
        Thresholds(consistency_min={"label-consistency": 0}),
    ],
)
def test_every_threshold_changes_exactly_one_revision(tighter: Thresholds) -> None:
    before = build_lineup(NAMES, Thresholds(), MATERIAL).filters
    after = build_lineup(NAMES, tighter, MATERIAL).filters
    assert sum(old.revision != new.revision for old, new in zip(before, after, strict=True)) == 1


@pytest.mark.parametrize("needs", [Needs.ADDRESS, Needs.DIGESTS])
def test_asking_only_some_of_the_filters_accepts_nothing(needs: Needs) -> None:
    decision = decide(build_lineup(NAMES, Thresholds(), MATERIAL), subject(), needs)
    assert all(each.outcome is Outcome.CLEAN for each in decision.verdicts)
    assert not decision.accepting


def test_nothing_measured_is_not_accepted() -> None:
    decision = decide(build_lineup(NAMES, Thresholds(), MATERIAL), Subject(candidate=candidate()))
    assert not decision.accepting


def test_matchers_that_are_configured_must_be_asked_for_in_the_lineup() -> None:
    thresholds = Thresholds(remote_matchers=("hma=http://hma:5000",))
    assert build_lineup(NAMES, thresholds, MATERIAL).names[-1] == "remote-match"
    assert decide(build_lineup(NAMES, thresholds, MATERIAL), subject()).accepting is False
    with pytest.raises(BadSetting, match="remote-match"):
        build_lineup(FLOOR, thresholds, MATERIAL)


def test_terms_that_cannot_be_read_accept_nothing() -> None:
    decisive = decide(build_lineup(NAMES, Thresholds(safety_terms="/nowhere/terms"), MATERIAL), subject()).decisive
    assert decisive is not None
    assert (decisive.filter, decisive.reason) == ("caption-safety", "list.not-ready")
