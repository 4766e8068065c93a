"""Claims about what opinions come to."""

import pytest

from filters.measure.languages.detector import MOST_LETTERS, Opinion, likelihood, plain_letters, weighed


def opinion(label: str, confidence: float) -> Opinion:
    return Opinion(label=label, confidence=confidence)


@pytest.mark.parametrize("confidence", [0.05, 0.3, 0.5, 0.7, 0.89])
def test_who_agrees_makes_surer(confidence: float) -> None:
    both = weighed(opinion("en", confidence), opinion("en", 0.8))
    assert both.label == "en"
    assert both.confidence > confidence


@pytest.mark.parametrize(
    ("said", "also", "label"),
    [
        (opinion("en", 0.6), opinion("af", 0.6), "en"),
        (opinion("en", 0.6), opinion("af", 0.7), "en"),
        (opinion("en", 0.1), opinion("af", 0.8), "af"),
        (opinion("en", 0.1), opinion("af", 0.2), "en"),
    ],
)
def test_of_two_the_first_is_believed_unless_the_other_is_far_likelier_and_less_than_alone(
    said: Opinion, also: Opinion, label: str
) -> None:
    both = weighed(said, also)
    assert both.label == label
    assert both.confidence < max(said.confidence, also.confidence)


@pytest.mark.parametrize("confidence", [0.0, 1.0])
def test_certainty_is_weighed_like_near_certainty(confidence: float) -> None:
    assert 0 < weighed(opinion("en", confidence), opinion("de", confidence)).confidence < 1


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("", 0),
        ("A red fox", 7),
        ("Nike Air Max 90", 10),
        ("IMG_2031.jpg RTX 4090", 0),
        ("SALE 50%", 0),
        ("UNESCO heritage", 14),
        ("на снегу", 7),
        ("x" * 1000, MOST_LETTERS),
    ],
)
def test_letters_of_signs_do_not_count(text: str, letters: int) -> None:
    assert likelihood((0.0, 1.0), (plain_letters(text),)) == pytest.approx((1 + letters) / (2 + letters))


def test_clues_without_weights_are_an_error() -> None:
    with pytest.raises(ValueError, match="longer"):
        likelihood((0.0, 1.0), (1.0, 1.0))
