from collections import Counter

import pytest

from console.crash_points import POINTS
from console.docs_durability import durability_page
from console.write_points import WHY_NOT, Inside, Kind, Writes, cells


def row_of(name: str) -> str:
    [row] = [
        line for line in durability_page().splitlines() if line.startswith(f"| `{name}` |") and line.count("|") > 5
    ]
    return row


def test_every_point_has_a_name_of_its_own_and_is_told_twice() -> None:
    """Once with what it leaves, and once with what is tried there."""
    assert Counter(each.name for each in POINTS).most_common(1)[0][1] == 1
    page = durability_page()
    for each in POINTS:
        assert page.count(f"| `{each.name}` |") == 2


def test_every_cell_is_tried_or_says_why_it_is_not() -> None:
    found = list(cells(POINTS))
    assert len(found) == len(POINTS) * len(Kind)
    for each in found:
        assert bool(each.setups) != (each.why_not in WHY_NOT), each.name
    assert {each.why_not for each in found} - {None} == set(WHY_NOT)


def test_every_point_is_tried_by_a_kill_at_least() -> None:
    """And a point inside a write is reached by some fault, or it would be none."""
    tried = {each.point.name for each in cells(POINTS) if each.kind is Kind.PROCESS_KILLED and each.setups}
    assert tried == {each.name for each in POINTS}


@pytest.mark.parametrize(("name", "entry"), [("final.before-commit", "1 2"), ("put.unanswered", "3")])
def test_the_table_says_where_a_kill_is_tried(name: str, entry: str) -> None:
    assert row_of(name).split(" | ")[1] == entry


def test_what_is_cut_off_inside_is_named_after_how_far_it_came() -> None:
    for each in POINTS:
        if each.inside is not None:
            assert each.name.endswith(f".{each.inside}")
            assert each.inside in Inside
            assert each.writes in Writes
