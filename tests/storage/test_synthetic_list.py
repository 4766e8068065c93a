"""The synthetic list is taken whole or not at all."""

from pathlib import Path

import pytest

from storage.list_lines import BadList
from storage.synthetic_list import SYNTHETIC_FILE, SYNTHETIC_PICTURES, synthetic_entries


def test_the_list_that_ships_is_whole() -> None:
    assert len(synthetic_entries()) == SYNTHETIC_PICTURES


@pytest.mark.parametrize(("line", "instead"), [(5, ""), (5, "pdq,zz,altsieve,NEGATIVE_CLASS,x\n"), (-1, "")])
def test_a_damaged_list_is_refused(tmp_path: Path, line: int, instead: str) -> None:
    lines = SYNTHETIC_FILE.read_text().splitlines(keepends=True)
    lines[line] = instead
    damaged = tmp_path / "list.csv"
    damaged.write_text("".join(lines))
    with pytest.raises(BadList):
        synthetic_entries(damaged)
