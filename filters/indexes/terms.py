"""Find terms in captions that tell of a minor, of sexual content or of nudity."""

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import accumulate
from pathlib import Path
from typing import Final, TypeAlias

from filters.indexes.term_words import Words, folded, spellings_of, without_spaces, words_of


class BadTerms(ValueError):
    """A list of terms cannot be read. The message names the line, never a term."""


class Tells(StrEnum):
    """What a term tells of a caption that holds it."""

    MINOR = "minor"
    YOUNG = "young"
    """May mean a minor, and as often an adult."""
    SEXUAL = "sexual"
    NUDITY = "nudity"
    """Counts only beside a term of a minor."""


_HARMLESS: Final = "harmless"
"""Phrases in which no word tells anything, as in the naked eye."""
_MOST_BETWEEN: Final = 2
"""Words between a term of nudity and one of a minor that may still mean one person."""
_NUMBER: Final = "#"
_OLDEST: Final = 17
"""Years: up to here a number in an age is a minor's."""
_MOST_DIGITS: Final = 2
_MOST_BYTES: Final = 2_000_000
"""Of a list; a file that does not end, such as a device, is none."""
_SHORTEST: Final = 2
_LONGEST: Final = 32
"""Characters of what a word may begin with."""
_REST: Final = "*"
"""Ends the last word of a phrase that may go on."""


_Told: TypeAlias = tuple[Tells, str | None]
"""What a term tells, and the language in which alone it counts."""


@dataclass(kw_only=True, slots=True)
class _Terms:
    """Terms and what they tell: phrases by their first word, what words begin with, and what they hold."""

    phrases: dict[str, list[tuple[Words, _Told]]] = field(default_factory=lambda: defaultdict(list))
    beginnings: dict[str, set[_Told]] = field(default_factory=lambda: defaultdict(set))
    heads: set[str] = field(default_factory=set)
    """How any of the beginnings begins."""
    parts: dict[str, set[_Told]] = field(default_factory=lambda: defaultdict(set))
    anywhere: dict[str, set[_Told]] = field(default_factory=lambda: defaultdict(set))
    """In scripts without spaces."""

    def add(self, term: str, tells: _Told) -> None:
        """Raise `ValueError` for what is no word, or too little of one."""
        kept = folded(term)
        part = kept.strip(_REST)
        if without_spaces(term):
            self.anywhere["".join(part.split())].add(tells)
        elif kept.startswith(_REST):
            self.parts[_long_enough(part)].add(tells)
        elif kept.endswith(_REST) and len(words_of(part)) == 1:
            self.beginnings[_long_enough(part)].add(tells)
            self.heads.add(part[:_SHORTEST])
        else:
            words = _phrase(kept)
            self.phrases[words[0]].append((words, tells))

    def told_by(self, words: Words) -> Iterator[tuple[_Told, int]]:
        """Yield what is told, and by the how manieth word."""
        for at, word in enumerate(words):
            for length in range(_SHORTEST, min(len(word), _LONGEST) + 1) if word[:_SHORTEST] in self.heads else ():
                yield from ((tells, at) for tells in self.beginnings.get(word[:length], ()))
            for first in (word, _NUMBER) if _is_age(word) else (word,):
                for phrase, tells in self.phrases.get(first, ()):
                    if _fits(phrase, words, at):
                        yield from ((tells, at), (tells, at + len(phrase) - 1))
        yield from _held(self.parts, words, between=" ")
        yield from _held(self.anywhere, words, between="")


@dataclass(kw_only=True, slots=True)
class _Harmless:
    """Phrases by their first word, by nothing if it may go on, and what is searched for anywhere."""

    phrases: dict[str, list[Words]] = field(default_factory=lambda: defaultdict(list))
    anywhere: list[str] = field(default_factory=list)

    def add(self, term: str) -> None:
        """Raise `ValueError` for what is within a word."""
        kept = folded(term)
        if without_spaces(term):
            self.anywhere.append("".join(kept.split()))
            return
        if kept.startswith(_REST):
            raise ValueError
        phrase = _phrase(kept)
        self.phrases["" if phrase[0].endswith(_REST) else phrase[0]].append(phrase)

    def left_of(self, words: Words) -> Words:
        """Return the words with nothing in the place of those that are in such a phrase."""
        left = list(words)
        for at, word in enumerate(words):
            firsts = ("", word, _NUMBER) if _is_age(word) else ("", word)
            for phrase in (each for first in firsts for each in self.phrases.get(first, ())):
                if _fits(phrase, words, at):
                    left[at : at + len(phrase)] = [""] * len(phrase)
        return tuple(self._without(each) for each in left)

    def _without(self, word: str) -> str:
        for each in () if word.isascii() else self.anywhere:
            word = word.replace(each, " ")
        return word


