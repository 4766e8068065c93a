"""Find identity numbers of states: those whose form and check digits tell them, and those a word announces."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from filters.measure.account_numbers import passes_luhn

_Check = Callable[[str], bool]


def identity_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each begins and ends."""
    for pattern, check in _NUMBERS:
        for found in pattern.finditer(text):
            if check(re.sub(r"[ .-]", "", found["number"]).upper()):
                yield found.span("number")


def _social_security(number: str) -> bool:
    """US: no area 000, 666 or 900 to 999, no group 00, no serial 0000 (Social Security Administration)."""
    area, group, serial = number[:3], number[3:5], number[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _national_insurance(number: str) -> bool:
    """GB: prefixes that are not given (HM Revenue and Customs, NIM39110)."""
    return number[:2] not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


def _dni(number: str) -> bool:
    """ES: DNI and NIE, the letter is the number modulo 23."""
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number[:-1].translate(_NIE)) % 23] == number[-1]


def _codice_fiscale(number: str) -> bool:
    """IT: the last letter is the sum of the others' values modulo 26 (decreto ministeriale of 12 March 1974)."""
    values = [_ODD[int(each, 36)] if place % 2 == 0 else _even(each) for place, each in enumerate(number[:-1])]
    return sum(values) % 26 == ord(number[-1]) - ord("A")


def _cpf(number: str) -> bool:
    """BR: two check digits, each of the weighted sum of those before it."""
    return len(set(number)) > 1 and all(_cpf_digit(number[:length]) == int(number[length]) for length in (9, 10))


def _nir(number: str) -> bool:
    """FR: the last two digits are 97 less the others modulo 97; 2A and 2B are Corsica."""
    body = number[:-2].replace("2A", "19").replace("2B", "18")
    return 97 - int(body) % 97 == int(number[-2:])


def _resident_identity(number: str) -> bool:
    """CN: ISO 7064 mod 11-2 and a date of birth (GB 11643-1999)."""
    weighted = sum(int(each) * pow(2, 17 - place, 11) for place, each in enumerate(number[:-1]))
    return "10X98765432"[weighted % 11] == number[-1] and _is_date(number[6:10], number[10:12], number[12:14])


def _personnummer(number: str) -> bool:
    """SE: a date of birth and Luhn's digit; 60 is added to the day of who is no citizen."""
    short = number[-11:].replace("+", "")[-10:]
    day = int(short[4:6])
    return passes_luhn(short) and _is_date("2000", short[2:4], str(day - 60 * (day > 60)))


def _henkilotunnus(number: str) -> bool:
    """FI: a date of birth, and the number without its sign modulo 31."""
    return (
        _is_date("2000", number[2:4], number[:2])
        and "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(number[:6] + number[-4:-1]) % 31] == number[-1]
    )


def _fodselsnummer(number: str) -> bool:
    """NO: a date of birth (40 more for a D-number) and two check digits modulo 11."""
    day = int(number[:2])
    weights = ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))
    sums = (sum(int(digit) * each for digit, each in zip(number, weight, strict=False)) for weight in weights)
    return all(each % 11 == 0 for each in sums) and _is_date("2000", number[2:4], str(day - 40 * (day > 40)))


def _resident_registration(number: str) -> bool:
    """KR: a date of birth and a check digit modulo 11."""
    weighted = sum(int(each) * (place % 8 + 2) for place, each in enumerate(number[:-1]))
    return (11 - weighted % 11) % 10 == int(number[-1]) and _is_date("2000", number[2:4], number[4:6])


def _south_african(number: str) -> bool:
    return passes_luhn(number) and _is_date("2000", number[2:4], number[4:6])


