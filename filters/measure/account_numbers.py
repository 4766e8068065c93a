"""Find bank accounts (IBAN) and payment cards by their check digits."""

import re
from collections.abc import Iterator
from typing import Final

_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FO FI GL NL SD FK",
        19: "MK SI",
        20: "AT BA EE KZ LT LU XK MN",
        21: "HR LI LV CH",
        22: "BH BG CR GE DE IE ME RS GB VA",
        23: "GI IL AE IQ OM TL SO",
        24: "AD CZ MD PK RO SA SK ES SE TN VG",
        25: "PT ST LY",
        26: "IS TR",
        27: "FR GR IT MR MC SM BI DJ",
        28: "AL AZ CY DO GT HU LB PL BY SV NI HN",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
"""Characters of an IBAN by country (the registry of ISO 13616)."""
_IBAN: Final = re.compile(r"(?<![^\W_])(?P<country>[a-z]{2})[0-9]{2}(?:[ -]?[0-9a-z]){11,30}", re.IGNORECASE)
_CARDS: Final = tuple(
    re.compile(rf"(?<![\w.,-]){pattern}(?![\w-])(?!\.[0-9])")
    for pattern in (
        r"[2-6][0-9]{3}(?P<by>[ -]?)[0-9]{4}(?P=by)[0-9]{4}(?P=by)[0-9]{4}",
        r"(?:4|6)[0-9]{3}(?P<by>[ -]?)[0-9]{4}(?P=by)[0-9]{4}(?P=by)[0-9]{4}(?P=by)[0-9]{3}",
        r"3[47][0-9]{2}(?P<by>[ -]?)[0-9]{6}(?P=by)[0-9]{5}",
        r"3(?:0[0-5]|[689][0-9])[0-9](?P<by>[ -])[0-9]{6}(?P=by)[0-9]{4}",
    )
)
_ISSUERS: Final = re.compile(
    r"4|5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|3[47]|30[0-5]|3[689]|35(?:2[89]|[3-8])|6011|64[4-9]|65|62|50|5[6-8]|63"
)
"""How the numbers of cards begin: Visa, Mastercard, American Express, Diners, JCB, Discover, UnionPay, Maestro."""


def bank_accounts(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each IBAN begins and ends: of its country's length, and with the check digits of ISO 7064 mod 97."""
    for found in _IBAN.finditer(text):
        end = _end_of(text, found.start(), _LENGTHS.get(found["country"].upper(), 0))
        if end is not None and _is_iban(_compact(text[found.start() : end])):
            yield found.start(), end


def payment_cards(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each card number begins and ends: an issuer's prefix, whole or in the usual groups, Luhn's digit."""
    for pattern in _CARDS:
        for found in pattern.finditer(text):
            digits = _compact(found[0])
            if _ISSUERS.match(digits) and passes_luhn(digits) and len(set(digits)) > 1:
                yield found.span()


def passes_luhn(digits: str) -> bool:
    """Say whether the last digit is the check digit of ISO/IEC 7812-1, annex B."""
    doubled = (int(each) * (1 + place % 2) for place, each in enumerate(reversed(digits)))
    return sum(each - 9 * (each > 9) for each in doubled) % 10 == 0


def _end_of(text: str, start: int, length: int) -> int | None:
    """Return where so many characters end, not counting spaces and hyphens, if no further one follows them."""
    for place in range(start, len(text)):
        length -= text[place] not in " -"
        if length == 0:
            return None if text[place + 1 : place + 2].isalnum() else place + 1
    return None


def _is_iban(account: str) -> bool:
    turned = account[4:] + account[:4]
    return turned.isascii() and turned.isalnum() and int("".join(str(int(each, 36)) for each in turned)) % 97 == 1


def _compact(number: str) -> str:
    return number.replace(" ", "").replace("-", "")
