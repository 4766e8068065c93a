"""Claims about the language of captions."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.measure.language import DETECTOR, MAX_CHARACTERS, measure_language

SENTENCES = {
    "en": "A red fox walks slowly through the deep snow of the forest",
    "de": "Ein roter Fuchs läuft langsam durch den tiefen Schnee im Wald",
    "fr": "Un renard roux marche lentement dans la neige profonde de la forêt",
    "ru": "Рыжая лиса медленно идёт по глубокому снегу в лесу",
    "zh": "一只红狐狸在森林的深雪中慢慢地走",
    "ar": "ثعلب أحمر يمشي ببطء في ثلج الغابة العميق",
}


@pytest.mark.parametrize("label", SENTENCES)
def test_a_plain_sentence_gets_its_iso_639_1_label(label: str) -> None:
    found = measure_language(SENTENCES[label])
    assert found is not None
    assert (found.label, found.detector) == (label, DETECTOR)
    assert found.confidence > 0.9
    assert found.confidence == round(found.confidence, 4)


@pytest.mark.parametrize("text", ["", " ", "12345", "---", "\x00", "\U0001f98a", "http://example.org/a"])
def test_a_text_with_nothing_to_tell_by_has_no_language(text: str) -> None:
    assert measure_language(text) is None


def test_an_answer_does_not_depend_on_what_was_measured_before() -> None:
    text = "fox snow hotel"
    alone = measure_language(text)
    for other in SENTENCES.values():
        measure_language(other)
        assert measure_language(text) == alone


def test_another_process_gives_the_same_answer() -> None:
    texts = ["fox snow hotel", *SENTENCES.values()]
    program = (
        "import sys; from filters.measure.language import measure_language\n"
        "print([measure_language(each) for each in eval(sys.stdin.read())])"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], input=ascii(texts), capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == repr([measure_language(each) for each in texts])


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    found = measure_language(text)
    assert found is None or 0 < found.confidence <= 1


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    text = (SENTENCES["en"] + ". ") * 1000
    assert measure_language(text) == measure_language(text[:MAX_CHARACTERS])
