"""Whatever fails at whatever moment of a write: nothing is lost that was said to be stored, and nothing is half kept.

A selection that has each point and each kind of fault at least once; `make faults` tries every cell.
"""

import os
from collections.abc import Iterator

import pytest

from console.crash_points import POINTS
from console.write_points import Cell, Kind, Setup, cells
from tests.faults.stage import Stage, stage
from tests.faults.trials import try_fault

_ALL = bool(os.environ.get("ALTSIEVE_ALL_FAULTS"))
_EACH = [(cell, setup) for cell in cells(POINTS) for setup in cell.setups]


def _selection() -> list[tuple[Cell, Setup]]:
    """Return a cell of each point, with a kind of fault that no earlier one has, and then what kinds are missing."""
    missing = set(Kind) - {Kind.CORRUPTED_READ, Kind.PROCESS_KILLED}
    chosen = []
    for point in POINTS:
        of_point = [each for each in _EACH if each[0].point is point]
        chosen.append(next((each for each in of_point if each[0].kind in missing), of_point[0]))
        missing.discard(chosen[-1][0].kind)
    return chosen + [next(each for each in _EACH if each[0].kind is kind) for kind in sorted(missing)]


@pytest.fixture(scope="module")
def on_stage() -> Iterator[Stage]:
    with stage() as opened:
        yield opened


@pytest.mark.parametrize(
    ("cell", "setup"),
    [pytest.param(*each, id=f"{each[0].name}:{each[1].name.lower()}") for each in (_EACH if _ALL else _selection())],
)
def test_nothing_is_lost_and_nothing_half_kept(on_stage: Stage, cell: Cell, setup: Setup) -> None:
    try_fault(on_stage, cell, setup)


def test_the_selection_has_each_point_and_each_kind() -> None:
    chosen = [cell for cell, _ in _selection()]
    assert {each.point.name for each in chosen} == {each.name for each in POINTS}
    assert {each.kind for each in chosen} == set(Kind) - {Kind.CORRUPTED_READ}
