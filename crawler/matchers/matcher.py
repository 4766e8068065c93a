"""Say what every remote matcher does: answer about one picture, in the words of its facts."""

import time
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from filters.facts import Picture, RemoteSays
from storage.services import ServiceTrouble

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One picture that a matcher is asked about; `until` is on the monotonic clock."""

    body: bytes = field(repr=False)
    picture: Picture
    min_quality: int
    until: float

    @property
    def left_s(self) -> float:
        return self.until - time.monotonic()

    def hashes(self) -> list[str]:
        """Return each distinct PDQ hash, turned and mirrored too, of the views that are not too flat to tell."""
        telling = [view for view in self.picture.views if view.pdq_quality >= self.min_quality]
        hashes = list(dict.fromkeys(each for view in telling for each in (view.pdq, *view.orientations)))
        if not hashes:
            raise ServiceTrouble("no-hash")
        return hashes


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a matcher made of a question."""

    says: RemoteSays
    label: str | None = None
    distance_bits: int | None = None


class Matcher(Protocol):
    """Whatever is not a clear answer raises `ServiceTrouble`: there is no default."""

    version: str

    def ask(self, question: Question) -> Said: ...


NOTHING_KNOWN = Said(says=RemoteSays.NO_MATCH)


def of_type(value: Any, kind: type[T]) -> T:
    """Return what is of the type it should be; anything else means that the answer was not understood."""
    if not isinstance(value, kind):
        raise ServiceTrouble("not-understood")
    return value
