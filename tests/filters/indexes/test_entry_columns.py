"""Entries that are gathered in parts, as columns, come out as each of them was handed over."""

from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.indexes import entry_columns
from filters.indexes.entry_columns import EntryPart, Gathered, gather, gather_parts
from filters.indexes.known import HEX_DIGITS, KNOWN_GOOD, KnownEntry

DIGITS = "0123456789abcdef"


@st.composite
def entry(draw: st.DrawFn) -> KnownEntry:
    hash_type = draw(st.sampled_from(("md5", "pdq", "sha1")))
    return KnownEntry(
        type=hash_type,
        value=draw(st.text(DIGITS, min_size=HEX_DIGITS[hash_type], max_size=HEX_DIGITS[hash_type])),
        category=draw(st.sampled_from(("NEGATIVE_CLASS", KNOWN_GOOD, "DISPUTED"))),
        distance_bits=draw(st.sampled_from((None, 0, 31))),
        severity=draw(st.sampled_from(("", "own:1"))),
        entry=draw(st.integers(0, 2**40)),
    )


def told(gathered: dict[str, Gathered]) -> Iterator[KnownEntry]:
    for name, each in gathered.items():
        for row, value in enumerate(each.values):
            number, (category, distance_bits, severity) = each.columns.at(row)
            yield KnownEntry(name, value.tobytes().hex(), category, distance_bits, severity, number)


def in_parts(entries: Sequence[KnownEntry], size: int) -> Iterator[EntryPart]:
    for start in range(0, len(entries), size):
        yield EntryPart(*zip(*entries[start : start + size], strict=True))


@given(st.lists(entry(), max_size=30), st.integers(1, 31))
def test_all_that_can_match_comes_out_however_it_is_parted(entries: list[KnownEntry], size: int) -> None:
    matching = Counter(each for each in entries if each.category != KNOWN_GOOD)
    assert Counter(told(gather(entries))) == Counter(told(gather_parts(in_parts(entries, size)))) == matching


def test_order_within_a_type_is_that_of_the_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_columns, "_AT_ONCE", 3)
    entries = [KnownEntry(type=("md5", "pdq")[at % 2], value="0f" * (16 * (1 + at % 2)), entry=at) for at in range(20)]
    assert [each.entry for each in told(gather(entries))] == [*range(0, 20, 2), *range(1, 20, 2)]


def test_there_is_one_more_row_for_the_planted_entry() -> None:
    of_type = gather([KnownEntry(type="md5", value="0f" * 16, entry=7)])["md5"]
    assert (len(of_type.values), len(of_type.columns.ids), len(of_type.columns.kinds)) == (1, 2, 2)


@pytest.mark.parametrize("wrong", ["0f" * 15, "0f" * 17, "0f" * 15 + " f", "0g" * 16, "é" * 32, ""])
def test_what_is_no_hash_of_its_type_is_refused_wherever_it_stands(wrong: str) -> None:
    whole = KnownEntry(type="md5", value="0f" * 16)
    for entries in ([whole._replace(value=wrong), whole], [whole, whole._replace(value=wrong)]):
        with pytest.raises(ValueError, match=r"."):
            gather(entries)


def test_lengths_that_only_add_up_are_refused() -> None:
    values = ("0f" * 15, "0f" * 17)
    with pytest.raises(ValueError, match="as long as its type"):
        gather(KnownEntry(type="md5", value=each) for each in values)


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(KeyError):
        gather([KnownEntry(type="sha512", value="0f" * 64)])
