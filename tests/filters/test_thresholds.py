import math
from dataclasses import fields
from typing import Any

import pytest

from filters.thresholds import BadSetting, Thresholds
from settings import base

NUMBERS = [each.name for each in fields(Thresholds) if "least" in each.metadata]


def test_nothing_set_gives_the_defaults() -> None:
    assert Thresholds.from_settings({"SOMETHING_ELSE": "x"}) == Thresholds()


def test_defaults_are_those_of_the_settings() -> None:
    assert Thresholds.from_settings(vars(base)) == Thresholds()


@pytest.mark.parametrize("name", NUMBERS)
def test_every_threshold_is_read_from_the_setting_of_its_name(name: str) -> None:
    read = Thresholds.from_settings({name.upper(): 1})
    assert getattr(read, name) == 1
    assert read != Thresholds()


def test_numbers_may_be_text() -> None:
    read = Thresholds.from_settings({"IMAGE_MIN_SIDE_PX": "300", "IMAGE_MAX_ASPECT": "2.5"})
    assert (read.image_min_side_px, read.image_max_aspect) == (300, 2.5)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, -1, -0.001, "nan", "inf", "-1", "", "many", None, True, [5], b"5", 1e300]
)
def test_what_could_refuse_nothing_or_everything_by_mistake_is_a_bad_setting(name: str, value: object) -> None:
    with pytest.raises(BadSetting, match=f"^{name.upper()} must be a "):
        Thresholds.from_settings({name.upper(): value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IMAGE_MIN_SIDE_PX", 200.5),
        ("IMAGE_MIN_SIDE_PX", "200.5"),
        ("IMAGE_MAX_ASPECT", 0.9),
        ("IMAGE_MAX_FRAMES", 0),
        ("PDQ_MIN_QUALITY", 101),
        ("LANGUAGE_MIN_CONFIDENCE", 1.01),
    ],
)
def test_number_beyond_its_bounds_is_a_bad_setting(name: str, value: object) -> None:
    with pytest.raises(BadSetting, match=name):
        Thresholds.from_settings({name: value})


def test_bounds_hold_also_without_settings() -> None:
    with pytest.raises(BadSetting, match="IMAGE_MAX_ASPECT must be a number of at least 1"):
        Thresholds(image_max_aspect=math.nan)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONSENT_PROTOCOLS", "tdmrep,tdm-rep"),
        ("CONSENT_PROTOCOLS", None),
        ("CONSENT_PROTOCOLS", [1]),
        ("CONSENT_UNKNOWN_MEANS", "Allow"),
        ("CONSENT_UNKNOWN_MEANS", None),
        ("CONSENT_UNKNOWN_MEANS", True),
        ("VETTED_ONLY", "yes"),
        ("VETTED_ONLY", 1),
        ("VETTED_ONLY", None),
    ],
)
def test_a_protocol_or_policy_that_does_not_exist_is_a_bad_setting(name: str, value: object) -> None:
    with pytest.raises(BadSetting, match=name):
        Thresholds.from_settings({name: value})


@pytest.mark.parametrize(
    ("value", "read"), [("True", True), ("1", True), ("false", False), (True, True), (False, False)]
)
def test_vetted_only_may_be_text(value: object, read: bool) -> None:
    assert Thresholds.from_settings({"VETTED_ONLY": value}).vetted_only is read


def test_protocols_may_be_switched_off() -> None:
    assert Thresholds.from_settings({"CONSENT_PROTOCOLS": "rsl, TDMRep"}).consent_protocols == ("rsl", "tdmrep")
    assert Thresholds.from_settings({"CONSENT_UNKNOWN_MEANS": "deny"}).consent_unknown_means == "deny"


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        ("", ()),
        ([], ()),
        ("de", ("de",)),
        (" EN, de ,,de", ("de", "en")),
        (["zh-cn", "EN"], ("en", "zh-cn")),
        ({"de"}, ("de",)),
    ],
)
def test_languages_are_labels_with_commas_or_a_list(value: object, labels: tuple[str, ...]) -> None:
    assert Thresholds.from_settings({"LANGUAGES_WANTED": value}).languages_wanted == labels


@pytest.mark.parametrize("value", [None, 5, True, [5], ["de", None]])
def test_languages_of_another_type_are_a_bad_setting(value: Any) -> None:
    with pytest.raises(BadSetting, match="LANGUAGES_WANTED"):
        Thresholds.from_settings({"LANGUAGES_WANTED": value})


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("", ()),
        ([], ()),
        ("hma=http://hma:5000/Path", ("hma=http://hma:5000/Path",)),
        ("hma=http://hma:5000, arachnid=https://a.test", ("arachnid=https://a.test", "hma=http://hma:5000")),
    ],
)
def test_remote_matchers_are_addresses_with_commas_or_a_list(value: object, read: tuple[str, ...]) -> None:
    assert Thresholds.from_settings({"REMOTE_MATCHERS": value}).remote_matchers == read


@pytest.mark.parametrize("value", ["hma", "hma=http://elsewhere.test", "hma=http://a:1/x,hma=http://a:1/y", None, 5])
def test_a_remote_matcher_that_cannot_be_asked_is_a_bad_setting(value: object) -> None:
    with pytest.raises(BadSetting, match="REMOTE_MATCHERS"):
        Thresholds.from_settings({"REMOTE_MATCHERS": value})


def test_path_may_be_any_text_and_nothing_else() -> None:
    assert Thresholds.from_settings({"SAFETY_TERMS": "Lists/Terms,2.txt"}).safety_terms == "Lists/Terms,2.txt"
    with pytest.raises(BadSetting, match="SAFETY_TERMS must be text"):
        Thresholds.from_settings({"SAFETY_TERMS": 5})


@pytest.mark.parametrize("value", [0.8, None, ["opennsfw"], {"": 0.8}, {1: 0.8}, "0.8", "=0.8"])
def test_numbers_that_are_of_no_model_are_a_bad_setting(value: object) -> None:
    with pytest.raises(BadSetting, match=r"^SAFETY_DROP must be numbers by model"):
        Thresholds.from_settings({"SAFETY_DROP": value})
