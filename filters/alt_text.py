"""Refuse captions that say nothing about the picture: none, too short, a file name, boilerplate."""

import re
import unicodedata
from typing import Final

from filters.boilerplate import BOILERPLATE
from filters.decision import Filter, Needs, Subject
from filters.reason import Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class AltTextReason(Reason):
    MISSING = "alt.missing", Outcome.REFUSED, "the page gives no text with the picture, or none that can be seen"
    TOO_SHORT = "alt.too-short", Outcome.REFUSED, "fewer characters than the least"
    FILE_NAME = "alt.file-name", Outcome.REFUSED, "the name of a file or an address, not a description"
    BOILERPLATE = "alt.boilerplate", Outcome.REFUSED, "a phrase that stands with any picture whatever it shows"


LONGEST_NAME: Final = 300
"""Characters; a longer text is no file name and no boilerplate, so looking costs no more. Addresses may be longer."""

_MARKS: Final = re.compile(r"^[\W_]+|[\W_]+$")
_EXTENSION = r"\.(?:jpe?g|jfif|png|gif|webp|avif|bmp|tiff?|svg|heic|heif|ico|psd|raw|cr2|nef|jxl)"
_COPY = r"(?: ?\(\d+\))?"
_FILE_NAMES: Final = tuple(
    re.compile(pattern + _COPY, re.IGNORECASE)
    for pattern in (
        rf".+{_EXTENSION}(?:[?#]\S*)?",  # foo-bar.png, "My photo (2).JPG", a.jpg?w=300
        r"(?:e?img|imgp|dsc[fn]?|pxl|mvimg|gopr|cimg|hpim)[ _-]?\d{2,}[0-9a-z_.~-]*",  # IMG_1234, DSC0001-scaled
        r"(?:p|gp|dji|sam|pict?|wp|vid|fb|scan|dcp|sany)[_-]?\d{3,}[0-9a-z_.~-]*",  # P1010001, WP_20150102
        r"(?:image|photo|picture|screen[ _-]?shot|bild|foto|imagen|imagem|immagine)[ _-]?\d+[0-9x_-]*",  # Photo-3-80x60
        r"(?:image|photo|picture|untitled|unnamed|download) ?(?=\()",  # image (3)
        r"\d{8}[ _T-]\d{4,9}",  # 20240102_123456
        r"\d{6,}(?:[_-][0-9a-z]{1,16})*",  # 9482716_n
        r"(?:[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",  # a digest, a UUID
    )
)
_ADDRESS: Final = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.|//|\.{0,2}/|data:)\S+", re.IGNORECASE)


class AltText(Filter):
    """Refuse a pair whose caption is missing, shorter than the least, a file name or address, or boilerplate.

    Example: "IMG_1234.jpg", "https://example.org/a", "Click to enlarge", "[photo]", "cat" (fewer than 5).
    Near miss: "image of a heron", "file.jpg explained to beginners", "IMG_1234 shows a heron".
    Evidence: `characters` and `needed` of a short one, `language` of the phrase of a boilerplate one; never the text.

    Looked at in the order missing, too short, file name, boilerplate. Length is in characters (code points) of the
    cleaned text, also in scripts where few characters say much. Phrases are compared after case folding and without
    marks around them.
    """

    name = "alt-text"
    version = "1"
    needs = Needs.ADDRESS

    def __init__(self, *, min_characters: int = 5) -> None:
        self._min_characters = min_characters
        self.revision = revision_of({"min_characters": min_characters, "boilerplate": dict(BOILERPLATE)})

    def judge(self, subject: Subject) -> Verdict:
        text = subject.candidate.text.strip()
        if subject.candidate.text_source is None or not _can_be_seen(text):
            return self.refused(AltTextReason.MISSING)
        if len(text) < self._min_characters:
            return self.refused(AltTextReason.TOO_SHORT, characters=len(text), needed=self._min_characters)
        if _is_file_name(text):
            return self.refused(AltTextReason.FILE_NAME)
        if (language := _boilerplate(text)) is not None:
            return self.refused(AltTextReason.BOILERPLATE, language=language)
        return self.clean(characters=len(text), needed=self._min_characters)


def _can_be_seen(text: str) -> bool:
    """Say whether any character is more than a space, a control or a mark without width."""
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


def _is_file_name(text: str) -> bool:
    if _ADDRESS.fullmatch(text):
        return True
    return len(text) <= LONGEST_NAME and any(pattern.fullmatch(text) for pattern in _FILE_NAMES)


def _boilerplate(text: str) -> str | None:
    return BOILERPLATE.get(_MARKS.sub("", text.casefold())) if len(text) <= LONGEST_NAME else None
