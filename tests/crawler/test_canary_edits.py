"""Every edit gives a picture that can be decoded, and does to it what its name says."""

from io import BytesIO

import pytest
from PIL import Image

from crawler.canary_edits import ALTERATIONS, edited
from crawler.canary_pictures import draw, original
from crawler.edit_names import EDITS, MUST_BE_FOUND, UNEDITED
from filters.measure.picture import Limits, inspect

MOST_CHARACTERS = 40  # of the column that results are kept in


@pytest.mark.parametrize("edit", EDITS)
def test_each_edit_is_a_whole_picture_and_no_other_file_than_before(edit: str) -> None:
    facts = inspect(edited(1, edit), Limits())
    assert facts.picture is not None
    assert facts.flaw is None
    assert facts.picture.frames == 1
    assert (edited(1, edit) == original(1)) is (edit == UNEDITED)


def test_each_edit_gives_other_bytes() -> None:
    assert len({edited(2, edit) for edit in EDITS}) == len(EDITS)


@pytest.mark.parametrize(
    ("edit", "size"),
    [
        ("resize-half", (320, 240)),
        ("resize-16px", (16, 12)),
        ("squash-to-square", (512, 512)),
        ("crop-10", (576, 432)),
        ("corner-crop-5", (608, 456)),
        ("border-3", (678, 518)),
        ("letterbox-30", (640, 624)),
        ("band-25", (640, 600)),
        ("turn-90", (480, 640)),
        ("collage", (1280, 480)),
    ],
)
def test_an_edit_of_the_frame_changes_its_size(edit: str, size: tuple[int, int]) -> None:
    assert Image.open(BytesIO(edited(0, edit))).size == size


def test_an_edit_leaves_the_picture_it_was_made_of_as_it_was() -> None:
    before = draw(3).tobytes()
    for edit in EDITS:
        edited(3, edit)
    assert draw(3).tobytes() == before


def test_what_must_be_found_comes_first() -> None:
    assert tuple(EDITS)[: len(MUST_BE_FOUND)] == MUST_BE_FOUND
    assert tuple(EDITS) == (UNEDITED, *ALTERATIONS)
    assert all(len(edit) <= MOST_CHARACTERS for edit in EDITS)
