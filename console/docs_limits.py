"""Tell what matching finds and what it cannot, for docs/limits.md; its numbers are the tested ones."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from console.docs_unsafe import unsafe_section
from crawler.edit_names import EDITS
from filters.measure.hashes import HASHER_VERSION

_ROOT: Final = Path(__file__).parent.parent
PAGE: Final = _ROOT / "docs" / "limits.md"
RECALL: Final = _ROOT / "tests" / "cases" / "recall.json"
BYPASSES: Final = _ROOT / "tests" / "cases" / "bypasses.json"
MISSED: Final = "missed"
"""How a bypass ends that nothing here finds."""
_FOUND: Final = 0.9
_LOST: Final = 0.25


class Recall(msgspec.Struct, frozen=True, kw_only=True):
    """Shares from 0 to 1 of the pictures that are found in an edit.

    `found` is of the pictures that the program paints, by the kinds of hashes on the list; `floor` is what a test
    demands of `pdq`. `photographs` is of photographs, by a PDQ of the whole picture alone.
    """

    edit: str
    floor: float
    photographs: float
    found: dict[str, float]


class Bypass(msgspec.Struct, frozen=True, kw_only=True):
    """A way to hide a known picture, what is done about it, and how it ends: a reason code, or `missed`."""

    vector: str
    done: str
    ends: str


def read_recall() -> list[Recall]:
    return msgspec.json.decode(RECALL.read_bytes(), type=list[Recall])


def read_bypasses() -> list[Bypass]:
    return msgspec.json.decode(BYPASSES.read_bytes(), type=list[Bypass])


def limits_page() -> str:
    rows, bypasses = read_recall(), read_bypasses()
    parts = [_INTRO]
    for title, words, held in _groups(rows):
        parts.append(f"\n### {title}\n\n{words}\n\n{_HEAD}")
        parts.extend(_row(each) for each in held)
    parts.append(_HIDING)
    parts.extend(f"| {each.vector} | {each.done} | `{each.ends}` |\n" for each in bypasses if each.ends != MISSED)
    parts.append(_UNSEEN)
    parts.extend(f"* A known picture {each.vector}.\n" for each in bypasses if each.ends == MISSED)
    return "".join([*parts, unsafe_section(), _REST])


def _groups(rows: Sequence[Recall]) -> Iterator[tuple[str, str, list[Recall]]]:
    found = [each for each in rows if each.found["pdq"] >= _FOUND]
    lost = [each for each in rows if each.found["pdq"] < _LOST]
    between = [each for each in rows if each not in found and each not in lost]
    yield "Found", "Of ten pictures altered like this, nine or more are found.", found
    yield "Often found", "Count on nothing here: it depends on the picture.", between
    yield "Out of reach", "A copy altered like this is kept, unless something else refuses it.", lost


def _row(each: Recall) -> str:
    shares = (each.found["pdq"], each.found["pdq_and_phash16"], each.floor, each.photographs)
    return f"| {EDITS[each.edit]} | " + " | ".join(f"{share * 100:.0f} %" for share in shares) + " |\n"


_INTRO: Final = f"""# What is found, and what is not

<!-- Made by `make docs`; a test fails if it is stale. -->

Matching finds **known** pictures: those whose hash is on a list. It tells nothing of a picture that nobody has listed,
and only so much of one that somebody has altered. It is one net of several, it reports nothing to anybody, and a crawl
that found no match is no proof that there was none.

Two kinds of hashes are asked. A digest (MD5, SHA-1, SHA-256) finds the very file and no other. A perceptual hash (PDQ,
pHash-16) finds what looks alike: within 31 of 256 bits, and only if the picture has enough detail to tell it from
others. A list that holds digests alone finds no altered copy.

## Copies that were altered

The pictures are scenes and abstract ones that the program paints itself: harmless, and the same on every machine. Each
is listed as it is and asked for in every edit, with a list of PDQ hashes alone and with one of PDQ and pHash-16. Below
the floor a test fails. The last column is of 131 photographs, by a PDQ of the whole picture alone, which is what other
programs ask: where ours is higher, it is by orientations, the complement, and views without borders.
Measured by hasher {HASHER_VERSION}.
"""
_HEAD: Final = "| the copy is | PDQ | with pHash-16 | floor | photographs, PDQ alone |\n|---|---|---|---|---|\n"
_HIDING: Final = """
## Pictures that are hidden in a file

Every picture in a file is measured, and any one that matches refuses the file. Each row is tried by a test with a
harmless picture that is declared known.

| a known picture | what is done | it ends as |
|---|---|---|
"""
_UNSEEN: Final = """
What a test shows to be missed, so that nobody relies on it:

"""
_REST: Final = """
## Personal data

E-mail addresses and numbers of persons are refused or masked (`PERSONAL_DATA`) in captions, and masked in titles of
pages and in the credits that a page gives with a licence.

* **Names, house numbers, faces and number plates** are not looked for.
* **What is kept as it was**: the picture's own file and what it says of its rights, addresses of pages and pictures,
  and texts that say what a host allows (robots.txt and the like), as they are evidence.
* **What was stored before** the setting was made: a re-scan withdraws pairs whose captions hold personal data, under
  `mask` too, but leaves the titles and credits of the others.

## What no test can show

* **Who wants to evade can.** Small changes that are made for the purpose carry any perceptual hash far enough away, and
  wider thresholds would refuse innocent pictures instead.
* **Two pictures may look alike to a hash.** At 31 bits and a quality of 50 no two of a million pairs of different
  photographs met, but two of five million pairs of sections of them did; of so flat a picture that its quality is lower
  no hash is relied on.
* **A list may be wrong.** An entry that looks like that of a blank picture is put aside when it is imported.
* **Profiles that differ little from sRGB** (Display P3, Adobe RGB) are not looked at a second time: they move a hash by
  some 4 bits, at most 14. Colours of an AVIF or a PNG in PQ or HLG are taken as they are stored.
* **Of an AVIF the main picture is looked at, whole**: neither a section of it that it asks to be shown (`clap`), nor
  what lies beside it as a gain map or a thumbnail.
* **Videos, and what is packed in another file**, are not looked at; nor is what a page draws by a script.
* **A withdrawal reaches the database and the store of objects**, there all versions too. Backups, snapshots, replicas,
  what a bucket's object lock holds, and copies that others have hold it until they are gone as well.
* **Digests are those of the file as it came.** Where private metadata was taken out of it, the stored file has another
  one. `withdraw --image` and `audit image` know both; a list of known material that was made from copies of the data
  set is compared with what a picture looks like, and byte for byte with the original only.
"""
