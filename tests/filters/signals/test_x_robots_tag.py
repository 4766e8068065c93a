import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.signal import Protocol, Saying, Says
from filters.signals.x_robots_tag import read_meta_robots, read_x_robots_tag

VECTORS = {
    "noai": Says.DENY,
    "NOAI": Says.DENY,
    "noai, max-image-preview:large": Says.DENY,
    "max-image-preview:large, noimageai": Says.DENY,
    "OurBot: noimageai": Says.DENY,
    "otherbot: noindex, noai": None,
    "unavailable_after: 25 Jun 2010 15:00:00 PST, noai": Says.DENY,
}


def said(value: str, agent: str = "ourbot") -> Says | None:
    sayings = read_x_robots_tag(value, agent)
    return sayings[0].says if sayings else None


@pytest.mark.parametrize(("value", "expected"), VECTORS.items())
def test_the_seven_vectors_are_read(value: str, expected: Says | None) -> None:
    assert said(value) is expected


@pytest.mark.parametrize(
    "value",
    [
        "noai, max-image-preview:large",
        "max-image-preview:large, noimageai",
        "unavailable_after: 25 Jun 2010 15:00:00 PST, noai",
    ],
)
def test_what_img2dataset_misses_is_seen(value: str) -> None:
    assert said(value) is Says.DENY


@pytest.mark.parametrize(
    ("value", "expected"), [("NOAI", Says.DENY), ("OurBot: noimageai", Says.DENY), ("otherbot: noindex, noai", None)]
)
def test_what_datadiligence_misreads_is_read(value: str, expected: Says | None) -> None:
    assert said(value) is expected


@pytest.mark.parametrize("word", ["noai", "noimageai", "noindex", "noimageindex", "none", "NoImageAI"])
def test_each_word_that_denies_denies(word: str) -> None:
    assert said(word) is Says.DENY
    assert read_meta_robots("robots", f"follow, {word}").says is Says.DENY


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("all", Says.UNKNOWN),
        ("nofollow, noarchive", Says.UNKNOWN),
        ("max-image-preview:none", Says.UNKNOWN),
        ("max-image-preview: none, noai", Says.DENY),
        ("noairplane", Says.UNKNOWN),
        ("", None),
        (" , ", None),
        ("otherbot: noai, ourbot: nofollow", Says.UNKNOWN),
        ("otherbot: nofollow, ourbot: noai", Says.DENY),
        ("ourbot: nofollow, otherbot: noai", Says.UNKNOWN),
        ("ourbot/1.0: noai", Says.DENY),
        ("*: noai", Says.DENY),
        ("robots: noai", Says.DENY),
        ("noai: true", Says.DENY),
        ("noai noimageai", Says.DENY),
        ("nofollow; noai", Says.DENY),
        ('"noai"', Says.DENY),
        ("ourbots: noai", None),
        ("unavailable_after: Friday, 25-Jun-10 15:00:00 GMT, noai", Says.DENY),
        (" ourbot : noai", Says.DENY),
    ],
)
def test_names_and_values_are_told_apart(value: str, expected: Says | None) -> None:
    assert said(value) is expected


def test_the_words_are_kept() -> None:
    (saying,) = read_x_robots_tag(" noai ", "ourbot")
    assert saying == Saying(protocol=Protocol.X_ROBOTS_TAG, says=Says.DENY, found_in="header x-robots-tag", raw="noai")
    assert read_meta_robots("altsieve", "noai").found_in == "meta altsieve"


def test_of_a_long_header_the_words_that_deny_are_kept() -> None:
    (saying,) = read_x_robots_tag("follow, " * 200 + "noai", "ourbot")
    assert saying.raw == "noai"


@given(st.text() | st.text("noai,:; -*none\n\0"), st.text(max_size=9))
@settings(deadline=None, max_examples=200)
def test_no_text_raises(value: str, agent: str) -> None:
    assert len(read_x_robots_tag(value, agent)) <= 1
    assert read_meta_robots("robots", value).protocol is Protocol.META_ROBOTS


@given(st.text(st.characters(exclude_characters=":")))
@settings(deadline=None, max_examples=100)
def test_a_no_is_seen_whatever_stands_before_it_that_names_nobody(before: str) -> None:
    assert said(f"{before}, noai") is Says.DENY
