"""Refuse a page that would cost a parser minutes, in one pass over its bytes before any parser sees it.

A tag with 100,000 attributes costs every parser 13-23 s, as each name is compared with all names before it.
"""

import re
from typing import Final

from crawler.worker_frames import PageFlaw, PageRefused

MAX_ATTRIBUTES: Final = 2000

_TEXT_ONLY = (b"script", b"style", b"textarea", b"title", b"xmp", b"iframe", b"noembed", b"noframes", b"plaintext")


def attribute_cap(most: int) -> re.Pattern[bytes]:
    """Return a pattern that matches up to the first tag with more than `most` attributes, or the whole page.

    It follows the tokeniser of the HTML standard: quotes count only after `=`; comments, and elements whose content is
    text, hold no tags. Every repeat is possessive (`*+`): a byte is never looked at again, so nothing makes it slow.
    """
    blank = rb"[\t\n\f\r /]"
    value = rb"""(?:"[^"]*+"?|'[^']*+'?|[^\t\n\f\r >]*+)"""
    attribute = rb"(?:%b*+[^\t\n\f\r />][^\t\n\f\r />=]*+(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+%b)?+)" % (blank, value)
    attributes = rb"(?:>|%b{0,%d}+(?!%b))" % (attribute, most, attribute)
    tag = rb"/?+[A-Za-z][^\t\n\f\r />]*+" + attributes
    before_end = rb"(?:[\t\n\f\r ]++|/(?!>))*+"  # with "/>" libxml2 closes even a script; browsers do not
    text_elements = b"|".join(  # one by one: a back-reference inside a possessive repeat breaks Python's `re`
        rb"(?i:%b)(?=%b|>)%b%b(?:/>|(?:[^<]++|<(?!/(?i:%b)))*+)" % (name, blank, attributes, before_end, name)
        for name in _TEXT_ONLY
    )
    text_element = rb"(?=[sStTxXiInNpP])(?:%b)" % text_elements
    comment = rb"!--(?!-?>)(?:[^-]++|-(?!-)|-{2,}+(?!!?>))*+"
    declaration = rb"(?:[!?]|/(?![A-Za-z]))[^>]*+"
    no_tag = rb"(?![A-Za-z/!?])"
    after_less_than = b"|".join((no_tag, text_element, tag, comment, declaration))
    return re.compile(rb"[^<]*+(?:<++(?:%b)[^<]*+)*+" % after_less_than)


def refuse_too_many_attributes(html: bytes) -> None:
    """Raise PageRefused if some tag has more than `MAX_ATTRIBUTES`."""
    within = _CAP.match(html)
    if within is None or within.end() < len(html):
        raise PageRefused(PageFlaw.TOO_MANY_ATTRIBUTES)


_CAP = attribute_cap(MAX_ATTRIBUTES)
