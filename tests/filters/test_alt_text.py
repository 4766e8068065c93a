from time import process_time
from typing import Any

import pytest

from filters.alt_text import LONGEST_NAME, AltText
from filters.boilerplate import BOILERPLATE
from filters.candidate import TextSource
from filters.verdict import Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.subjects import candidate, subject


def judge(text: str, **given: Any) -> Verdict:
    return AltText(**given).judge(subject(candidate(text=text)))


class TestAltText(FilterContract):
    filter = AltText()
    clean = subject(candidate())
    refused = subject(candidate(text="Click to enlarge"))
    near_miss = subject(candidate(text="image of a heron"))
    unsure = None

    def judge_golden(self, *, text: str, text_source: str | None = "alt") -> Verdict:
        source = None if text_source is None else TextSource(text_source)
        return self.filter.judge(subject(candidate(text=text, text_source=source)))


def test_picture_without_a_source_of_text_has_none() -> None:
    without = subject(candidate(text="A grey heron", text_source=None))
    assert AltText().judge(without).reason == "alt.missing"


@pytest.mark.parametrize(
    "text", ["", "   ", "\u200b\u200b\u200b\u200b\u200b\u200b", "\u3000\u2060\ufeff\u00ad\x07\ud800"]
)
def test_text_that_cannot_be_seen_is_missing(text: str) -> None:
    assert judge(text).reason == "alt.missing"


@pytest.mark.parametrize("text", ["a", "cat", "  heron"[:6], "\u4e00\u53ea\u82cd\u9e6d", "\U0001f426\U0001f426"])
def test_fewer_than_five_characters_are_too_short_in_any_script(text: str) -> None:
    verdict = judge(text)
    assert verdict.reason == "alt.too-short"
    assert dict(verdict.evidence) == {"characters": len(text.strip()), "needed": 5}


@pytest.mark.parametrize("text", ["heron", "\u6c34\u8fb9\u7684\u82cd\u9e6d", "a cat", "\U0001f426" * 5])
def test_five_characters_are_enough_in_any_script(text: str) -> None:
    assert judge(text).reason is None


def test_least_number_of_characters_is_given() -> None:
    assert judge("cat", min_characters=3).reason is None
    assert judge("herons", min_characters=7).reason == "alt.too-short"


@pytest.mark.parametrize(
    "text",
    [
        "IMG_1234.jpg",
        "foo-bar.png",
        "foo bar (2).JPEG",
        "heron.jpg?w=300",
        "heron.jpg (1)",
        "IMG_1234",
        "img 1234",
        "IMG-20200101-WA0001",
        "IMG_1234-scaled",
        "IMG_1234 (2)",
        "DSC0001",
        "DSC_0001",
        "dscn0012",
        "PXL_20210101_123456789",
        "P1010001",
        "GOPR0123",
        "20240102_123456",
        "9482716_n",
        "123456789",
        "d41d8cd98f00b204e9800998ecf8427e",
        "123e4567-e89b-12d3-a456-426614174000",
        "image12",
        "Photo-3-1024x768",
        "Screenshot_20240102",
        "Bild 7",
        "download (1)",
        "image(3)",
        "https://example.org/heron",
        "www.example.org",
        "/images/heron",
        "../heron/large",
        "//cdn.example.org/heron",
        "data:image/png;base64,AAAA",
    ],
)
def test_name_of_a_file_and_address_are_refused(text: str) -> None:
    assert judge(text).reason == "alt.file-name"


@pytest.mark.parametrize(
    "text",
    [
        "file.jpg explained to beginners",
        "IMG_1234 shows a heron",
        "DSC 2020 conference opening",
        "Image 5 of the Voyager series",
        "photo 12 months apart",
        "Windows 98",
        "P 51 Mustang",
        "1914-1918",
        "Node.js",
        "herons at https://example.org/heron",
        "and/or",
        "deadbeef",
        "heron." + "x" * LONGEST_NAME + " png",
    ],
)
def test_text_that_only_holds_a_name_is_clean(text: str) -> None:
    assert judge(text).reason is None


def test_address_of_any_length_is_refused() -> None:
    assert judge("https://example.org/" + "a" * 5_000).reason == "alt.file-name"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("image", "en"),
        ("IMAGE", "en"),
        ("[image]", "en"),
        ("\u201cPhoto\u201d:", "en"),
        ("Click to enlarge.", "en"),
        ("placeholder", "en"),
        ("zum Vergr\u00f6\u00dfern klicken", "de"),
        ("ZUM VERGR\u00d6SSERN KLICKEN", "de"),
        ("Cliquez pour agrandir", "fr"),
        ("\u0438\u0437\u043e\u0431\u0440\u0430\u0436\u0435\u043d\u0438\u0435", "ru"),
    ],
)
def test_phrase_that_stands_with_any_picture_is_refused(text: str, language: str) -> None:
    verdict = judge(text)
    assert verdict.reason == "alt.boilerplate"
    assert dict(verdict.evidence) == {"language": language}


@pytest.mark.parametrize(
    "text", ["image of a heron", "photograph by Ann Lee", "a placeholder for the bride", "logos of rivals", "Bildung"]
)
def test_phrase_with_anything_more_is_clean(text: str) -> None:
    assert judge(text).reason is None


@pytest.mark.parametrize("phrase", sorted(BOILERPLATE))
def test_every_phrase_is_found_as_it_is_listed(phrase: str) -> None:
    assert judge(phrase, min_characters=0).reason == "alt.boilerplate"


def test_short_boilerplate_is_too_short() -> None:
    assert judge("Bild").reason == "alt.too-short"
    assert judge("Bild", min_characters=4).reason == "alt.boilerplate"


@pytest.mark.parametrize(
    "text",
    [
        "IMG_" + "1" * 295 + "!",
        "img12" + "_1" * 145 + "!",
        ".jpg?" * 59 + " !",
        "!a" * 150,
        "!" * 298 + "a!",
        "!" * 1_000_000 + "a",
        "1_" * 500_000,
        "https://" * 100_000 + " ",
        "\u200b" * 1_000_000 + "a",
    ],
)
def test_text_made_to_be_slow_is_judged_at_once(text: str) -> None:
    started = process_time()
    judge(text)
    assert process_time() - started < 2


def test_revision_changes_with_the_threshold() -> None:
    assert AltText().revision == AltText().revision
    assert AltText().revision != AltText(min_characters=6).revision
