import numpy as np
import pytest

from filters.measure.models import sentences
from filters.measure.models.model import ModelNotReady
from filters.measure.models.sentences import SentenceEncoder, words
from tests.filters.measure.models.embedded import encoder


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A Dog, running!", "a dog running"),
        ("  two\n lines\t", "two lines"),
        ("a T-shirt; the cat's tail", "a t-shirt the cat's tail"),
        ("- a list", "a list"),
        ("CAFÉ", "café"),
        ("", ""),
        ("!?… — *", ""),
        ("-'-", ""),
        ("\U0001f600", ""),
    ],
)
def test_words_are_small_letters_without_punctuation(text: str, expected: str) -> None:
    assert words(text) == expected


def test_what_comes_after_the_first_thousand_characters_is_left_out() -> None:
    assert len(words("dog " * 10_000_000)) < sentences.MAX_CHARACTERS


def test_texts_of_like_meaning_lie_close_together() -> None:
    dog, puppy, tax = (encoder().vector(text) for text in ("a dog", "a puppy", "income tax"))
    assert float(dog @ puppy) > float(dog @ tax) + 0.3


def test_a_vector_has_length_1_and_is_the_same_again() -> None:
    first = encoder().vector("a lighthouse on a rock")
    assert first.shape == (384,)
    assert float(np.linalg.norm(first)) == pytest.approx(1, abs=1e-5)
    assert encoder().vector("a lighthouse on a rock") is first


def test_texts_of_any_lengths_have_the_same_vectors_together_as_alone() -> None:
    own = SentenceEncoder.load()
    texts = [f"{'very ' * length}old boat" for length in (0, 1, 2, 3, 5, 9, 20, 40, 90)] + [
        f"boat {n}" for n in range(20)
    ]
    together = own.vectors([*texts, texts[0]])
    assert set(together) == set(texts)
    for text in texts:
        assert np.allclose(together[text], encoder().vector(text), atol=1e-6)


def test_no_text_has_no_vector() -> None:
    assert encoder().vectors([]) == {}


def test_a_very_long_caption_has_a_vector_of_its_beginning() -> None:
    beginning = "word " * sentences.MAX_TOKENS
    assert np.allclose(encoder().vector(beginning + "dog"), encoder().vector(beginning + "cat"), atol=1e-6)


def test_only_the_latest_captions_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "REMEMBERED", 2)
    own = SentenceEncoder.load()
    gull, tern = own.vector("gull"), own.vector("tern")
    assert own.vector("gull") is gull
    own.vector("duck")
    assert own.vector("gull") is gull
    assert own.vector("tern") is not tern


@pytest.mark.parametrize("digest", ["SHA256", "TOKENIZER_SHA256"])
def test_an_altered_file_is_not_ready(monkeypatch: pytest.MonkeyPatch, digest: str) -> None:
    monkeypatch.setattr(sentences, digest, "0" * 64)
    with pytest.raises(ModelNotReady, match="is not the file that was measured"):
        SentenceEncoder.load()
