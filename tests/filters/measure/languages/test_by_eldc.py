"""Claims about ELDC."""

import pytest

from filters.measure.languages.by_eldc import ByEldc


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("An elephant.", "en"),
        ("Un éléphant dans la rivière", "fr"),
        ("En elefant står på en stol i haven", "da"),
        ("12345", None),
        ("ein Fuchs: https://example.org/a-red-fox", "de"),
        ("https://example.org/a-red-fox fox@example.org", None),
        ("\0\0", None),
        ("\ud800", None),
    ],
)
def test_a_label_or_none(text: str, label: str | None) -> None:
    said = ByEldc().detect(text)
    assert (said.label if said else None) == label


def test_what_follows_a_nul_counts() -> None:
    detector = ByEldc()
    assert detector.detect("\0Ein roter Fuchs im Schnee") == detector.detect(" Ein roter Fuchs im Schnee")


def test_indonesian_may_be_malay_so_it_is_never_sure() -> None:
    said = ByEldc().detect("Seekor rubah merah berjalan perlahan melalui salju tebal di hutan")
    assert said is not None
    assert (said.label, said.confidence) == ("id", 0.5)


def test_more_words_make_surer() -> None:
    texts = ("A fox", "A red fox", "A red fox in deep snow")
    said = [ByEldc().detect(each) for each in texts]
    confidences = [each.confidence for each in said if each is not None]
    assert len(confidences) == 3
    assert confidences == sorted(confidences)
