"""Name the files whose every view is pinned, and write down what it is: `python -m tests.filters.measure.golden`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from filters.facts import Picture
from filters.measure.hashes import HASHER_VERSION
from filters.measure.picture import Limits, inspect
from tests.filters.measure.pictures import colour, grey, saved
from tests.filters.measure.profiles import PROPHOTO, rgb_profile
from tests.filters.measure.test_thumbnail import exif_with_thumbnail

GOLDEN = Path(__file__).parents[2] / "cases" / "golden-views.json"
FILES: dict[str, Callable[[], bytes]] = {
    "large grey": lambda: saved(grey(3, 1300, 900), "PNG"),
    "JPEG of a camera": lambda: saved(
        colour(4, 640, 480), "JPEG", quality=92, exif=exif_with_thumbnail(saved(colour(5, 160, 120), "JPEG"))
    ),
    "in a frame": lambda: saved(ImageOps.expand(colour(6), 24, "white"), "JPEG", quality=90),
    "half transparent": lambda: saved(with_alpha(colour(7), grey(8)), "PNG"),
    "in other colours": lambda: saved(
        Image.merge("RGB", [grey(seed) for seed in (3, 4, 5)]), "PNG", icc_profile=rgb_profile(PROPHOTO, 1.8)
    ),
    "in inks": lambda: saved(colour(9).convert("CMYK"), "JPEG", quality=90),
    "moving": lambda: saved(grey(10), "GIF", save_all=True, append_images=[grey(11)], duration=50),
}


def with_alpha(image: Image.Image, alpha: Image.Image) -> Image.Image:
    both = image.convert("RGBA")
    both.putalpha(alpha)
    return both


def views_of(name: str) -> dict[str, dict[str, Any]]:
    picture: Picture | None = inspect(FILES[name](), Limits()).picture
    assert picture is not None
    return {
        view.name: {
            "pdq": view.pdq,
            "quality": view.pdq_quality,
            "orientations": list(view.orientations),
            "phash16": view.phash16,
        }
        for view in picture.views
    }


def main() -> None:
    pinned = {"hasher": HASHER_VERSION, "files": {name: views_of(name) for name in FILES}}
    GOLDEN.write_text(json.dumps(pinned, indent=1) + "\n")


if __name__ == "__main__":
    main()
