"""Find a file by an exact digest in lists of known material."""

from collections.abc import Iterable
from typing import Final

from filters.facts import Digests
from filters.indexes.known import KnownHash

_TYPES: Final = ("sha256", "sha1", "md5")


class DigestIndex:
    """Answers by (type, value). Entries of other types are left out, so all hashes of a list can be handed over."""

    def __init__(self, entries: Iterable[KnownHash]) -> None:
        self._entries: dict[tuple[str, str], KnownHash] = {}
        for each in entries:
            if each.type in _TYPES:
                self._keep(each)

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, digests: Digests) -> KnownHash | None:
        """Return the entry of the strongest digest that is listed, a real list's before a synthetic one's."""
        asked = ((name, getattr(digests, name)) for name in _TYPES)
        found = [self._entries[key] for key in asked if key in self._entries]
        return min(found, key=lambda each: each.synthetic, default=None)

    def _keep(self, entry: KnownHash) -> None:
        """A synthetic list matches in few networks only, so it never hides an entry of a real list."""
        held = self._entries.setdefault((entry.type, entry.value), entry)
        if held.synthetic and not entry.synthetic:
            self._entries[entry.type, entry.value] = entry
