"""Find telephone numbers: international ones, those a word announces, and national ones in their usual groups."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

MOST_TRIED: Final = 20
"""Of one text; what looks like more telephone numbers is taken for such unseen, so that looking costs little."""

_MORE = r"[0-9](?:[ ./()-]{0,3}[0-9])"
_INTERNATIONAL: Final = re.compile(
    rf"(?<![\w.+-])(?:\+ ?\(?|00[ -]?(?=[1-9]))(?!\d{{1,3}}\.\d{{4}}){_MORE}{{6,14}}(?!\w)"
)
_ANNOUNCED: Final = re.compile(
    r"(?:(?<!\w)(?:tel(?:e(?:f[oó]no?|ph?one?|fon))?|t[eé]l[eé]phone|phone|fono?|fax|mob(?:ile?|il)?|cell|cellulare"
    r"|celular|m[oó]vil|handy|hotline|whats ?app|viber|sms|call|call us|tlf|puh|gsm|тел|телефон|моб)(?!\w)"
    r"|電話|电话|手机|手機|전화|☎|☏|✆|📞|📱)\.?(?: ?(?:no|nr|number|nummer|num|numéro|número)\.?)?[:\ufe0f]? ?"
    rf"(?P<number>\(?{_MORE}{{6,14}})(?!\w)",
    re.IGNORECASE,
)
_DATES: Final = re.compile(r"(?:19|20)[0-9]{2}[ ./-]?(?:(?:0[1-9]|1[0-2])[ ./-]?[0-3][0-9]|(?:19|20)[0-9]{2})(?![0-9])")
_NORTH_AMERICAN: Final = re.compile(
    r"(?<![\w.+/-])(?:1[-. ])?"
    r"(?:\([2-9][0-9]{2}\)[ -]?[2-9][0-9]{2}[-. ]|[2-9][0-9]{2}(?P<by>[-.])[2-9][0-9]{2}(?P=by))"
    r"[0-9]{4}(?![\w-])(?!\.[0-9])"
)
_GROUPED: Final = re.compile(
    r"(?<![\w.+,/-])(?<![0-9] )(?:\(0[1-9][0-9]{0,3}\) ?[0-9]{2,8}|0[1-9][0-9]{0,3}[ /-][0-9]{2,8})"
    r"(?:[ -][0-9]{2,8}){0,4}(?![\w-])(?!\.[0-9])"
)
_REGIONS: Final = ("GB", "FR", "DE", "IT", "JP", "AU", "NL", "BE", "CH", "AT", "SE", "ZA", "TR", "IN", "KR", "ID")
"""Of which a number in groups that begins with 0 may be; there are 10 or 11 digits in nearly all of them."""


def telephone_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each begins and ends.

    A number with a country code must be valid in the numbering plan of that country, a national one without a word that
    announces it in one of some countries' plans and written in groups.
    """
    yield from _those_valid(_INTERNATIONAL, text, (None,))
    yield from _those_valid(_NORTH_AMERICAN, text, ("US",))
    yield from _those_valid(_GROUPED, text, _REGIONS)
    for found in _ANNOUNCED.finditer(text):
        if not _DATES.match(found["number"]):
            yield found.span("number")


def _those_valid(pattern: re.Pattern[str], text: str, regions: tuple[str | None, ...]) -> Iterator[tuple[int, int]]:
    tries = pattern.finditer(text)
    for found in islice(tries, MOST_TRIED):
        if (end := _valid_end(found[0], regions)) is not None:
            yield found.start(), found.start() + end
    yield from (found.span() for found in tries)


def _valid_end(number: str, regions: tuple[str | None, ...]) -> int | None:
    """Return where a valid number ends: what follows it in groups may be a year or a price."""
    ends = [found.end() for found in re.finditer(r"[0-9](?![0-9])", number)]
    return next((end for end in reversed(ends) if any(_is_valid(number[:end], region) for region in regions)), None)


def _is_valid(number: str, region: str | None) -> bool:
    import phonenumbers  # only now: of the processes that load this file few read captions

    digits = re.sub(r"[^0-9]", "", number)
    if region not in (None, "US") and not 9 <= len(digits) <= 11:
        return False
    dialled = digits if region else f"+{digits.removeprefix('00')}"
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(dialled, region))
    except phonenumbers.NumberParseException:
        return False
