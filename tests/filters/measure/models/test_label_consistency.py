import math
from typing import Any

import numpy as np
import pytest

from filters.measure.glimpse import Glimpse
from filters.measure.models import imagenet, label_consistency, sentences
from filters.measure.models.goldens import check_fit_model, picture
from filters.measure.models.hierarchy import FILES
from filters.measure.models.imagenet import ImageNet, Sight
from filters.measure.models.label_consistency import LabelConsistency
from filters.measure.models.model import ModelNotReady
from tests.filters.measure.models import embedded


class Blind(ImageNet):
    """A network that was replaced by one that always answers the same."""

    def __init__(self, values: Any) -> None:
        self._values = values

    def look(self, glimpse: Glimpse) -> Sight:
        probabilities = np.full(1000, self._values, dtype=np.float32)
        return Sight(probabilities=probabilities, features=np.ones(1280, dtype=np.float32))


def test_the_model_that_is_shipped_answers_as_it_did() -> None:
    model = label_consistency.load()
    check_fit_model(model)
    assert model.card == label_consistency.card()


@pytest.mark.parametrize("value", [0, 0.001, 1, math.nan, math.inf], ids=["0", "even", "1", "nan", "inf"])
def test_a_network_that_always_answers_the_same_is_not_ready(value: float) -> None:
    model = LabelConsistency(Blind(value), embedded.encoder(), embedded.hierarchy())
    with pytest.raises(ModelNotReady, match="says"), np.errstate(invalid="ignore"):
        check_fit_model(model)


@pytest.mark.parametrize(
    ("drawn", "fits", "does_not"),
    [
        ("disc", "a red ball", "a dog in the snow"),
        ("disc", "A BALL!", "a castle on a hill"),
        ("checks", "a crossword puzzle", "yellow tulips"),
        ("gradient", "a sandy sea shore", "a black and white cat"),
    ],
)
def test_a_caption_that_fits_scores_above_one_that_does_not(drawn: str, fits: str, does_not: str) -> None:
    above, below = embedded.label_consistency().score([(picture(drawn), fits), (picture(drawn), does_not)])
    assert above > below + 0.5


@pytest.mark.parametrize("caption", ["", " ", "!!!", "\n\t", "—", "\U0001f600"])
def test_a_caption_without_words_has_no_score(caption: str) -> None:
    (score,) = embedded.label_consistency().score([(picture("disc"), caption)])
    assert math.isnan(score)


@pytest.mark.parametrize(
    "caption", ["a", "7", "_", "x" * 100_000, "dog " * 100_000, "картина", "絵", "a\x00b", "\ud800 dog"]
)
def test_any_other_caption_has_a_finite_score(caption: str) -> None:
    (score,) = embedded.label_consistency().score([(picture("checks"), caption)])
    assert math.isfinite(score)


def test_a_score_does_not_depend_on_what_else_is_asked() -> None:
    pairs = [
        (picture(name), caption) for name in ("disc", "noise") for caption in ("a ball", "a carpet of many colours")
    ]
    alone = [embedded.label_consistency().score([pair])[0] for pair in pairs]
    assert embedded.label_consistency().score(pairs) == pytest.approx(alone, abs=2e-4)
    assert embedded.label_consistency().score(pairs[::-1]) == pytest.approx(alone[::-1], abs=2e-4)


def test_nothing_asked_is_nothing_answered() -> None:
    assert embedded.label_consistency().score([]) == []


def test_a_picture_with_several_captions_is_looked_at_once() -> None:
    looks: list[Glimpse] = []

    class Counting(Blind):
        def look(self, glimpse: Glimpse) -> Sight:
            looks.append(glimpse)
            return super().look(glimpse)

    model = LabelConsistency(Counting(0.001), embedded.encoder(), embedded.hierarchy())
    model.score([(picture("disc"), "a ball"), (picture("noise"), "a ball"), (picture("disc"), "a dog")])
    assert looks == [picture("disc"), picture("noise")]


def test_the_card_says_which_captions_are_measured() -> None:
    card = label_consistency.card()
    assert (card.name, card.unit, card.languages) == ("label-consistency", "log-odds", ("en",))
    assert (len(card.revision), card.measures("en"), card.measures("de"), card.measures(None)) == (
        32,
        True,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("module", "name"), [(imagenet, "SHA256"), (sentences, "SHA256"), (sentences, "TOKENIZER_SHA256")]
)
def test_no_card_without_the_files_that_were_measured(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    monkeypatch.setattr(module, name, "0" * 64)
    with pytest.raises(ModelNotReady, match="is not the file that was measured"):
        label_consistency.card()


def test_no_card_without_the_data_that_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FILES, "imagenet-nouns.txt.gz", "0" * 64)
    with pytest.raises(ModelNotReady, match="imagenet-nouns"):
        label_consistency.card()


def test_the_revision_changes_with_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    before = label_consistency.card().revision
    monkeypatch.setattr(label_consistency, "REVISION_OF_CODE", "another")
    assert label_consistency.card().revision != before
