"""Measure what the rules for captions refuse of the texts that real pages give with their pictures.

    .venv/bin/python -m benchmarks.captions DIR... [--texts FILE] [--list REASON]

Each DIR holds pages, as a documentation package does; FILE holds captions, one a line. `--list` prints what was refused
for a reason, to be read by a person: no program knows which of it is a false alarm.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import Final

from crawler.extract import PageRefused, extract
from filters.alt_text import AltText
from filters.candidate import Candidate, PageVisit, TextSource
from filters.decision import Filter, Subject
from filters.personal_data import PersonalData

_PAGES: Final = (".html", ".htm", ".xhtml")
_URL: Final = "http://pages.example/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="DIR")
    parser.add_argument("--texts", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--list", metavar="REASON")
    options = parser.parse_args()
    sets = {folder.name: captions_below(folder) for folder in options.folders}
    sets |= {
        path.stem: list(dict.fromkeys(filter(None, path.read_text("utf-8").splitlines()))) for path in options.texts
    }
    filters: tuple[Filter, ...] = (AltText(), PersonalData())
    for name, captions in sets.items():
        refused, seconds = judged(filters, captions)
        print("\n".join(_lines(name, captions, refused, seconds, options.list)))


def captions_below(folder: Path) -> list[str]:
    """Return each caption that a page below the folder gives, once; pages that cannot be read give none."""
    pages = (each for each in sorted(folder.rglob("*")) if each.suffix in _PAGES and each.is_file())
    return list(dict.fromkeys(text for page in pages for text in _captions_of(page)))


def judged(filters: Iterable[Filter], captions: Iterable[str]) -> tuple[Mapping[str, Sequence[str]], float]:
    """Return the captions that were refused, by reason, and how many seconds of CPU time that took."""
    refused: dict[str, list[str]] = defaultdict(list)
    subjects = [(text, Subject(candidate=_candidate(text))) for text in captions]
    started = process_time()
    for each in filters:
        for text, subject in subjects:
            if (reason := each.judge(subject).reason) is not None:
                refused[reason].append(text)
    return refused, process_time() - started


def _captions_of(page: Path) -> Iterator[str]:
    try:
        yield from (each.text for each in extract(page.read_bytes(), url=_URL).found if each.text)
    except PageRefused:
        return


def _lines(
    name: str, captions: Sequence[str], refused: Mapping[str, Sequence[str]], seconds: float, listed: str | None
) -> Iterator[str]:
    each_us = 1e6 * seconds / max(1, len(captions))
    yield f"{name}: {len(captions)} different captions, {each_us:.0f} µs each"
    for reason, texts in sorted(refused.items()):
        yield f"    {reason}: {len(texts)}"
        yield from (f"        {text}" for text in texts if reason == listed)


def _candidate(text: str) -> Candidate:
    visit = PageVisit(
        page_id="page",
        url=_URL,
        final_url=_URL,
        hops=(),
        status=200,
        headers=(),
        fetched_at=datetime.now(UTC),
        depth=0,
        seed=_URL,
        found_on=None,
    )
    return Candidate(
        visit=visit, image_url_found=_URL, image_url=_URL, text_raw=text, text=text, text_source=TextSource.ALT
    )


if __name__ == "__main__":
    main()
