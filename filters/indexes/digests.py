"""Find a file by an exact digest in lists of known material."""

from collections.abc import Iterable
from typing import Final

from filters.facts import Digests
from filters.indexes.known import KnownHash

TYPES: Final = ("sha256", "sha1", "md5")


class DigestIndex:
    """Answers by (type, value). Entries of other types are left out, so all hashes of a list can be handed over."""

    def __init__(self, entries: Iterable[KnownHash]) -> None:
        self._entries: dict[tuple[str, str], list[KnownHash]] = {}
        for each in entries:
            if each.type in TYPES:
                self._entries.setdefault((each.type, each.value), []).append(each)

    def __len__(self) -> int:
        return sum(map(len, self._entries.values()))

    def find(self, digests: Digests) -> list[KnownHash]:
        """Return the entries of every digest that is listed, the strongest first."""
        return [each for name in TYPES for each in self._entries.get((name, getattr(digests, name)), ())]
