"""Recognise by their form captions that describe nothing: no words, a program's leftovers, a credit, repetitions."""

import re
import string
from collections import Counter
from typing import Final

from filters.boilerplate import BOILERPLATE, COUNTED
from filters.measure.personal_data import MARKS

LONGEST: Final = 300
"""Characters; a longer text is looked at for words and repetitions only, as it is no phrase."""

LONGEST_LIST: Final = 2000
"""Characters of a text that are looked at for repetitions."""

_SIGNS: Final = string.punctuation
_AROUND: Final = re.compile(r"^[\W_]+|[\W_]+$")
_MARKS: Final = re.compile("|".join(map(re.escape, MARKS)))
_COUNT: Final = re.compile(
    r"[\s#:.,(-]*(?:no|nr|n°|nº|№)?\.?\s*[0-9]+(?:[.,/-][0-9]+)*(?:\s*(?:of|von|de|di|sur|van|aus|av|z|из|/)\s*[0-9]+)?$"
)
_NAME = r"(?-i:[A-Z\u00c0-\u00de][\w.'\u2019-]*)"
_NETWORK = r"(?:facebook|twitter|x|instagram|linkedin|pinterest|youtube|tiktok|whatsapp|reddit|telegram|e-?mail)"
_PLACEHOLDERS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"this image has an empty alt attribute.*",  # WordPress
        r"no (?:alt(?:ernative)? text|(?:image )?description|caption|image) (?:provided|available|given|found).*",
        r"(?:insert|add|enter|your|missing|empty) (?:an? |the )?(?:alt(?:ernative)?[ -]text|alt|image description).*",
        r"image for post|image may contain: ?|alt(?:ernative)? ?text(?: here| goes here)?",
        r"(?:undefined|null|none|nan|false|true|n/?a|todo|tbd|xxx+|test(?:ing)? ?(?:image|alt)?|\[object object\])",
        r"lorem ipsum.*",
        r"\{\{.*\}\}|\{%.*%\}|<%.*%>|\$\{.*\}|%[a-z]+%",  # templates
        r"\[[a-z_-]+ [a-z_-]+=.*\].*|</?[a-z][^<]*>.*",  # markup
        r"\{?\\(?:displaystyle|begin|textstyle|frac)\b.*",  # formulas as MediaWiki and LaTeX2HTML write them
        rf"profile (?:picture|photo|image|pic) (?:of|for|from) {_NAME}(?: {_NAME})*",
        r"(?:user|member|author|gravatar)(?:'s)? ?(?:picture|photo|image|pic|avatar|icon)? (?:of|for|from|by) .+",
        r".{1,60}(?:'s|\u2019s|s') (?:profile (?:picture|photo|image|pic)|avatar|gravatar)",
        r"go to the profile of .+",
        rf"(?:follow|like|find|join|share|visit|tweet|contact)(?: this)?(?: us| me| it)? (?:on|to|via|by) {_NETWORK}",
    )
)
_JOINED = rf"(?:[ ,/|&]+(?:on|via|and|of|for|from|the|{_NAME}))*"
_MAKER = rf"(?:@[\w.]+|{_NAME})"
_AGENCY = r"(?:getty images|shutterstock|istock(?:photo)?|adobe ?stock|alamy|unsplash|pexels|pixabay)"
_CREDITS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:photo(?:graph)?|image|picture|illustration|artwork)s? ?(?:by|courtesy(?: of)?|par):? {_MAKER}{_JOINED}",
        rf"(?:photo |image |picture |foto |bild)?(?:cr[eé]dits?|courtesy|sources?|quelle|nachweis): ?{_MAKER}{_JOINED}",
        rf"(?:photo |image |picture )?courtesy of (?:the )?{_NAME}{_JOINED}",
        rf"(?:©|\(c\)|copyright)[ :]*(?:[0-9]{{4}}|{_NAME}).{{0,60}}",
        rf"{_AGENCY}(?: ?[/|,&] ?{_NAME}(?: {_NAME})*| stock photo| stock)*",
    )
)


def has_no_words(text: str) -> bool:
    """Say whether beside marks, numbers and what was masked there is no letter, or only one of the alphabet."""
    letters = [each for each in _MARKS.sub("", text) if each.isalpha()]
    return len(letters) < 2 and all(each.isascii() for each in letters)


def boilerplate(text: str) -> str | None:
    """Return the language of the phrase that the text is, alone or with a number as in "Image 3 of 12"."""
    if len(text) > LONGEST:
        return None
    plain = _AROUND.sub("", _MARKS.sub("", text).casefold())
    if (language := BOILERPLATE.get(plain)) is not None:
        return language
    counted = _COUNT.sub("", plain)
    return None if counted == plain else BOILERPLATE.get(counted, COUNTED.get(counted))


def is_placeholder(text: str) -> bool:
    return len(text) <= LONGEST and any(each.fullmatch(text) for each in _PLACEHOLDERS)


def is_credit(text: str) -> bool:
    """Say whether it names who made the picture, and nothing that is to be seen in it."""
    return len(text) <= LONGEST and any(each.fullmatch(text.strip(" .[]")) for each in _CREDITS)


def repeats_itself(text: str) -> bool:
    """Say whether one word of three characters or more is there four times, and is more than half of such words."""
    words = [word for each in text[:LONGEST_LIST].casefold().split() if len(word := each.strip(_SIGNS)) > 2]
    often = max(Counter(words).values(), default=0)
    return often >= 4 and often * 2 > len(words)
