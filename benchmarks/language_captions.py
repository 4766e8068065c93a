"""Read short texts about pictures, in many languages, from Debian packages."""

import hashlib
import random
import re
import subprocess
import xml.etree.ElementTree as ElementTree  # the packages are Debian's
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CACHE: Final = Path(__file__).parent.parent / ".bench" / "languages"
PACKAGES: Final = ("tuxpaint-stamps-default", "gnome-user-docs", "unicode-cldr-core", "usb.ids")

LANGUAGES: Final = frozenset(
    [
        "ar",
        "bg",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fa",
        "fi",
        "fr",
        "he",
        "hi",
        "hr",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "lt",
        "lv",
        "nl",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sq",
        "sr",
        "sv",
        "ta",
        "th",
        "tr",
        "uk",
        "vi",
        "zh",
    ]
)
UNKNOWN: Final = frozenset(["ast", "eo", "ga", "gd", "gl", "oc", "zu"])
"""Of the sets, but known to neither eldc nor langdetect."""

_AS_LABELLED: Final = {"C": "en", "nb": "no", "nn": "no", "pt_BR": "pt", "zh_CN": "zh", "zh_TW": "zh"}
_MALLARD: Final = "{http://projectmallard.org/1.0/}"
_FEWEST: Final = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Caption:
    """A text in a language; `about` is the same for all translations of it."""

    source: str
    language: str
    about: str
    text: str

    @property
    def is_for_fitting(self) -> bool:
        """Say whether it is of the half that numbers are fitted on; names of emoji never are."""
        return self.source != "emoji" and hashlib.sha256(self.about.encode()).digest()[0] < 128


def fetch() -> Path:
    """Download the packages once, 190 MB, and unpack them."""
    CACHE.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        folder = CACHE / package
        if not folder.exists():
            subprocess.run(["apt-get", "download", package], cwd=CACHE, check=True)  # noqa: S607 - Debian's
            (found,) = CACHE.glob(f"{package}_*.deb")
            subprocess.run(["dpkg-deb", "-x", found, folder], check=True)  # noqa: S607 - Debian's
            found.unlink()
    return CACHE


def captions(most: int, languages: Iterable[str] = LANGUAGES, seed: int = 0) -> list[Caption]:
    """Return at most so many of each set and language, of languages with fifty in a set; none of two languages."""
    wanted, chance = frozenset(languages), random.Random(seed)  # noqa: S311 - a sample that is the same each time
    by_place: dict[tuple[str, str], list[Caption]] = defaultdict(list)
    for read in (_stamps, _help, _emoji):
        for each in _of_one_language(read()):
            if each.language in wanted:
                by_place[each.source, each.language].append(each)
    kept: list[Caption] = []
    for place in sorted(by_place):
        if len(by_place[place]) >= _FEWEST:
            there = sorted(by_place[place], key=lambda each: each.text)
            kept += chance.sample(there, min(most, len(there)))
    return kept


def product_names(most: int, seed: int = 0) -> list[str]:
    """Return names of makers and devices with a digit in them, which are in no language to speak of."""
    path = max((CACHE / PACKAGES[3]).rglob("usb.ids"), key=lambda each: each.is_file())
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    names = {line.split("  ", 1)[1].strip() for line in lines if re.match(r"\t?[0-9a-f]{4}  ", line)}
    chance = random.Random(seed)  # noqa: S311 - likewise
    return chance.sample(sorted(each for each in names if re.search(r"\d", each)), most)


def _of_one_language(texts: Iterable[Caption]) -> Iterator[Caption]:
    known = {(each.language, each.text): each for each in texts}
    in_languages: dict[str, set[str]] = defaultdict(set)
    for language, text in known:
        in_languages[text].add(language)
    return (each for each in known.values() if len(in_languages[each.text]) == 1)


def _stamps() -> Iterator[Caption]:
    """Captions of stamps for children: "An elephant." and its translations, a median of three words."""
    for path in sorted((CACHE / PACKAGES[0]).rglob("stamps/**/*.txt")):
        first, *others = path.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
        english = _cleaned(first)
        if english.startswith("The letter"):
            continue
        yield Caption(source="stamps", language="en", about=english, text=english)
        for found in (re.match(r"([\w@]+)\.utf8=(.*)", line) for line in others):
            if found and (text := _cleaned(found[2])) and text != english:
                yield Caption(source="stamps", language=_label(found[1]), about=english, text=text)


def _help() -> Iterator[Caption]:
    """Titles, descriptions and alt texts of GNOME's help; what was left in English is not of the language."""
    english: set[str] = set()
    for folder in sorted((CACHE / PACKAGES[1]).glob("usr/share/help/*"), key=lambda each: each.name != "C"):
        language = _label(folder.name)
        for path in sorted(folder.rglob("*.page")):
            for text in _short_texts(path):
                if language == "en":
                    english.add(text)
                if language == "en" or text not in english:
                    yield Caption(source="help", language=language, about=path.name, text=text)


def _short_texts(path: Path) -> Iterator[str]:
    for element in ElementTree.parse(path).iter():  # noqa: S314 - of a package of Debian's
        if element.tag in (f"{_MALLARD}title", f"{_MALLARD}desc", f"{_MALLARD}media"):
            paragraph = element.find(f"{_MALLARD}p")
            text = _cleaned("".join((element if paragraph is None else paragraph).itertext()))
            if len(text) > 2:
                yield text


def _emoji() -> Iterator[Caption]:
    """Names of emoji that have two words or more in English: "person in tuxedo"."""
    folder = next((CACHE / PACKAGES[2]).rglob("annotations"))
    english = {sign: name for sign, name in _names(folder / "en.xml") if " " in name}
    for path in sorted(folder.glob("*.xml")):
        for sign, name in _names(path):
            if sign in english and (path.stem == "en" or name != english[sign]):
                yield Caption(source="emoji", language=_label(path.stem), about=sign, text=name)


def _names(path: Path) -> Iterator[tuple[str, str]]:
    for element in ElementTree.parse(path).iter("annotation"):  # noqa: S314 - of a package of Debian's
        if element.get("type") == "tts" and element.text:
            yield element.get("cp", ""), _cleaned(element.text)


def _label(locale: str) -> str:
    return _AS_LABELLED.get(locale, locale)


def _cleaned(text: str) -> str:
    return " ".join(text.split())
