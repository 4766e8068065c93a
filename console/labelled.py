"""Read pairs that people have labelled, from a CSV file or from folders; what cannot be read is told by its row."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import click

from crawler.captions import clean_text

FITS_FOLDER, MISFITS_FOLDER = "fits", "misfits"
_LABELS: Final = {
    **dict.fromkeys(("yes", "y", "true", "1", "fits"), True),
    **dict.fromkeys(("no", "n", "false", "0", "misfits"), False),
}
_COLUMNS: Final = "it needs the columns picture, caption and fits (or pair and fits), and may have language"
_MOST_CHARACTERS: Final = 100_000
"""Of one field, and of a caption in a file."""
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
"""A label as detectors give it (BCP 47): settings name thresholds by it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledPair:
    """A picture with a caption, or a pair that is held; and whether they fit. `repr` tells its row alone."""

    row: int
    """As a spreadsheet counts: the titles are row 1. In folders pictures are counted from 1, in the order of names."""
    fits: bool
    picture: Path | None = None
    caption: str = ""
    language: str | None = None
    """None: it is to be detected."""
    pair_id: str | None = None

    def __repr__(self) -> str:
        return f"<LabelledPair row {self.row}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """A row that does not count, and why; `picture` is the name of its file, where one is named."""

    row: int
    why: str
    picture: str | None = None


def read_labelled(path: Path) -> Iterator[LabelledPair | LeftOut]:
    """Yield the rows of a CSV file, or the pictures in the folders `fits` and `misfits`, each with a .txt beside it.

    Pictures of a file are named from its folder. A language that is left out is detected as in a crawl.
    """
    return _of_folders(path) if path.is_dir() else _of_file(path)


def _of_file(path: Path) -> Iterator[LabelledPair | LeftOut]:
    csv.field_size_limit(_MOST_CHARACTERS)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.reader(file)
            titles = [each.strip().lower() for each in next(rows, [])]
            if "fits" not in titles or not ({"picture", "caption"} <= {*titles} or "pair" in titles):
                raise click.UsageError(f"{path.name} cannot be read: {_COLUMNS}")
            for number, row in enumerate(rows, start=2):
                if any(each.strip() for each in row):
                    yield _row(number, titles, [each.strip() for each in row], path.parent)
    except (UnicodeDecodeError, csv.Error) as error:
        raise click.UsageError(f"{path.name} is no CSV file in UTF-8: {error}") from None


def _row(number: int, titles: Sequence[str], row: Sequence[str], folder: Path) -> LabelledPair | LeftOut:
    if any(row[len(titles) :]):
        return LeftOut(row=number, why="it has more fields than titles: a caption with a comma stands in quotes")
    return _pair(number, dict(zip(titles, row, strict=False)), folder)


def _pair(number: int, row: Mapping[str, str], folder: Path) -> LabelledPair | LeftOut:
    fits = _LABELS.get(row.get("fits", "").lower())
    if fits is None:
        return LeftOut(row=number, why="fits is neither yes nor no")
    if pair_id := row.get("pair"):
        return LabelledPair(row=number, fits=fits, pair_id=pair_id)
    caption = clean_text(row.get("caption", ""))
    if not (row.get("picture") and caption):
        return LeftOut(row=number, why="it names no picture, or has no caption")
    language = row.get("language", "").lower() or None
    if language is not None and not _LANGUAGE.fullmatch(language):
        return LeftOut(row=number, why="its language is no label such as en or pt-br")
    return LabelledPair(row=number, fits=fits, picture=folder / row["picture"], caption=caption, language=language)


def _of_folders(folder: Path) -> Iterator[LabelledPair | LeftOut]:
    labels = {name: folder / name for name in (FITS_FOLDER, MISFITS_FOLDER)}
    if not all(each.is_dir() for each in labels.values()):
        raise click.UsageError(f"{folder.name} has no folders {FITS_FOLDER} and {MISFITS_FOLDER}")
    numbers = count(1)
    for name, inside in labels.items():
        for picture in sorted(each for each in inside.rglob("*") if _is_meant(each)):
            yield _with_text(next(numbers), picture, fits=name == FITS_FOLDER)


def _is_meant(path: Path) -> bool:
    """What file managers leave behind begins with a dot."""
    return path.suffix.lower() != ".txt" and not path.name.startswith(".") and path.is_file()


def _with_text(number: int, picture: Path, *, fits: bool) -> LabelledPair | LeftOut:
    try:
        with picture.with_suffix(".txt").open(encoding="utf-8-sig") as file:
            caption = clean_text(file.read(_MOST_CHARACTERS))
    except (OSError, UnicodeDecodeError):
        why = "there is no caption beside it, in UTF-8 and with the ending .txt"
        return LeftOut(row=number, why=why, picture=picture.name)
    if not caption:
        return LeftOut(row=number, why="its caption is empty", picture=picture.name)
    return LabelledPair(row=number, fits=fits, picture=picture, caption=caption)
