"""Hold what a source says of one of its entries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from storage.hash_formats.listed import ListedHash
from storage.list_lines import RejectReason


@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """All hashes that an entry has from now on, or None if it is no more. It replaces what was known of its key.

    `key` is what its hashes carry as `source_entry`. `rejected` tells which fingerprints were not taken, and why.
    """

    key: str
    hashes: tuple[ListedHash, ...] | None
    rejected: tuple[RejectReason, ...] = ()
    at: datetime | None = None

    @property
    def found(self) -> Iterator[ListedHash | RejectReason]:
        yield from self.hashes or ()
        yield from self.rejected

    @classmethod
    def of(cls, key: str, found: Iterable[ListedHash | RejectReason], at: datetime | None) -> "Update":
        hashes, rejected = [], []
        for each in found:
            if isinstance(each, RejectReason):
                rejected.append(each)
            else:
                hashes.append(each)
        return cls(key=key, hashes=tuple(hashes), rejected=tuple(rejected), at=at)


def instant(text: str | None) -> datetime | None:
    """Read a time as ISO 8601, in UTC if it names no zone; None for what is none."""
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
