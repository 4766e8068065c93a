"""Tell what the safety model and the terms for captions find and what nobody measured, for docs/limits.md."""

from collections import defaultdict
from importlib import resources
from typing import Final

from filters.measure.models.opennsfw import NAME
from filters.thresholds import Thresholds

_DEFAULTS: Final = Thresholds()
_DROP: Final = _DEFAULTS.safety_drop[NAME]
_HOLD: Final = _DEFAULTS.safety_hold[NAME]
_WITH_MINOR: Final = _DEFAULTS.safety_drop_with_minor[NAME]


def unsafe_section() -> str:
    """Return the section; its thresholds are the defaults, its languages those of the list that is shipped."""
    languages = languages_of_terms()
    of = {category: len(held) for category, held in languages.items()}
    return _WORDS.format(drop=_DROP, hold=_HOLD, with_minor=_WITH_MINOR, model=NAME, **of)


def languages_of_terms() -> dict[str, set[str]]:
    """Return the languages of each category of the list that is shipped."""
    text = (resources.files("filters") / "indexes" / "data" / "safety_terms.txt").read_text("utf-8")
    found: dict[str, set[str]] = defaultdict(set)
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            category, language, _ = line.split(maxsplit=2)
            found[category].add(language)
    return found


_WORDS: Final = """
## Pictures that nobody has listed

A model ({model}, Yahoo's open_nsfw) says of each picture how likely it is pornographic: from {drop} on it is refused,
from {hold} on it is held as unsure, and from {with_minor} on it is a match that becomes a sealed incident, if its
caption or its page's title has a term of a minor.

* **How many unsafe pictures are missed was not measured, and is not known.** There is no unsafe picture in this project
  and none was ever sought, so nothing can be said of recall. Measure it on what you may lawfully hold, or rely on what
  others have published of open_nsfw, before you promise anything to anybody.
* **Measured are false alarms**, on harmless pictures of Debian's and Python's packages: `benchmarks/README.md`. Skin,
  sand, fruit and old paintings are what it is least sure of. On other pictures it will be another share.
* **It was made for pornographic photographs** of 2016. Drawings, generated pictures, violence, gore, hatred and
  humiliation are nothing that it was trained for; neither is a person that fills a small part of the picture.
* **It sees frame 0 over white**, its middle 224 of 256 parts, pressed into a square. What is seen only over black, at
  the edge, or in a later frame is compared with lists of known material, and scored by nobody.
* **It tells no age.** Nothing here does. That a minor is meant is known from words alone: of captions in any language,
  with terms of {minor} of them. Where a page says nothing of age, the lower threshold does not apply.
* **Made to be misread, a picture is.** Small changes carry any such model to any answer. Two models of different make
  are harder to deceive: name a second one in `SAFETY_MODELS`, and two doubts refuse. None but open_nsfw was found that
  comes in a Python package under a free licence with its weights.
* **It finds nothing known.** Material of abuse is found by lists ([known material](known-material.md)) and by services
  that are made for it, such as those in `REMOTE_MATCHERS`. A score is no evidence and no report: such an incident has
  no day by which it is due and no CyberTipline form, and a person has to look into it.

## Captions that speak of it

Before anything is fetched, captions are compared with a list of terms. Sexual ones, in {sexual} languages, refuse the
pair. With a term of a minor in caption or title they make it a match. So does a term of nudity, in {nudity} languages,
that stands in the caption at most two words from one of a minor; farther apart it only refuses. The picture of a match
is never asked for. How many such captions are missed was not measured either, and no native speaker has read the list.
Of 62,480 harmless descriptions in some 70 languages (those of Tux Paint's stamps) none has a sexual term, one has a
term of nudity (a naked slug), and 0.2 % have one of a minor, nearly all of them truly.

* **Words that mean adults as often as minors** (`girl`, `chica`, `Junge`) make no match of words; they refuse what
  else speaks of nudity or sex, and count as terms of a minor beside a model's score.
* **Phrases in which such words mean nothing** (the naked eye, baby spinach) are taken out first; there are more of them
  than the list knows, and a museum's naked cherub is an incident that a person closes again.
* **It knows words, no meaning.** A report on a crime, a lesson and a museum's label are refused with the rest, and
  what is said without a term of the list is not.
* **Code words of abusers are not in it**, by intent. Hotlines give them to their members; a file of yours takes the
  place of the list: `SAFETY_TERMS`.
* **Disguises that are taken off** are case, accents, full width, invisible characters, digits and signs for letters,
  letters of another alphabet, letters that stand apart or are repeated, words run together under capitals as in
  hashtags. Others, such as a letter left out, are not.
* **A word that is harmless in another language** (`barn`, `kind`) counts only where its language was detected, or none.
* **A match that rests on words reaches its page** and what that page gave earlier, and nothing else, be it of words
  alone or beside a model's score: anybody can write anything beside anybody's picture. The same picture on another
  page is judged by the words there.
"""
