"""Keep the entries of one blocklist in a trie that every process maps from one file.

A host is a key written backwards, `gro.elpmaxe.`, so that one walk down the trie meets every entry that covers it. What
covers in another way stands under a first character that no host contains. The file is laid out in `trie_image.py`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from filters.indexes.entries import Mode
from filters.indexes.expressions import Spelt, hash_of
from filters.indexes.host_names import is_address
from filters.indexes.mapped_file import BrokenIndex, Written, mapped, written_whole
from filters.indexes.trie_image import (
    LIFTS,
    Image,
    checked_length,
    entry_of,
    image_of,
    key_of,
    prefix_key_of,
)

__all__ = ["BrokenIndex", "EntryIndex", "open_trie", "write_trie"]


def write_trie(
    path: Path, entries: Iterable[tuple[str, str]], exceptions: Iterable[tuple[str, str]] = (), *, digest: str
) -> None:
    """Write the index of a list, whole or not at all: what is covered and why, what is excepted and why."""
    with written_whole(path) as file:
        for part in image_of(entries, exceptions, digest):
            file.write(part)


def open_trie(path: Path, digest: str) -> "EntryIndex":
    """Map an index; raise `BrokenIndex` unless it is whole and of the list with this digest."""
    try:
        with path.open("rb") as file:
            written = Written(file)
            return EntryIndex(Image(mapped(file, checked_length(file)), digest), written)
    except OSError as error:
        raise BrokenIndex(f"the index of a blocklist cannot be read: {error.strerror}") from None


_NO_URL: Final = Spelt()


class EntryIndex:
    """The entries of one list, and its exceptions; never changed. Entries are spelt as `read_entry` returns them."""

    __slots__ = ("_image", "_keys_of", "_only_names", "_trie", "_written", "modes", "ports")

    def __init__(self, image: Image, written: Written | None = None) -> None:
        self._image = image
        self._written = written
        self._trie = image.trie
        self._keys_of: Callable[[str], list[str]] = image.trie.prefixes
        self._only_names = image.modes <= {Mode.SUFFIX}
        self.modes = image.modes
        self.ports = image.ports

    @classmethod
    def of(cls, entries: Mapping[str, str], exceptions: Mapping[str, str] | None = None) -> "EntryIndex":
        """Return an index in memory, for a list that is short or must not outlive the process."""
        parts = image_of(entries.items(), (exceptions or {}).items(), "")
        return cls(Image(memoryview(b"".join(parts)), ""))

    @property
    def is_whole(self) -> bool:
        """Say whether nobody has written to the mapped file since it was opened; then it must be opened anew."""
        return self._written is None or self._written.is_unchanged()

    def __len__(self) -> int:
        return self._image.entries

    def __iter__(self) -> Iterator[str]:
        return (entry for entry, _ in self.items())

    def items(self) -> Iterator[tuple[str, str]]:
        """Yield each entry with the reason why it stands there, in no order that means anything."""
        for key, number in self._trie.iteritems():
            if not key.startswith((LIFTS, "?")):
                yield entry_of(key), self._image.reason(number)

    def exceptions(self) -> Iterator[tuple[str, str]]:
        """Yield what the list itself takes out of its entries, and why."""
        for key, number in self._trie.iteritems(LIFTS):
            yield entry_of(key[1:]), self._image.reason(number)

    def why(self, entry: str) -> str | None:
        """Return why exactly this entry stands on the list, None if it does not."""
        number = self._trie.get(key_of(entry))
        return None if number is None else self._image.reason(number)

    def longest_prefix(self, text: str) -> str | None:
        """Return the entry for the longest URL prefix with which `text`, a canonical URL, begins."""
        return max(self._prefixes("", (text,)), key=len, default=None)

    def covering(self, host: str, url: Spelt = _NO_URL) -> list[str]:
        """Return all entries that cover a normalised host, or a URL on it."""
        if found := self._keys_of(host[::-1] + "."):
            found = [key[-2::-1] for key in found]
        return found if self._only_names else found + self._others("", host, url)

    def lifting(self, host: str, url: Spelt = _NO_URL) -> list[str]:
        """Return all exceptions that cover it."""
        if not self._image.exceptions:
            return []
        found = [key[-2:0:-1] for key in self._trie.prefixes(LIFTS + host[::-1] + ".")]
        return found + self._others(LIFTS, host, url)

    def _others(self, space: str, host: str, url: Spelt) -> list[str]:
        asked = (f"={host}", *_addresses(host, self._image.prefix_lengths), *url.whole)
        found = [each for each in asked if space + key_of(each) in self._trie]
        if Mode.HASHED in self.modes:
            hashed = (f"sha256:{hash_of(each)}" for each in url.expressions)
            found += [each for each in hashed if space + key_of(each) in self._trie]
        return [*found, *self._parents(space, host), *self._prefixes(space, url.on_parents)]

    def _parents(self, space: str, host: str) -> Iterator[str]:
        """Yield entries for the subdomains of a parent domain, which do not cover that domain itself."""
        own = space + key_of(f".{host}")
        for key in self._trie.prefixes(own):
            if key != own:
                yield entry_of(key[len(space) :])

    def _prefixes(self, space: str, texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            for key in self._trie.prefixes(space + prefix_key_of(text)):
                yield entry_of(key[len(space) :])


def _addresses(host: str, prefix_lengths: Mapping[int, list[int]]) -> Iterator[str]:
    """Yield an address and the networks it is in, of those sizes that the list has."""
    if is_address(host):
        yield host
        bits = 128 if ":" in host else 32
        for length in prefix_lengths[bits]:
            yield str(ip_network((host, length), strict=False))
