"""Name the licence that a page or an answer gives; it is recorded, and lifts no denial."""

import re
from collections.abc import Iterable
from typing import Final

from filters.signals.links import read_links
from filters.signals.rsl import MEDIA_TYPE
from filters.signals.signal import Licence

MOST: Final = 10
"""Licences of one place that are kept."""

RELATION: Final = "license"
PROPERTIES: Final = frozenset(("license", "cc:license", "dct:license", "dcterms:license", "schema:license"))

ON_THE_PAGE: Final = 3
IN_THE_FIGURE: Final = 2
OF_THE_PICTURE: Final = 1

_MOST_CHARACTERS: Final = 2048
_HTTP: Final = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_CREATIVE_COMMONS: Final = re.compile(
    r"https?://(www\.)?creativecommons\.org/"
    r"(licenses/(by|by-sa|by-nd|by-nc|by-nc-sa|by-nc-nd)/(1\.0|2\.0|2\.1|2\.5|3\.0|4\.0)(/[a-z]{2,3}(-[a-z]+)?)?"
    r"|publicdomain/(zero|mark)/1\.0)"
    r"/?(deed(\.[a-z_-]+)?|legalcode.*)?"
)


def is_creative_commons(url: str) -> bool:
    """Say whether a URL is that of a licence of Creative Commons, or of its public domain tools.

    >>> is_creative_commons("https://creativecommons.org/licenses/by-nc/4.0/")
    True
    """
    return len(url) <= _MOST_CHARACTERS and _CREATIVE_COMMONS.fullmatch(url) is not None


def licence(url: str, *, found_in: str, nearness: int, credit: str | None = None) -> Licence | None:
    """Return a licence, None if its URL is none of the web."""
    url = url.strip()
    if len(url) > _MOST_CHARACTERS or _HTTP.fullmatch(url) is None:
        return None
    return Licence(url=url, found_in=found_in, nearness=nearness, credit=credit)


def licence_links(headers: Iterable[tuple[str, str]], base_url: str) -> tuple[Licence, ...]:
    """Return the licences of the Link headers of a page's answer, without RSL documents."""
    found = (
        licence(each.url, found_in="header link", nearness=ON_THE_PAGE)
        for each in read_links(headers, base_url, RELATION)
        if each.media_type != MEDIA_TYPE
    )
    return nearest_first(each for each in found if each is not None)


def nearest_first(licences: Iterable[Licence]) -> tuple[Licence, ...]:
    """Return each URL once, where it stood nearest to the picture; of many the nearest."""
    by_url: dict[str, Licence] = {}
    for each in sorted(licences, key=lambda each: each.nearness):
        by_url.setdefault(each.url, each)
    return tuple(by_url.values())[:MOST]
