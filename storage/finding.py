"""Say what a check has found wrong, in a sentence that holds no address, caption or hash of what was judged."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """`code` is stable, `subject` an id, the place of a record, or the key of an object."""

    code: str
    subject: str
    text: str
