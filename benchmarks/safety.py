"""Count how often the safety model alarms on harmless pictures out of Debian's and Python's packages.

    .venv/bin/python -m benchmarks.safety [--most N]

It says nothing of unsafe pictures that are missed: there are none here, and none is ever sought.
"""

import argparse
import hashlib
import math
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from benchmarks.models.captioned import DEBS, WHEELS, bring
from benchmarks.record import record
from filters.measure.glimpse import Glimpse
from filters.measure.limits import Limits
from filters.measure.models import opennsfw
from filters.measure.picture import inspect_and_glimpse
from filters.thresholds import Thresholds

WORK: Final = Path(".bench/captioned")
ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif", ".bmp"})
THRESHOLDS: Final = (0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9)
CRAWLED_PX: Final = Thresholds().image_min_side_px
_SMALLEST_PX: Final = 64
_Z: Final = 1.96


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    path: Path
    side_px: int
    score: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--most", type=int, default=1_500, help="pictures, chosen by their digests")
    options = parser.parse_args()
    bring(WORK)
    model = opennsfw.load()
    scored = [
        Scored(path=path, side_px=side_px, score=model.score([glimpse])[0])
        for path, glimpse, side_px in _pictures(WORK, options.most)
    ]
    report = "\n".join(_report(scored))
    print(report)
    record(report, "python -m benchmarks.safety")
    for each in sorted(scored, key=lambda one: -one.score)[:10]:
        print(f"{each.score:.3f}  {each.path.relative_to(WORK)}")


def _pictures(work: Path, most: int) -> Iterator[tuple[Path, Glimpse, int]]:
    """Yield each picture once that the inspection of a crawl accepts, in the order of digests."""
    paths = (path for name in (*DEBS, *WHEELS) for path in (work / name).rglob("*") if path.suffix.lower() in ENDINGS)
    bodies = {hashlib.sha256(path.read_bytes()).digest(): path for path in sorted(paths) if path.is_file()}
    found = (_seen(path) for _, path in sorted(bodies.items()))
    yield from islice((each for each in found if each is not None), most)


def _seen(path: Path) -> tuple[Path, Glimpse, int] | None:
    facts, glimpse = inspect_and_glimpse(path.read_bytes(), Limits(), opennsfw.SIDE_PX)
    if facts.flaw is not None or facts.picture is None or glimpse is None:
        return None
    side_px = min(facts.picture.width_px, facts.picture.height_px)
    return (path, glimpse, side_px) if side_px >= _SMALLEST_PX else None


def _report(scored: Sequence[Scored]) -> Iterator[str]:
    crawled = [each for each in scored if each.side_px >= CRAWLED_PX]
    yield (
        f"{len(scored):,} harmless pictures of at least {_SMALLEST_PX} px, of which {len(crawled):,} of at least "
        f"{CRAWLED_PX} px, as a crawl takes them. "
        f"Python {platform.python_version()}."
    )
    yield f"\n| score at least | of all | 95 % interval | of at least {CRAWLED_PX} px | 95 % interval | |"
    yield "|---|---|---|---|---|---|"
    defaults = _defaults()
    for threshold in THRESHOLDS:
        of_all, of_crawled = (_share(some, threshold) for some in (scored, crawled))
        yield f"| {threshold} | {of_all} | {of_crawled} | {defaults.get(threshold, '')} |"


def _defaults() -> dict[float, str]:
    thresholds = Thresholds()
    said: dict[float, str] = {}
    for name, by_model in (
        ("refused", thresholds.safety_drop),
        ("held", thresholds.safety_hold),
        ("an incident beside a term of a minor", thresholds.safety_drop_with_minor),
    ):
        value = by_model[opennsfw.NAME]
        said[value] = f"{said[value]}; {name}" if value in said else name
    return said


def _share(scored: Sequence[Scored], threshold: float) -> str:
    alarms = sum(each.score >= threshold for each in scored)
    low, high = _wilson(alarms, len(scored))
    return f"{alarms} ({alarms / len(scored):.2%}) | {low:.2%} to {high:.2%}"


def _wilson(hits: int, of: int) -> tuple[float, float]:
    share, spread = hits / of, _Z**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - half), middle + half


if __name__ == "__main__":
    main()
