"""Read the synthetic list that ships with Altsieve: hashes of harmless pictures, for tests of the gate."""

from pathlib import Path
from typing import Final

from filters.indexes.known import KnownEntry
from storage.hash_formats import ListedHash, read_hashes
from storage.list_lines import BadList

SYNTHETIC_FILE: Final = Path(__file__).with_name("synthetic_list.csv")
SYNTHETIC_TYPES: Final = ("sha256", "pdq", "phash16")
"""What the list holds of each picture, in this order."""
SYNTHETIC_PICTURES: Final = 100
"""So many pictures are on the list; `crawler.canary_pictures` draws them."""


def synthetic_entries(path: Path = SYNTHETIC_FILE) -> tuple[tuple[KnownEntry, ...], ...]:
    """Return the entries of each picture, by its number; an entry's id is that number, from 1."""
    with path.open("rb") as source:
        listed = [_entry(each, at) for at, each in enumerate(read_hashes(source))]
    size = len(SYNTHETIC_TYPES)
    if len(listed) != size * SYNTHETIC_PICTURES:
        raise BadList(f"the synthetic list holds {len(listed)} entries, not {size} of each picture")
    return tuple(tuple(listed[at : at + size]) for at in range(0, len(listed), size))


def _entry(listed: object, at: int) -> KnownEntry:
    if not isinstance(listed, ListedHash) or listed.type != SYNTHETIC_TYPES[at % len(SYNTHETIC_TYPES)]:
        raise BadList(f"entry {at + 1} of the synthetic list is not the hash that belongs there")
    return KnownEntry(type=listed.type, value=listed.value, entry=at // len(SYNTHETIC_TYPES) + 1)
