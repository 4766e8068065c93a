import pytest

from console.docs_models import FILES, models_page
from filters.measure.models.origins import ORIGINS
from filters.measure.models.presets import PRESETS
from filters.measure.models.shelf import SHIPPED_FIT, SHIPPED_SAFETY, describe

SHIPPED = [*SHIPPED_SAFETY, *SHIPPED_FIT]


def section(title: str) -> str:
    return models_page().partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_shipped_model_has_its_origin_and_its_files() -> None:
    assert list(ORIGINS) == list(FILES) == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_is_told_with_licence_origin_and_digests(name: str) -> None:
    told = section(name)
    assert ORIGINS[name].licence in told
    assert ORIGINS[name].origin in told
    assert all(f"`{sha256}`" in told for sha256 in FILES[name].values())


def test_the_units_and_captions_told_are_those_of_the_cards() -> None:
    cards = describe(safety=list(SHIPPED_SAFETY), fit=list(SHIPPED_FIT))
    for card in (*cards.safety, *cards.fit):
        assert f"* Unit: {card.unit}" in section(card.name)
        assert ("Captions: English" in section(card.name)) == (card.languages == ("en",))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda each: each.name)
def test_every_preset_is_told_with_its_source(preset: object) -> None:
    found = next(each for each in PRESETS if each is preset)
    assert f"| `{found.name}` |" in models_page()
    assert found.source in models_page()


def test_it_is_said_that_nothing_was_tried_on_a_gpu_or_with_weights_of_clip() -> None:
    assert "Nothing was tried on a GPU, and nothing with real weights of CLIP" in " ".join(models_page().split())
