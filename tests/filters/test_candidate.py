import pytest

from filters.candidate import TextSource, opaque_id
from tests.filters.subjects import CAPTION, IMAGE_URL, PAGE_URL, candidate, hop, visit


@pytest.mark.parametrize("shown", [candidate(), visit(), hop(IMAGE_URL), [candidate()], {"hop": hop(PAGE_URL)}])
def test_repr_tells_neither_address_nor_caption(shown: object) -> None:
    for text in (repr(shown), f"{shown}", f"{shown!r}"):
        assert not [each for each in (IMAGE_URL, PAGE_URL, CAPTION, "heron", "pictures.test") if each in text]


def test_repr_tells_one_candidate_from_another() -> None:
    same, other_text = candidate(), candidate(text="another caption")
    other_source = candidate(text_source=TextSource.TITLE)
    assert repr(candidate()) == repr(same)
    assert len({repr(each) for each in (same, other_text, other_source)}) == 3


def test_id_does_not_run_its_parts_together() -> None:
    assert opaque_id("ab", "c") != opaque_id("a", "bc")


def test_id_can_be_made_of_text_that_cannot_be_encoded() -> None:
    assert len(opaque_id("\ud800")) == 16
