"""Claims about the language of captions."""

import subprocess
import sys
from importlib.metadata import version

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.measure.language import MAX_CHARACTERS, measure_language
from filters.measure.languages.roster import DEFAULT, DetectorNotReady

SENTENCES = {
    "en": "A red fox walks slowly through the deep snow of the forest",
    "de": "Ein roter Fuchs läuft langsam durch den tiefen Schnee im Wald",
    "fr": "Un renard roux marche lentement dans la neige profonde de la forêt",
    "da": "En rød ræv går langsomt gennem den dybe sne i skoven",
    "sv": "En röd räv går sakta genom den djupa snön i skogen",
    "ru": "Рыжая лиса медленно идёт по глубокому снегу в лесу",
    "zh": "一只红狐狸在森林的深雪中慢慢地走",
    "ar": "ثعلب أحمر يمشي ببطء في ثلج الغابة العميق",
    "id": "Seekor rubah merah berjalan perlahan melalui salju tebal di hutan",
}
ALL_DETECTORS = [DEFAULT, ("langdetect",), ("eldc", "langdetect"), ("langdetect", "eldc")]
LANGDETECT = f"langdetect@{version('langdetect')}"
ELDC = f"eldc@{version('eldc')}"


@pytest.mark.parametrize("detectors", ALL_DETECTORS, ids="+".join)
@pytest.mark.parametrize("label", SENTENCES)
def test_a_plain_sentence_gets_its_iso_639_1_label(label: str, detectors: tuple[str, ...]) -> None:
    found = measure_language(SENTENCES[label], detectors)
    assert found is not None
    assert found.label == label
    assert found.confidence > (0.5 if label == "id" else 0.8)
    assert found.confidence == round(found.confidence, 4)


@pytest.mark.parametrize(
    ("text", "detectors", "heard"),
    [
        (SENTENCES["zh"], DEFAULT, "script@1"),
        (SENTENCES["en"], DEFAULT, ELDC),
        ("A red fox", DEFAULT, f"{ELDC}+{LANGDETECT}"),
        (SENTENCES["en"], ("langdetect",), LANGDETECT),
        (SENTENCES["id"], ("langdetect", "eldc"), LANGDETECT),
    ],
)
def test_who_was_heard_is_said(text: str, detectors: tuple[str, ...], heard: str) -> None:
    found = measure_language(text, detectors)
    assert found is not None
    assert found.detector == heard


@pytest.mark.parametrize("detectors", ALL_DETECTORS, ids="+".join)
@pytest.mark.parametrize("text", ["", " ", "12345", "---", "\x00", "\U0001f98a", "http://example.org/a"])
def test_a_text_with_nothing_to_tell_by_has_no_language(text: str, detectors: tuple[str, ...]) -> None:
    assert measure_language(text, detectors) is None


@pytest.mark.parametrize(
    "text",
    [
        "IMG_2031.jpg",
        "DSC00123",
        "SALE 50%",
        "Nike Air Max 90",
        "iPhone 15 Pro Max",
        "RTX 4090",
        "Lumix DMC-FZ1000",
        "Toyota Yaris",
        "H&M",
        "SKU 4410-B",
    ],
)
def test_what_is_in_no_language_gets_little_confidence(text: str) -> None:
    found = measure_language(text)
    assert found is None or found.confidence < 0.5


def test_short_english_that_langdetect_alone_takes_for_something_else_is_english() -> None:
    found, before = measure_language("An elephant."), measure_language("An elephant.", ("langdetect",))
    assert found is not None
    assert before is not None
    assert (found.label, before.label) == ("en", "hu")


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


@pytest.mark.parametrize("detectors", ALL_DETECTORS, ids="+".join)
@settings(max_examples=30, deadline=None)
@given(text=st.text(st.characters(exclude_categories=()), max_size=200))
def test_no_text_raises_not_even_half_a_character(text: str, detectors: tuple[str, ...]) -> None:
    found = measure_language(text, detectors)
    assert found is None or 0 < found.confidence <= 1


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    text = (SENTENCES["en"] + ". ") * 1000
    assert measure_language(text, ("langdetect",)) == measure_language(text[:MAX_CHARACTERS], ("langdetect",))


def test_an_unknown_detector_is_not_passed_over() -> None:
    with pytest.raises(DetectorNotReady, match="may be script, eldc, langdetect"):
        measure_language("A red fox", ("eldc", "fasttext"))
