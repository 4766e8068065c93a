"""Spell a text in the ways that it can be read, so that words written to be overlooked are seen."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Final

Words = tuple[str, ...]

MOST_CHARACTERS: Final = 20_000
"""Of a text; what follows is not looked at. Longer captions do not come out of a page."""


def spellings_of(text: str) -> frozenset[Words]:
    """Return the words of a text, each sequence a way to read it: as it stands, and with its disguises taken off.

    Compatibility forms (full width, ligatures), case, accents and invisible characters make no difference. Disguises
    are digits and signs for letters (p0rn), letters of another alphabet (a Cyrillic o), letters that stand apart
    (p o r n), letters repeated (pooorn), and words run together under capitals, as in hashtags (RedKite).
    """
    text = text[:MOST_CHARACTERS]
    texts = {folded(text), folded(_CAPITAL.sub(" ", text if text.isascii() else unicodedata.normalize("NFKC", text)))}
    for disguise, look in _DISGUISES:
        texts |= {look(each) for each in texts if disguise.search(each)}
    return frozenset(words for each in texts for words in _ways(words_of(each)))


def folded(text: str) -> str:
    """Return a text without case, accents, compatibility forms and invisible characters, as it is compared."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    seen = "".join(_without_marks(each for each in decomposed if each not in _INVISIBLE))
    return _of_one_alphabet(unicodedata.normalize("NFC", seen))


def words_of(text: str) -> Words:
    """Return the words of a folded text; marks are part of them, as in Devanagari."""
    if text.isascii():
        return tuple(re.findall(r"[a-z0-9]+", text))
    return tuple("".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in text).split())


def without_spaces(term: str) -> bool:
    """Say whether words of the script that a term begins with are written without spaces between them."""
    return any(low <= term[:1] <= high for low, high in _NO_SPACES)


_NO_SPACES: Final = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1780", "\u17ff"),
    ("\u3040", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\U00020000", "\U0003ffff"),
)
"""Thai and Lao, Burmese, Khmer, Kana, Han. Korean has spaces."""
_INVISIBLE: Final = frozenset(
    chr(each) for each in range(0x10000) if unicodedata.category(chr(each)) == "Cf" or each in (0x115F, 0x1160, 0x3164)
) | frozenset(map(chr, range(0xE0000, 0xE0080)))
_ACCENTED: Final = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")
_LOOKALIKES: Final = str.maketrans("авеёкмнорстухіјѕԁһ" + "αβεικνορτυχ", "abeekmhopctyxijsdh" + "abeikvoptux")
_MIXED: Final = re.compile(r"(?=[^\W\d_]*[a-z])(?=[^\W\d_]*[\u0370-\u052f])[^\W\d_]+")
_SIGN: Final = re.compile(r"[@$!0-9]+(?=[^\W\d_])|(?<=[^\W\d_])[@$!0-9]+")
_AS_LETTERS: Final = str.maketrans("@$!013457", "asioieast")
_AS_L: Final = str.maketrans("@$!013457", "asloleast")
_REPEATED: Final = re.compile(r"([^\W\d_])\1{2,}")
_CAPITAL: Final = re.compile(
    "(?<=[a-z\u00df-\u00f6\u00f8-\u00ff\u03b1-\u03c9\u0430-\u045f])(?=[A-Z\u00c0-\u00d6\u00d8-\u00de\u0391-\u03a9\u0400-\u042f])"
)
_UNIT: Final = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")


def _without_marks(characters: Iterator[str]) -> Iterator[str]:
    """Leave marks to scripts that cannot be read without them, such as Devanagari."""
    base = ""
    for each in characters:
        if unicodedata.category(each) != "Mn":
            base = each
        elif unicodedata.name(base or " ", "").startswith(_ACCENTED):
            continue
        yield each


def _of_one_alphabet(text: str) -> str:
    return _MIXED.sub(lambda found: found[0].translate(_LOOKALIKES), text)


def _read_signs(table: dict[int, int]) -> Callable[[str], str]:
    return lambda text: _SIGN.sub(lambda found: found[0].translate(table), text)


_DISGUISES: Final[tuple[tuple[re.Pattern[str], Callable[[str], str]], ...]] = (
    (_UNIT, lambda text: _UNIT.sub(" ", text)),
    (_SIGN, _read_signs(_AS_LETTERS)),
    (_SIGN, _read_signs(_AS_L)),
    (_REPEATED, lambda text: _REPEATED.sub(r"\1", text)),
)


def _ways(words: Words) -> Iterator[Words]:
    yield words
    joined = tuple(_joined(words))
    if joined != words:
        yield joined


def _joined(words: Words) -> Iterator[str]:
    """Put letters together that stand apart: three or more in a row."""
    for alone, group in groupby(words, key=lambda each: len(each) == 1 and each.isalpha()):
        letters = list(group)
        if alone and len(letters) > 2:
            yield "".join(letters)
        else:
            yield from letters
