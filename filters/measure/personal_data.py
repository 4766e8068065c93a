"""Find e-mail addresses, telephone, account and identity numbers in a caption, and mask them."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from filters.measure.account_numbers import bank_accounts, payment_cards
from filters.measure.email_addresses import email_addresses
from filters.measure.identity_numbers import identity_numbers
from filters.measure.telephone_numbers import telephone_numbers

MASK: Final = "mask"
KEEP: Final = "keep"
"""Policies of PERSONAL_DATA; the third one, `refuse`, is what they are not."""

MEASURED_BY: Final = "personal-data@1"
"""Changes with what is found."""


class Kind(StrEnum):
    """What was found; the value stands in marks and in evidence."""

    E_MAIL = "e-mail"
    BANK_ACCOUNT = "bank account"
    PAYMENT_CARD = "payment card"
    IDENTITY_NUMBER = "identity number"
    PHONE = "phone"


MARKS: Final = tuple(f"[{kind}]" for kind in Kind)
"""What stands in a masked text for what was there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Where one of them is, as offsets into the text; the text itself is not held."""

    kind: Kind
    start: int
    end: int


def personal_data(text: str) -> tuple[Span, ...]:
    """Return what is found, in order and without overlaps; the time is linear in the length of the text.

    Full-width and other scripts' digits count as the digits they are, and characters without width as nothing.
    """
    plain, places = _folded(text)
    if not _MAY_HOLD.search(plain):
        return ()
    found = sorted((start, -end, kind) for kind, finder in _FINDERS for start, end in finder(plain))
    return tuple(_apart(Span(kind=kind, start=places[start], end=places[-end - 1] + 1) for start, end, kind in found))


def mask(text: str) -> str:
    """Put a mark for each that is found, until nothing is found any more."""
    while spans := personal_data(text):
        for span in reversed(spans):
            text = f"{text[: span.start]}[{span.kind}]{text[span.end :]}"
    return text


Finder = Callable[[str], Iterator[tuple[int, int]]]
_FINDERS: Final[tuple[tuple[Kind, Finder], ...]] = (
    (Kind.E_MAIL, email_addresses),
    (Kind.BANK_ACCOUNT, bank_accounts),
    (Kind.PAYMENT_CARD, payment_cards),
    (Kind.IDENTITY_NUMBER, identity_numbers),
    (Kind.PHONE, telephone_numbers),
)
_MAY_HOLD: Final = re.compile(r"@|[\[({]\s?at\s?[\])}]|[0-9](?:[^0-9]{0,4}[0-9]){5}", re.IGNORECASE)
"""A quick look: most captions hold neither an at sign nor six digits near each other."""
_DASHES: Final = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212")


def _folded(text: str) -> tuple[str, range | list[int]]:
    """Return the text as finders read it, and the place that each of its characters has in the original."""
    if text.isascii():
        return text, range(len(text))
    kept = [(seen, place) for place, each in enumerate(text) for seen in _fold(each)]
    return "".join(seen for seen, _ in kept), [place for _, place in kept]


def _fold(character: str) -> str:
    if character.isascii():
        return character
    if character in _DASHES:
        return "-"
    if unicodedata.category(character) in ("Cf", "Mn"):  # U+00AD, U+200B and the like, and what hangs on a letter
        return ""
    digit = unicodedata.decimal(character, None)
    folded = unicodedata.normalize("NFKC", character) if digit is None else str(digit)
    return folded if len(folded) == 1 else character


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """Make one, of the kind that begins first, of those that overlap."""
    last: Span | None = None
    for span in spans:
        if last is None:
            last = span
        elif span.start < last.end:
            last = replace(last, end=max(last.end, span.end))
        else:
            yield last
            last = span
    if last is not None:
        yield last
