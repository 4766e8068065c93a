"""Claims about overwriting: within bounds, as few bytes as differ, in as many places as a block lies in."""

import pytest

from filters.facts import Private
from filters.measure.private_metadata.edits import Edits, minus, overlap
from filters.measure.private_metadata.patches import BadPatch, Patch, patched

BODY = b"0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("offset", "new", "end"), [(0, b"AB", b"AB23456789"), (8, b"AB", b"01234567AB"), (10, b"", b"0123456789")]
)
def test_a_patch_takes_the_place_of_as_many_bytes(offset: int, new: bytes, end: bytes) -> None:
    assert patched(BODY[:10], [Patch(offset=offset, replacement=new)]) == end


@pytest.mark.parametrize(("offset", "new"), [(-1, b"A"), (9, b"AB"), (11, b""), (1 << 60, b"A")])
def test_a_patch_beyond_the_bytes_is_refused(offset: int, new: bytes) -> None:
    with pytest.raises(BadPatch):
        patched(BODY[:10], [Patch(offset=offset, replacement=new)])


def test_what_is_so_already_is_no_change() -> None:
    edits = Edits(BODY)
    edits.put(3, b"345", Private.GPS)
    assert (edits.patches(), edits.removed, edits.body is BODY) == ((), set(), True)


def test_changes_that_lie_near_each_other_become_one_patch_of_what_counts_last() -> None:
    edits = Edits(BODY)
    for at, new in ((30, b"!!"), (2, b"AB"), (6, b"CD"), (3, b"E")):
        edits.put(at, new, Private.GPS)
    found = [(each.offset, each.replacement) for each in edits.patches()]
    assert found == [(2, b"AE45CD"), (30, b"!!")]
    assert edits.removed == {Private.GPS}


def test_a_block_of_several_places_is_read_and_overwritten_as_one() -> None:
    edits = Edits(BODY)
    block = edits.block((2, 5), (10, 10), (20, 24))
    assert (block.data, len(block)) == (b"234klmn", 7)
    block.part(1, 6).put(0, b"12345678", Private.GPS)
    assert bytes(edits.body) == b"01212" + BODY[5:20] + b"345n" + BODY[24:]
    assert [each.offset for each in edits.patches()] == [3, 20]


@pytest.mark.parametrize(
    ("ranges", "kept", "left"),
    [
        ([(0, 10)], [], [(0, 10)]),
        ([(0, 10)], [(0, 10)], []),
        ([(0, 10)], [(2, 4), (3, 6), (9, 20)], [(0, 2), (6, 9)]),
        ([(5, 9), (0, 3)], [(2, 6)], [(0, 2), (6, 9)]),
        ([(4, 4)], [], []),
        ([(8, 9)], [(0, 1), (2, 3), (10, 11)], [(8, 9)]),
        ([], [(0, 1)], []),
    ],
)
def test_what_is_kept_is_left_out(
    ranges: list[tuple[int, int]], kept: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    assert list(minus(ranges, kept)) == left


@pytest.mark.parametrize(
    ("touched", "others", "shared"),
    [
        ([(0, 4)], [(4, 8)], False),
        ([(0, 4)], [(3, 8)], True),
        ([(3, 8)], [(0, 4)], True),
        ([(0, 4), (2, 6)], [], True),
        ([(8, 9)], [(0, 4), (2, 6)], False),
        ([(0, 9)], [(3, 3)], False),
    ],
)
def test_ranges_that_share_a_byte_with_one_that_is_touched_are_found(
    touched: list[tuple[int, int]], others: list[tuple[int, int]], shared: bool
) -> None:
    assert overlap(touched, others) is shared
