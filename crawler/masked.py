"""Mask personal data in what was read from a page or a sitemap, before it leaves the worker."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Final

from crawler.captions import MAX_TEXT_CHARACTERS, MAX_TITLE_CHARACTERS
from crawler.extracted import Extracted, Found, Sitemap
from filters.measure.personal_data import KEEP, MASK, mask

_LONGEST: Final = 254
"""Characters that an e-mail address may have (RFC 5321); nothing that is masked is longer."""


def masked_page(extracted: Extracted, policy: str = MASK) -> Extracted:
    """Title and credits are masked under every policy but `keep`: they are stored whatever the captions hold."""
    if policy == KEEP:
        return extracted
    masking = cache(mask)  # a page often says the same
    found = _masked(extracted.found, masking) if policy == MASK else extracted.found
    found = tuple(_masked_credits(each, masking) if each.licences else each for each in found)
    return replace(extracted, title=_masked_title(extracted.title), found=found)


def masked_sitemap(sitemap: Sitemap, policy: str = MASK) -> Sitemap:
    if policy != MASK:
        return sitemap
    masking = cache(mask)
    return replace(sitemap, pages=tuple(replace(page, found=_masked(page.found, masking)) for page in sitemap.pages))


def _masked(found: tuple[Found, ...], masking: Callable[[str], str]) -> tuple[Found, ...]:
    return tuple(_masked_texts(each, masking) for each in found)


def _masked_credits(found: Found, masking: Callable[[str], str]) -> Found:
    licences = (each if each.credit is None else replace(each, credit=masking(each.credit)) for each in found.licences)
    return replace(found, licences=tuple(licences))


def _masked_texts(found: Found, masking: Callable[[str], str]) -> Found:
    """The text as in the HTML stays only if there is nothing to be masked in either; a cut one is cut further."""
    if len(found.text_raw) >= MAX_TEXT_CHARACTERS:
        text = _without_end(masking(found.text))
        return replace(found, text=text, text_raw=text, text_source=found.text_source if text else None)
    text = masking(found.text)
    as_it_is = text == found.text and masking(found.text_raw) == found.text_raw
    return found if as_it_is else replace(found, text=text, text_raw=text)


def _masked_title(title: str) -> str:
    masked = mask(title)
    return masked if len(title) < MAX_TITLE_CHARACTERS else _without_end(masked)


def _without_end(masked: str) -> str:
    """Leave out the end of what was cut: half an address is not known for one."""
    return masked[: max(0, len(masked) - _LONGEST)].rstrip()
