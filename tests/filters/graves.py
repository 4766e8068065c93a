"""Make graves in memory, as storage would load them."""

from collections.abc import Collection
from dataclasses import dataclass, field

from filters.indexes.graves import Graves, NearGrave


@dataclass
class MatchesInMemory:
    """What was held until it was found to be known material."""

    pictures: set[str] = field(default_factory=set)

    def holds(self, image_sha256: str) -> bool:
        return image_sha256 in self.pictures


def graves(
    *, pictures: Collection[str] = (), pairs: Collection[str] = (), near: dict[str, int] | None = None, match: str = ""
) -> Graves:
    """`near` is PDQ to quality."""
    return Graves(
        pictures=frozenset(pictures),
        pairs=frozenset(pairs),
        near=tuple(NearGrave(pdq=pdq, quality=quality) for pdq, quality in (near or {}).items()),
        matches=MatchesInMemory({match}),
        revision="f00d" * 8,
    )


NOTHING = graves()
