"""Add to each text found the language it is written in; done in a worker, as it can take milliseconds a text."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

from crawler.extracted import Extracted, Found, Sitemap
from filters.candidate import Language
from filters.measure.language import measure_language


def with_languages(extracted: Extracted, detectors: tuple[str, ...]) -> Extracted:
    measure = cache(partial(measure_language, detectors=detectors))  # a page often says the same of many pictures
    return replace(extracted, found=_measured(extracted.found, measure))


def with_languages_in_sitemap(sitemap: Sitemap, detectors: tuple[str, ...]) -> Sitemap:
    measure = cache(partial(measure_language, detectors=detectors))
    return replace(sitemap, pages=tuple(replace(page, found=_measured(page.found, measure)) for page in sitemap.pages))


def _measured(found: tuple[Found, ...], measure: Callable[[str], Language | None]) -> tuple[Found, ...]:
    return tuple(replace(each, language=measure(each.text)) if each.text else each for each in found)
