"""Say what a match with a list means, how far it may be, and how old the list may become."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

REFUSE: Final = "refuse"
SUSPECT: Final = "suspect"
ACTIONS: Final = (REFUSE, SUSPECT)
DISTANCE_BITS: Final[Mapping[str, int]] = {"pdq": 31, "phash16": 31}
"""How far a match may be where neither entry nor policy says it: at these, no two different photographs were seen to
meet among a million pairs, as long as the quality is high enough."""
MOST_BITS: Final = 47
MOST_HOURS: Final = 24 * 366
_KEY: Final = re.compile(r"[0-9a-f]{64}")
_EXCHANGE: Final = frozenset({"kind", "url"})


class BadPolicy(ValueError):
    """A policy names a field that there is not, or a value out of range; nothing is concluded from such a list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPolicy:
    """What goes for a whole list of known material; None leaves it to the settings and to `DISTANCE_BITS`.

    `action` "suspect" refuses without a report. `max_shrink` is the share of its entries that one import may take away.
    `signed_by` is the Ed25519 public key, in hex, without whose signature no import counts. `exchange` says from where
    the list is fetched, as `kind` and `url`.
    """

    action: str = REFUSE
    pdq_bits: int | None = None
    phash16_bits: int | None = None
    max_age_hours: float | None = None
    severity_scheme: str | None = None
    needs_incident_key: bool = False
    signed_by: str | None = None
    max_shrink: float | None = None
    exchange: Mapping[str, str] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        if wrong := [name for name, holds in self._checks() if not holds]:
            raise BadPolicy(f"the policy of a list has no such {', '.join(wrong)}")

    @classmethod
    def read(cls, said: Mapping[str, Any] | None) -> "ListPolicy":
        """Return what is stored with a revision; raise `BadPolicy`, for what is not understood may be a limit."""
        given = dict(said or {})
        if unknown := sorted(given.keys() - {each.name for each in fields(cls)}):
            raise BadPolicy(f"the policy of a list has no {', '.join(unknown)}")
        return cls(**given)

    def plain(self) -> dict[str, Any]:
        """Return what is stored: the fields that differ from the default."""
        default = asdict(ListPolicy())
        return {name: value for name, value in asdict(self).items() if value != default[name]}

    def needed(self, hash_type: str, own: int | None = None) -> int:
        """Return how far a match of this type may be, `own` being what the entry says itself."""
        if own is not None:
            return own
        said = {"pdq": self.pdq_bits, "phash16": self.phash16_bits}.get(hash_type)
        return DISTANCE_BITS.get(hash_type, 0) if said is None else said

    def is_looser_than(self, other: "ListPolicy") -> bool:
        """Say whether anything that the other would match is let through by this one, or means less."""
        nearer = any(self.needed(each) < other.needed(each) for each in DISTANCE_BITS)
        return nearer or (self.action == SUSPECT and other.action == REFUSE)

    def _checks(self) -> tuple[tuple[str, bool], ...]:
        return (
            ("action", self.action in ACTIONS),
            ("pdq_bits", _is_count(self.pdq_bits, MOST_BITS)),
            ("phash16_bits", _is_count(self.phash16_bits, MOST_BITS)),
            ("max_age_hours", _is_share(self.max_age_hours, MOST_HOURS) and self.max_age_hours != 0),
            ("severity_scheme", self.severity_scheme is None or _is_text(self.severity_scheme)),
            ("needs_incident_key", isinstance(self.needs_incident_key, bool)),
            ("signed_by", self.signed_by is None or _is_key(self.signed_by)),
            ("max_shrink", _is_share(self.max_shrink, 1)),
            ("exchange", self.exchange is None or _is_exchange(self.exchange)),
        )


def _is_count(value: object, most: int) -> bool:
    return value is None or (type(value) is int and 0 <= value <= most)


def _is_share(value: object, most: float) -> bool:
    return value is None or (type(value) in (int, float) and 0 <= value <= most)  # type: ignore[operator]  # a number by then


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_key(value: object) -> bool:
    return isinstance(value, str) and _KEY.fullmatch(value) is not None


def _is_exchange(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) == _EXCHANGE and all(map(_is_text, value.values()))
