"""Give every reason code its one outcome and its meaning, so that docs/filters.md can be made from the code."""

from enum import StrEnum

from filters.verdict import Outcome


class Reason(StrEnum):
    """Reason codes of one filter: `NAME = "subject.finding", outcome, "what it means"`; a code is never reused."""

    outcome: Outcome
    meaning: str

    def __new__(cls, code: str, outcome: Outcome, meaning: str) -> "Reason":
        member = str.__new__(cls, code)
        member._value_ = code
        member.outcome = outcome
        member.meaning = meaning
        return member


class SuspectReason(Reason):
    """What every filter says of a match with something that nobody has confirmed, or that somebody disputes."""

    SUSPECT = (
        "hash.suspect",
        Outcome.REFUSED,
        "it matches material that is unconfirmed or disputed: held back, not reported",
    )


class ListReason(Reason):
    """What every filter says that compares with lists it was not given, or cannot rely on."""

    NOT_READY = "list.not-ready", Outcome.UNSURE, "a list is missing, stale or broken, or no production list is there"


class ModelReason(Reason):
    """What every filter says that compares the scores of models with thresholds, and was given none to rely on."""

    NOT_READY = (
        "model.not-ready",
        Outcome.UNSURE,
        "a model is missing, altered or broken, or gave no number that counts",
    )