@dataclass(frozen=True, kw_only=True, slots=True)
class SafetyTerms:
    """Terms of four kinds in many languages. `revision` is the first 32 hex digits of SHA-256 of the list."""

    revision: str
    _harmless: _Harmless = field(repr=False)
    _terms: _Terms = field(repr=False)
    _languages: frozenset[str] = field(repr=False)

    def in_text(self, text: str, language: str | None) -> frozenset[Tells]:
        """Return what the terms in a text tell. `language` is the detected one, as an ISO 639-1 label.

        Terms that are harmless words of another language count only in a text of theirs, or if it was not detected.
        """
        return frozenset(tells for told in self._told(text, language) for tells, _ in told)

    def bares_a_minor(self, text: str, language: str | None) -> bool:
        """Say whether a term of nudity stands beside one of a minor, with at most two words between them."""
        return any(_are_near(told) for told in self._told(text, language))

    def _told(self, text: str, language: str | None) -> Iterator[list[tuple[Tells, int]]]:
        """Yield what each way to read the text tells."""
        counting = {None, *(each for each in self._languages if _counts(each, language))}
        for words in map(self._harmless.left_of, spellings_of(text)):
            yield [(tells, at) for (tells, of), at in self._terms.told_by(words) if of in counting]


def read_terms(text: str) -> SafetyTerms:
    """Read a list: `category language term, term, ...` in each line; raise `BadTerms`.

    `word*` begins with it and `*word*` holds it; `word?` counts only in its language; `#` is a number from 0 to 17.
    """
    known, harmless, languages = _Terms(), _Harmless(), set[str]()
    categories: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith(_NUMBER):
            continue
        try:
            category, language, terms = line.split(maxsplit=2)
            for term in terms.split(","):
                if category == _HARMLESS:
                    harmless.add(_term(term))
                else:
                    known.add(_term(term), (Tells(category), language if term.strip().endswith("?") else None))
            categories.add(category)
            languages.add(language)
        except ValueError:
            raise BadTerms(f"line {number} is not: category language term, term, ...") from None
    if missing := [each.value for each in (Tells.MINOR, Tells.SEXUAL) if each not in categories]:
        raise BadTerms(f"it holds no term of the category {' and '.join(missing)}")
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return SafetyTerms(revision=digest, _harmless=harmless, _terms=known, _languages=frozenset(languages))


@cache
def load_terms(path: str = "") -> SafetyTerms:
    """Read the list of a file, or the one that is shipped; raise `BadTerms`. A process reads each file once."""
    try:
        file = Path(path) if path else resources.files("filters") / "indexes" / "data" / "safety_terms.txt"
        with file.open("rb") as body:
            held = body.read(_MOST_BYTES + 1)
        if len(held) > _MOST_BYTES:
            raise BadTerms(f"it is larger than {_MOST_BYTES // 1_000_000} MB")
        return read_terms(held.decode("utf-8-sig"))
    except (OSError, UnicodeError) as error:
        raise BadTerms(f"it cannot be read ({type(error).__name__})") from None


def _term(text: str) -> str:
    term = text.strip().removesuffix("?").strip()
    if not words_of(folded(term)):
        raise ValueError
    return term


def _held(terms: Mapping[str, set[_Told]], words: Words, *, between: str) -> Iterator[tuple[_Told, int]]:
    text = between.join(words)
    held = [term for term in terms if term in text]
    ends = list(accumulate(len(word) + len(between) for word in words)) if held else []
    for term in held:
        at = text.find(term)
        while at >= 0:
            yield from ((tells, bisect_right(ends, at)) for tells in terms[term])
            at = text.find(term, at + 1)


def _are_near(told: list[tuple[Tells, int]]) -> bool:
    minors = [at for tells, at in told if tells is Tells.MINOR]
    bare = [at for tells, at in told if tells is Tells.NUDITY]
    return any(abs(one - other) <= _MOST_BETWEEN + 1 for one in minors for other in bare)


def _long_enough(part: str) -> str:
    if not _SHORTEST <= len(part) <= _LONGEST:
        raise ValueError
    return part


def _phrase(term: str) -> Words:
    words = [word for each in term.split() for word in ([each] if each == _NUMBER else words_of(each))]
    return (*words[:-1], words[-1] + _REST) if term.endswith(_REST) else tuple(words)


def _fits(phrase: Words, words: Words, at: int) -> bool:
    return len(phrase) <= len(words) - at and all(map(_is_same, phrase, words[at : at + len(phrase)]))


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
