"""Refuse captions that say nothing about the picture: none, too short, a file name, boilerplate."""

import re
import unicodedata
from typing import Final

from filters.boilerplate import BOILERPLATE, COUNTED
from filters.caption_forms import boilerplate, has_no_words, is_credit, is_placeholder, repeats_itself
from filters.decision import Filter, Needs, Subject
from filters.reason import Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class AltTextReason(Reason):
    MISSING = "alt.missing", Outcome.REFUSED, "the page gives no text with the picture, or none that can be seen"
    TOO_SHORT = "alt.too-short", Outcome.REFUSED, "fewer characters than the least"
    FILE_NAME = "alt.file-name", Outcome.REFUSED, "the name of a file or an address, not a description"
    BOILERPLATE = "alt.boilerplate", Outcome.REFUSED, "a phrase that stands with any picture whatever it shows"
    NO_WORDS = "alt.no-words", Outcome.REFUSED, "numbers and signs only"
    PLACEHOLDER = "alt.placeholder", Outcome.REFUSED, "what a program puts where a text is missing, or left unfilled"
    CREDIT = "alt.credit", Outcome.REFUSED, "who made the picture, and nothing of what it shows"
    REPETITIVE = "alt.repetitive", Outcome.REFUSED, "most of its words are one and the same"


LONGEST_NAME: Final = 300
"""Characters; a longer text is no file name and no boilerplate, so looking costs no more. Addresses may be longer."""

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
        r"[0-9a-z\u00c0-\u024f][0-9a-z\u00c0-\u024f.-]*_[0-9a-z\u00c0-\u024f._-]*",  # plot_dpgmm, logo_png
        r"[0-9a-z]+(?:-[0-9a-z]+){4,}",  # red-fox-in-the-snow
        r"[0-9a-z]+(?:-[0-9a-z]+)*-(?:\d{2,5}x\d{2,5}|scaled|edited|thumb|thumbnail|cropped|resized)",  # fox-80x60
        r"(?:[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",  # a digest, a UUID
    )
)
_FORMS: Final = (
    (AltTextReason.PLACEHOLDER, is_placeholder),
    (AltTextReason.CREDIT, is_credit),
    (AltTextReason.NO_WORDS, has_no_words),
    (AltTextReason.REPETITIVE, repeats_itself),
)
_ADDRESS: Final = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.|//|\.{0,2}/|data:)\S+", re.IGNORECASE)


class AltText(Filter):
    """Refuse a pair whose caption is missing, too short, a file name or address, or says nothing about the picture.

    Example: "IMG_1234.jpg", "plot_dpgmm", "Click to enlarge", "[photo]", "Image 3 of 12", "cat" (fewer than 5),
    "**** 4/5", "{{ product.title }}", "Photo by Jane Doe on Unsplash", "shoes, red shoes, shoes, cheap shoes, shoes".
    Near miss: "image of a heron", "file.jpg explained to beginners", "Photo by night: a heron", "mother-in-law".
    Evidence: `characters` and `needed` of a short one, `language` of the phrase of a boilerplate one; never the text.

    Looked at in the order missing, too short, file name, boilerplate, placeholder, credit, no words, repetitive. Length
    is in characters (code points) of the cleaned text, also in scripts where few characters say much. Phrases are
    compared after case folding and without marks around them, a number behind them and what was masked in them.
    """

    name = "alt-text"
    version = "2"
    needs = Needs.ADDRESS

    def __init__(self, *, min_characters: int = 5) -> None:
        self._min_characters = min_characters
        self.revision = revision_of(
            {"min_characters": min_characters, "boilerplate": dict(BOILERPLATE), "counted": dict(COUNTED)}
        )

    def judge(self, subject: Subject) -> Verdict:
        text = subject.candidate.text.strip()
        if subject.candidate.text_source is None or not _can_be_seen(text):
            return self.refused(AltTextReason.MISSING)
        if len(text) < self._min_characters:
            return self.refused(AltTextReason.TOO_SHORT, characters=len(text), needed=self._min_characters)
        if _is_file_name(text):
            return self.refused(AltTextReason.FILE_NAME)
        if (language := boilerplate(text)) is not None:
            return self.refused(AltTextReason.BOILERPLATE, language=language)
        if (reason := _says_nothing(text)) is not None:
            return self.refused(reason)
        return self.clean(characters=len(text), needed=self._min_characters)


def _says_nothing(text: str) -> AltTextReason | None:
    return next((reason for reason, is_so in _FORMS if is_so(text)), None)


def _can_be_seen(text: str) -> bool:
    """Say whether any character is more than a space, a control or a mark without width."""
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


def _is_file_name(text: str) -> bool:
    if _ADDRESS.fullmatch(text):
        return True
    return len(text) <= LONGEST_NAME and any(pattern.fullmatch(text) for pattern in _FILE_NAMES)
