"""Whatever fails at whatever moment of a write: nothing is lost that was said to be stored, and nothing is half kept.

A selection that has each point and each kind of fault at least once; `make faults` tries every cell.
"""

import os

import pytest

from console.crash_points import POINTS
from console.write_points import Cell, Kind, Setup, cells
from tests.faults.stage import Stage
from tests.faults.trials import kill_again_and_again, try_fault

_ALL = bool(os.environ.get("ALTSIEVE_ALL_FAULTS"))
_EACH = [(cell, setup) for cell in cells(POINTS) for setup in cell.setups]
_KILLS = [
    cell
    for cell in cells(POINTS)
    if cell.kind is Kind.PROCESS_KILLED and cell.point.work == "crawl" and Setup.SQLITE_FOLDER in cell.setups
]
_ONCE = ("take-back.after-commit",)
"""What is behind a write that happens once in a crawl, and has happened when it was killed before."""


def _selection() -> list[tuple[Cell, Setup]]:
    """Return a cell of each point at which no crawl is killed again and again, and one of each kind of fault."""
    missing = set(Kind) - {Kind.CORRUPTED_READ, Kind.PROCESS_KILLED}
    chosen = []
    for point in POINTS:
        of_point = [each for each in _EACH if each[0].point is point]
        new = [each for each in of_point if each[0].kind in missing]
        if new or point.name in _ONCE or point not in [each.point for each in _KILLS]:
            chosen.append((new or of_point)[0])
            missing.discard(chosen[-1][0].kind)
    return chosen + [next(each for each in _EACH if each[0].kind is kind) for kind in sorted(missing)]


@pytest.mark.parametrize(
    ("cell", "setup"),
    [pytest.param(*each, id=f"{each[0].name}:{each[1].name.lower()}") for each in (_EACH if _ALL else _selection())],
)
def test_nothing_is_lost_and_nothing_half_kept(on_stage: Stage, cell: Cell, setup: Setup) -> None:
    try_fault(on_stage, cell, setup)


def test_a_crawl_that_is_killed_at_every_point_one_after_the_other_ends_like_any_other(on_stage: Stage) -> None:
    kill_again_and_again(on_stage, [each for each in _KILLS if each.point.name not in _ONCE])


def test_the_selection_has_each_point_and_each_kind() -> None:
    chosen = [cell for cell, _ in _selection()] + _KILLS
    assert {each.point.name for each in chosen} == {each.name for each in POINTS}
    assert {each.kind for each in chosen} == set(Kind) - {Kind.CORRUPTED_READ}
