"""Say what one filter found, in one of three outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Never, TypeAlias

Evidence: TypeAlias = Mapping[str, str | int | float | bool | None]


class Outcome(StrEnum):
    """What a filter can say; only CLEAN from every filter of the lineup is kept."""

    CLEAN = "clean"
    """Looked, and found nothing."""
    REFUSED = "refused"
    """Looked, and found a reason."""
    UNSURE = "unsure"
    """Could not look, or too close to call."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """One filter's answer about one subject.

    `filter_version` is the version of the filter's code, `revision` the digest of the lists or the model that answered.
    `reason` is a stable code (`subject.finding`), `None` exactly when the outcome is CLEAN.
    `evidence` holds what a stranger needs in three years: both numbers, or the entry that spoke (`list@number`).
    """

    outcome: Outcome
    filter: str
    filter_version: str
    revision: str
    reason: str | None = None
    evidence: Evidence = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.CLEAN) is not (self.reason is None):
            raise ValueError("a verdict has a reason exactly when it is not clean")

    def __bool__(self) -> Never:
        raise TypeError("a verdict has no truth value: compare its outcome")
