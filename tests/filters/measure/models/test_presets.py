import pytest

from filters.measure.models.presets import PRESETS
from filters.thresholds import Thresholds


def by_name(name: str) -> str | None:
    (preset,) = [each for each in PRESETS if each.name == name]
    return preset.setting("b32")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("laion-400m", "-s CONSISTENCY_MIN=b32/en=0.3"),
        ("laion-5b-english", "-s CONSISTENCY_MIN=b32/en=0.28"),
        ("laion-5b-other", "-s CONSISTENCY_MIN=b32=0.26"),
        ("datacomp-l14", None),
    ],
)
def test_a_preset_says_what_to_type(name: str, typed: str | None) -> None:
    assert by_name(name) == typed


@pytest.mark.parametrize("preset", PRESETS, ids=lambda each: each.name)
def test_a_preset_has_a_cosine_or_a_share_and_says_where_it_is_from(preset: object) -> None:
    found = next(each for each in PRESETS if each is preset)
    assert (found.least is None) != (found.share is None)
    assert "arXiv" in found.source


def test_what_is_typed_can_be_read_as_a_setting() -> None:
    typed = str(by_name("laion-5b-english")).removeprefix("-s CONSISTENCY_MIN=")
    assert Thresholds.from_settings({"CONSISTENCY_MIN": typed}).consistency_min == {"b32/en": 0.28}
