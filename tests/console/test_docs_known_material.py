import io
import re
from dataclasses import fields
from pathlib import Path

import pytest

from console.docs_known_material import FORMATS, POLICY, REJECTED, Format, known_material_page
from filters.indexes.list_policy import ListPolicy
from storage import hash_formats, list_lines
from storage.hash_formats import Columns, HashFormat, ListedHash, read_hashes, recognise
from storage.list_lines import RejectReason


@pytest.mark.parametrize("layout", HashFormat)
def test_each_format_is_told_with_an_example_that_is_read(layout: HashFormat) -> None:
    example: Format = FORMATS[layout]
    raw = io.BytesIO(example.example.encode())
    columns = example.options.get("columns")
    if layout is not HashFormat.CSV:
        assert recognise(raw) is layout
    found = list(
        read_hashes(
            raw,
            layout=layout,
            type_name=example.options.get("type_name"),
            columns=None if columns is None else Columns.read(columns),
        )
    )
    assert [type(each) for each in found] == [ListedHash]
    assert f"| `{layout.value}` | {example.says} |" in known_material_page()


def test_every_field_of_a_policy_is_told() -> None:
    assert set(POLICY) == {each.name for each in fields(ListPolicy)}


def test_every_reason_for_which_a_hash_is_not_taken_is_told() -> None:
    readers = [*Path(hash_formats.__file__).parent.glob("*.py"), Path(list_lines.__file__)]
    sources = "".join(each.read_text() for each in readers)
    given = {RejectReason[name] for name in re.findall(r"RejectReason\.([A-Z0-9_]+)", sources)}
    assert given == set(REJECTED)
