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


@pytest.mark.parametrize("text", ["heron", "\u6c34\u8fb9\u7684\u82cd\u9e6d", "a cat", "\u00e0 la v"])
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
        "plot_dpgmm",
        "eeschema_viewlib_choose_png",
        "red-fox-in-the-snow",
        "heron-at-pond-1024x683",
        "heron-scaled",
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
        "1914-1918, the Great War",
        "mother-in-law",
        "jack-in-the-box",
        "Boeing-737-800",
        "\u6771\u4eac_\u591c\u666f",
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
    "text",
    [
        "image of a heron",
        "Image 3 of the heron",
        "New image",
        "a placeholder for the bride",
        "logos of rivals",
        "Bildung",
    ],
)
def test_phrase_with_anything_more_is_clean(text: str) -> None:
    assert judge(text).reason is None


@pytest.mark.parametrize("phrase", sorted(BOILERPLATE))
def test_every_phrase_is_found_as_it_is_listed(phrase: str) -> None:
    assert judge(phrase, min_characters=0).reason == "alt.boilerplate"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Figure 3.2", "en"),
        ("Fig. 12-1", "en"),
        ("Image 3 of 12", "en"),
        ("Photo #4", "en"),
        ("Slide 2/10", "en"),
        ("Thumbnail No. 7", "en"),
        ("Bild Nr. 1 von 3", "de"),
        ("Abb. 4", "de"),
        ("banner1", "en"),
        ("\u0420\u0438\u0441. 5", "ru"),
        ("\u56fe 1-2-3", "zh"),
        ("[e-mail] [phone] Logo", "en"),
    ],
)
def test_phrase_with_a_number_or_a_mark_says_no_more(text: str, language: str) -> None:
    assert dict(judge(text).evidence) == {"language": language}


@pytest.mark.parametrize("text", ["Apollo 11", "Figure 3: a heron", "Windows 3.1", "page of a book", "Studio 54"])
def test_name_with_a_number_is_clean(text: str) -> None:
    assert judge(text).reason is None


@pytest.mark.parametrize(
    "text",
    [
        "This image has an empty alt attribute",
        "No alt text provided for this image",
        "No image available for this product",
        "Image for post",
        "Insert alt text here",
        "Your alt text goes here",
        "[object Object]",
        "undefined",
        "Lorem ipsum dolor sit amet",
        "{{ product.title }}",
        "<%= image.alt %>",
        "${alt}",
        '[caption id="attachment_7" align="left"] heron',
        '<img src="heron">',
        "{\\displaystyle a^{2}+b^{2}}",
        "Profile picture of Jane Doe",
        "User avatar for jane",
        "Jane Doe's profile picture",
        "Go to the profile of Jane",
        "Follow us on Twitter",
    ],
)
def test_leftover_of_a_program_is_refused(text: str) -> None:
    assert judge(text).reason == "alt.placeholder"


@pytest.mark.parametrize(
    "text",
    [
        "photograph by Ann Lee",
        "Photo by Jane Doe on Unsplash",
        "Photo by @jane via Flickr",
        "Image courtesy of NASA/JPL",
        "Photo credit: Jane Doe / Reuters",
        "Courtesy of the Louvre",
        "\u00a9 2021 Jane Doe",
        "(c) Jane Doe",
        "Copyright 2020 Some Agency. All rights reserved.",
        "Getty Images",
        "Shutterstock / Jane Doe",
        "Alamy stock photo",
    ],
)
def test_name_of_who_made_the_picture_is_refused(text: str) -> None:
    assert judge(text).reason == "alt.credit"


@pytest.mark.parametrize(
    "text", ["1914-1918", "*****", "4.5 / 5", "1920 x 1080", "\U0001f426" * 5, "[phone], [e-mail]"]
)
def test_numbers_and_signs_alone_are_no_words(text: str) -> None:
    assert judge(text).reason == "alt.no-words"


@pytest.mark.parametrize("text", ["shoes, red shoes, shoes, cheap shoes, shoes", "tag tag tag tag"])
def test_list_of_one_word_is_refused(text: str) -> None:
    assert judge(text).reason == "alt.repetitive"


@pytest.mark.parametrize(
    "text",
    [
        "No image of this bird is known",
        "Photo by night: a heron",
        "Picture by the door of a church",
        "Source of the Nile",
        "Copyright law in a library",
        "Credit Suisse in Zurich",
        "Avatar of Vishnu",
        "Author signing a book",
        "Test pilot beside an aeroplane",
        "Undefined shapes in the fog",
        "Visit to Rome",
        "[A heron beside a pond]",
        "Profile picture of a coin",
        "A formula: E = mc\u00b2",
        "Duck, duck, duck and goose, goose, swan, swan",
        "No, no, no, no, no: a cat and a dog beside the vase",
        "\u6c34\u8fb9\u7684\u82cd\u9e6d",
    ],
)
def test_description_that_begins_like_one_of_them_is_clean(text: str) -> None:
    assert judge(text).reason is None


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
        "Photo by " + "A, " * 97,
        "user of " + "'s " * 97,
        "(c) A" * 60,
        "a " * 500_000,
        "fig" + " 1" * 148,
    ],
)
def test_text_made_to_be_slow_is_judged_at_once(text: str) -> None:
    started = process_time()
    judge(text)
    assert process_time() - started < 2


def test_revision_changes_with_the_threshold() -> None:
    assert AltText().revision == AltText().revision
    assert AltText().revision != AltText(min_characters=6).revision
