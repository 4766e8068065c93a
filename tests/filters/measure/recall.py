"""Measure how many of the shipped pictures are found again in each edit: `python -m tests.filters.measure.recall`."""

import json
from functools import cache
from pathlib import Path

from PIL import Image

from console.demo.pictures import SCENES, paint
from crawler.canary_edits import ALTERATIONS
from crawler.canary_pictures import draw
from filters.facts import Facts
from filters.measure.picture import Limits, inspect
from filters.near_hash import NearHash
from filters.verdict import Verdict
from tests.filters.known_lists import Listed, known, known_hash
from tests.filters.measure.pictures import saved
from tests.filters.subjects import subject

CASES = Path(__file__).parents[2] / "cases" / "recall.json"
SCENES_TAKEN = list(SCENES)[::2]
DRAWN = 4
PDQ, PDQ_AND_PHASH = "pdq", "pdq_and_phash16"
TYPES = {PDQ: ("pdq",), PDQ_AND_PHASH: ("pdq", "phash16")}


def pictures() -> dict[str, Image.Image]:
    """Some scenes of the demo and some abstract pictures: painted by the program, and harmless."""
    scenes = {name: paint(name).convert("RGB") for name in SCENES_TAKEN}
    return scenes | {f"drawn {number}": draw(number) for number in range(DRAWN)}


def judged(facts: Facts, types: tuple[str, ...]) -> Verdict:
    """Ask near-hash, of which each picture's entry has the picture's own number."""
    return gate(types).judge(subject(measured=facts))


@cache
def gate(types: tuple[str, ...]) -> NearHash:
    return NearHash(known(*(each for each in entries() if each.entry.type in types)))


@cache
def entries() -> tuple[Listed, ...]:
    """Hash each picture as whoever makes a list would: as it is, and once."""
    found: list[Listed] = []
    for number, picture in enumerate(pictures().values()):
        measured = inspect(_png(picture), Limits()).picture
        assert measured is not None
        view = measured.views[0]
        found.append(known_hash(view.pdq, type="pdq", entry=number))
        found.append(known_hash(view.phash16, type="phash16", entry=number))
    return tuple(found)


def recall(edit: str) -> dict[str, float]:
    """Return the share of pictures that are found, each by its own entry, with either kind of list."""
    measured = [inspect(ALTERATIONS[edit](each), Limits()) for each in pictures().values()]
    return {name: _share(measured, types) for name, types in TYPES.items()}


def _share(measured: list[Facts], types: tuple[str, ...]) -> float:
    verdicts = [judged(each, types) for each in measured]
    found = [verdict.evidence.get("entry") == number for number, verdict in enumerate(verdicts)]
    return round(sum(found) / len(found), 3)


def _png(picture: Image.Image) -> bytes:
    return saved(picture, "PNG", compress_level=1)


def main() -> None:
    cases = json.loads(CASES.read_text())
    for row in cases:
        row["found"] = recall(row["edit"])
        print(row)  # noqa: T201 - a program for developers
    CASES.write_text("[\n" + ",\n".join(f" {json.dumps(row)}" for row in cases) + "\n]\n")


if __name__ == "__main__":
    main()
