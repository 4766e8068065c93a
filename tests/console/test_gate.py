"""The gate is shown pictures that it has to find, and one that it must not."""

from console.configuration import Configuration
from console.gate import ON_NO_LIST, Shown, show_gate
from crawler.edit_names import MUST_BE_FOUND

EDITS = (*MUST_BE_FOUND, "collage")


def shown(**settings: str) -> dict[str, Shown]:
    return {each.edit: each for each in show_gate(Configuration.load(settings), 2, EDITS)}


def test_a_gate_that_works_finds_what_it_has_to_and_nothing_else() -> None:
    found = shown()
    assert list(found) == [*EDITS, ON_NO_LIST]
    assert [found[edit].found for edit in found] == [2, 2, 2, 2, 0, 0]
    assert not any(each.is_wrong for each in found.values())


def test_a_threshold_that_blinds_the_gate_is_seen() -> None:
    """A worker that may not look at a picture of this size measures nothing, so only the file itself is found."""
    found = shown(IMAGE_MAX_PIXELS="1000")
    assert {edit for edit in found if found[edit].is_wrong} == {*MUST_BE_FOUND[1:], ON_NO_LIST}
    assert found["jpeg-90"].sentence.startswith("WRONG")
