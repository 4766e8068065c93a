"""Find terms in captions that tell of a minor, of sexual content or of nudity."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from filters.indexes.term_words import Words, folded, spellings_of, without_spaces, words_of


class BadTerms(ValueError):
    """A list of terms cannot be read. The message names the line, never a term."""


class Tells(StrEnum):
    """What a term tells of a caption that holds it."""

    MINOR = "minor"
    SEXUAL = "sexual"
    NUDITY = "nudity"
    """Counts only beside a term of a minor."""


_NUMBER: Final = "#"
_OLDEST: Final = 17
"""Years: up to here a number in an age is a minor's."""
_MOST_DIGITS: Final = 2
_SHORTEST: Final = 2
_LONGEST: Final = 32
"""Characters of what a word may begin with."""
_REST: Final = "*"
"""Ends the last word of a phrase that may go on."""


@dataclass(kw_only=True, slots=True)
class _Terms:
    """Terms and what they tell: phrases by their first word, what words begin with, and what they hold."""

    phrases: dict[str, list[tuple[Words, Tells]]] = field(default_factory=lambda: defaultdict(list))
    beginnings: dict[str, set[Tells]] = field(default_factory=lambda: defaultdict(set))
    parts: dict[str, set[Tells]] = field(default_factory=lambda: defaultdict(set))
    anywhere: dict[str, set[Tells]] = field(default_factory=lambda: defaultdict(set))
    """In scripts without spaces."""

    def add(self, term: str, tells: Tells) -> None:
        """Raise `ValueError` for what is no word, or too little of one."""
        kept = folded(term)
        part = kept.strip(_REST)
        if without_spaces(term):
            self.anywhere["".join(part.split())].add(tells)
        elif kept.startswith(_REST):
            self.parts[_long_enough(part)].add(tells)
        elif kept.endswith(_REST) and len(words_of(part)) == 1:
            self.beginnings[_long_enough(part)].add(tells)
        else:
            words = _phrase(kept)
            self.phrases[words[0]].append((words, tells))

    def told_by(self, words: Words) -> Iterator[Tells]:
        for at, word in enumerate(words):
            for length in range(_SHORTEST, min(len(word), _LONGEST) + 1):
                yield from self.beginnings.get(word[:length], ())
            for first in (word, _NUMBER) if _is_age(word) else (word,):
                yield from (tells for phrase, tells in self.phrases.get(first, ()) if _fits(phrase, words[at:]))
        yield from _held(self.parts, " ".join(words))
        yield from _held(self.anywhere, "".join(words))


@dataclass(frozen=True, kw_only=True, slots=True)
class SafetyTerms:
    """Terms of three kinds in many languages. `revision` is the first 32 hex digits of SHA-256 of the list."""

    revision: str
    _always: _Terms = field(repr=False)
    _only_in: Mapping[str, _Terms] = field(repr=False)

    def in_text(self, text: str, language: str | None) -> frozenset[Tells]:
        """Return what the terms in a text tell. `language` is the detected one, as an ISO 639-1 label.

        Terms that are harmless words of another language count only in a text of theirs, or if it was not detected.
        """
        counting = [self._always, *(each for of, each in self._only_in.items() if _counts(of, language))]
        spellings = spellings_of(text)
        return frozenset(tells for each in counting for words in spellings for tells in each.told_by(words))


def read_terms(text: str) -> SafetyTerms:
    """Read a list: `category language term, term, ...` in each line; raise `BadTerms`.

    `word*` begins with it and `*word*` holds it; `word?` counts only in its language; `#` is a number from 0 to 17.
    """
    always, only_in = _Terms(), defaultdict[str, _Terms](_Terms)
    categories: set[Tells] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith(_NUMBER):
            continue
        try:
            category, language, terms = line.split(maxsplit=2)
            for term in terms.split(","):
                (only_in[language] if term.strip().endswith("?") else always).add(_term(term), Tells(category))
            categories.add(Tells(category))
        except ValueError:
            raise BadTerms(f"line {number} is not: category language term, term, ...") from None
    if missing := [each.value for each in (Tells.MINOR, Tells.SEXUAL) if each not in categories]:
        raise BadTerms(f"it holds no term of the category {' and '.join(missing)}")
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return SafetyTerms(revision=digest, _always=always, _only_in=dict(only_in))


@cache
def load_terms(path: str = "") -> SafetyTerms:
    """Read the list of a file, or the one that is shipped; raise `BadTerms`. A process reads each file once."""
    try:
        file = Path(path) if path else resources.files("filters") / "indexes" / "data" / "safety_terms.txt"
        return read_terms(file.read_text("utf-8"))
    except (OSError, UnicodeError) as error:
        raise BadTerms(f"it cannot be read ({type(error).__name__})") from None


def _term(text: str) -> str:
    term = text.strip().removesuffix("?").strip()
    if not words_of(folded(term)):
        raise ValueError
    return term


def _held(terms: Mapping[str, set[Tells]], text: str) -> Iterator[Tells]:
    return (told for term, tells in terms.items() if term in text for told in tells)


def _long_enough(part: str) -> str:
    if not _SHORTEST <= len(part) <= _LONGEST:
        raise ValueError
    return part


def _phrase(term: str) -> Words:
    words = [word for each in term.split() for word in ([each] if each == _NUMBER else words_of(each))]
    return (*words[:-1], words[-1] + _REST) if term.endswith(_REST) else tuple(words)


def _fits(phrase: Words, words: Words) -> bool:
    return len(phrase) <= len(words) and all(map(_is_same, phrase, words))


def _is_same(told: str, word: str) -> bool:
    if told.endswith(_REST):
        return word.startswith(told.removesuffix(_REST))
    return told == word or (told == _NUMBER and _is_age(word))


def _is_age(word: str) -> bool:
    return word.isdecimal() and len(word) <= _MOST_DIGITS and int(word) <= _OLDEST


def _counts(of: str, language: str | None) -> bool:
    """Say whether terms of one language count in another: detectors take some for each other."""
    return language in (None, of) or any({of, language} <= labels for labels in _ALIKE)


_ALIKE: Final = ({"no", "nb", "nn", "da", "sv"}, {"id", "ms"}, {"hr", "sr", "bs", "sl"}, {"cs", "sk"}, {"et", "fi"})
