"""Write the demo's lists: hashes of two of its own pictures, and one host that is to be blocked."""

import csv
import hashlib
from pathlib import Path
from typing import Final

from console.demo.case import Host
from console.demo.command import show
from console.demo.known import BY_MD5, BY_SHA256
from console.demo.pictures import jpeg
from filters.measure.picture import Limits, inspect

DIGEST_LIST: Final = "demo-digests"
HASH_LIST: Final = "demo-known"


def import_lists(folder: Path) -> None:
    """Write the lists into this folder and import them; importing them again changes nothing but their date."""
    digests, hashes = write_digests(folder / "digests.txt"), write_hashes(folder / "hashes.csv")
    why = "demo: two harmless pictures stand for known material"
    show("hashlist", "import", str(digests), "--name", DIGEST_LIST, "--type", "sha256", "--synthetic", "--why", why)
    show("hashlist", "import", str(hashes), "--name", HASH_LIST, "--synthetic", "--why", why)
    show("blocklist", "add", Host.BLOCKED.value, "--why", "demo: the one host that nothing is taken from")


def write_digests(path: Path) -> Path:
    """Write a bare list of SHA-256 digests."""
    path.write_text(f"# one harmless picture of the demo\n{hashlib.sha256(jpeg(BY_SHA256)).hexdigest()}\n")
    return path


def write_hashes(path: Path) -> Path:
    """Write a ThreatExchange CSV with perceptual hashes and an MD5."""
    with path.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("signal_type", "signal_str", "collab", "category", "tags"))
        for name in (BY_SHA256, BY_MD5):
            rows.writerow(("pdq", perceptual_hash(name), "demo", "NEGATIVE_CLASS", "demo"))
        md5 = hashlib.md5(jpeg(BY_MD5), usedforsecurity=False).hexdigest()
        rows.writerow(("md5", md5, "demo", "NEGATIVE_CLASS", "demo"))
    return path


def perceptual_hash(name: str) -> str:
    """Return the PDQ hash of a scene."""
    picture = inspect(jpeg(name), Limits()).picture
    if picture is None:
        raise RuntimeError(f"the scene {name} could not be measured")
    return picture.views[0].pdq