def _steuer_id(number: str) -> bool:
    """DE: ISO 7064 mod 11,10."""
    product = 10
    for each in number[:-1]:
        product = ((int(each) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(number[-1])


def _pesel(number: str) -> bool:
    """PL: weights 1, 3, 7, 9."""
    return (
        sum(int(each) * (1, 3, 7, 9)[place % 4] for place, each in enumerate(number[:-1])) % 10 == -int(number[-1]) % 10
    )


def _aadhaar(number: str) -> bool:
    """IN: Verhoeff's digit."""
    check = 0
    for place, each in enumerate(reversed(number)):
        check = _times(check, _turned(int(each), place % 8))
    return check == 0


def _burgerservicenummer(number: str) -> bool:
    """NL: nine, eight, ... two times the digits less the last is a multiple of 11."""
    return (sum(int(each) * (9 - place) for place, each in enumerate(number[:-1])) - int(number[-1])) % 11 == 0


def _any(number: str) -> bool:
    return sum(each.isdigit() for each in number) >= 5


_NIE: Final = str.maketrans("XYZ", "012")
_ODD: Final = (
    *(1, 0, 5, 7, 9, 13, 15, 17, 19, 21),
    *(1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18),
    *(20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
)
"""What digits and letters in odd places of a codice fiscale count."""


def _even(character: str) -> int:
    value = int(character, 36)
    return value if value < 10 else value - 10


def _cpf_digit(digits: str) -> int:
    return sum(int(each) * (len(digits) + 1 - place) for place, each in enumerate(digits)) * 10 % 11 % 10


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        return date(int(year), int(month), int(day)).year >= 1850
    except ValueError:
        return False


def _times(a: int, b: int) -> int:
    """Multiply in the dihedral group of order ten."""
    if a < 5:
        return (a + b) % 5 if b < 5 else (a + b - 5) % 5 + 5
    return (a - b) % 5 + 5 if b < 5 else (a - b) % 5


def _turned(digit: int, times: int) -> int:
    """Apply Verhoeff's permutation so many times."""
    for _ in range(times):
        digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
    return digit


def _number(form: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,/-])(?P<number>{form})(?![\w-])(?!\.[0-9])", re.IGNORECASE)


def _announced(words: str, form: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?:{words})(?: ?(?:no|nr|number|nummer|num|id)\.?)?[:#]? ?(?P<number>{form})(?!\w)", re.IGNORECASE
    )


_DOCUMENTS = (
    r"passport|reisepass|passeport|pasaporte|passaporto|paspoort|паспорт|driver'?s? licen[cs]e|driving licen[cs]e|"
    r"führerschein|personalausweis|national id|id card|identity card|护照|身份证"
)
_NUMBERS: Final[tuple[tuple[re.Pattern[str], _Check], ...]] = (
    (_number(r"[0-9]{3}-[0-9]{2}-[0-9]{4}"), _social_security),
    (_announced("ssn|social security", "[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}"), _social_security),
    (_number(r"[abceghj-prstw-z][abceghj-nprstw-z] [0-9]{2} [0-9]{2} [0-9]{2} [a-d]"), _national_insurance),
    (_announced(r"nino|ni|national insurance", r"[a-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[a-d]"), _national_insurance),
    (_number(r"(?:[0-9]{8}|[xyz]-?[0-9]{7})-?[a-hj-np-tv-z]"), _dni),
    (_number(r"[a-z]{6}[0-9lmnp-v]{2}[abcdehlmprst][0-9lmnp-v]{2}[a-z][0-9lmnp-v]{3}[a-z]"), _codice_fiscale),
    (_number(r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}"), _cpf),
    (_number(r"[12] ?[0-9]{2} ?(?:0[1-9]|1[0-2]) ?(?:[0-9]{2}|2[ab]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}"), _nir),
    (_number(r"[1-9][0-9]{16}[0-9x]"), _resident_identity),
    (_number(r"(?:19|20)?[0-9]{6}[-+][0-9]{4}"), _personnummer),
    (_number(r"[0-9]{6}[-+a-fu-y][0-9]{3}[0-9a-fhj-npr-y]"), _henkilotunnus),
    (_number(r"[0-9]{6} ?[0-9]{5}"), _fodselsnummer),
    (_number(r"[0-9]{6}-[1-8][0-9]{6}"), _resident_registration),
    (_number(r"[0-9]{6} ?[0-9]{4} ?[01][89][0-9]"), _south_african),
    (
        _announced(r"steuer-?id|idnr|steueridentifikationsnummer|tin", r"[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}"),
        _steuer_id,
    ),
    (_announced("pesel", "[0-9]{11}"), _pesel),
    (_announced("aadhaar|aadhar|uidai", "[2-9][0-9]{3} ?[0-9]{4} ?[0-9]{4}"), _aadhaar),
    (_announced("bsn|burgerservicenummer", "[0-9]{9}"), _burgerservicenummer),
    (_announced("sin|social insurance", "[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}"), passes_luhn),
    (_announced(_DOCUMENTS, "[a-z0-9]{6,12}"), _any),
)
