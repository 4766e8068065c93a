"""Whatever breaks in lists, indexes, workers or the gate itself: nothing is kept, or what is known is refused."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from console.demo.lists import perceptual_hash
from tests.acceptance.workshop import LOOPBACK, Said, Workshop
from tests.mock_site import Web, page, picture

WHY = ("--why", "a test")
PUBLIC = ("-s", "CONTACT_URL=https://example.invalid/about")

REACHES_WORKERS = """
from crawler import worker_link
worker_link._CODE = f"{{worker_link._CODE}}:{folder}"
"""


def crawl(workshop: Workshop, web: Web, *arguments: str, module: str = "", in_workers: str = "") -> Said:
    """Crawl a page with two harmless pictures; `in_workers` runs in each worker before it does any work."""
    environment = {**workshop.environment, "PYTHONPATH": str(workshop.folder)}
    if in_workers:
        of_workers = f"import sys\nif 'crawler.worker_process' in sys.orig_argv:\n    {in_workers}\n"
        (workshop.folder / "sitecustomize.py").write_text(of_workers)
        module = REACHES_WORKERS.format(folder=workshop.folder)
    (workshop.folder / "broken.py").write_text(f"from settings.base import *\n{module}\n")
    broken = Workshop(folder=workshop.folder, environment={**environment, "SCRAPY_SETTINGS_MODULE": "broken"})
    return broken.run("crawl", web.url(page(picture("kite"), picture("market"))), *LOOPBACK, *arguments)


def nothing_is_kept(workshop: Workshop) -> bool:
    return workshop.place.objects() == {} and workshop.select("SELECT id FROM pair") == []


def pdq_list(workshop: Workshop, *scenes: str, more: int = 0) -> Path:
    """Write a list of the hashes of scenes, and of so many made-up ones."""
    made_up = [sha256(f"made up {number}".encode()).hexdigest() for number in range(more)]
    path = workshop.temporary / "list.csv"
    lines = [f"pdq,{perceptual_hash(each)},c,NEGATIVE_CLASS," for each in scenes]
    lines += [f"sha256,{each},c,NEGATIVE_CLASS," for each in made_up]
    path.write_text("\n".join(("signal_type,signal_str,collab,category,tags", *lines)) + "\n")
    return path


# Lists


def test_without_any_list_no_crawl_begins(workshop: Workshop, web: Web) -> None:
    workshop.must("hashlist", "remove", "made-up", *WHY)
    said = crawl(workshop, web)
    assert said.status == 3, said.all
    assert "altsieve hashlist import" in said.err
    assert nothing_is_kept(workshop)


def test_a_stale_list_begins_no_crawl_of_the_public_web(workshop: Workshop) -> None:
    workshop.must("hashlist", "import", str(pdq_list(workshop, "kite")), "--name", "partner")
    age = ("-s", "HASH_LIST_MAX_AGE_HOURS=0.000001")
    said = workshop.run("crawl", "http://nowhere.invalid/", *PUBLIC, *age)
    assert said.status == 3, said.all
    assert "partner@1" in said.err
    assert nothing_is_kept(workshop)


def signed(workshop: Workshop, path: Path, by: Ed25519PrivateKey) -> Path:
    manifest = workshop.temporary / "manifest.json"
    said = {
        "list_id": "partner",
        "version": datetime.now(UTC).isoformat(),
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "counts": {"pdq": 1},
    }
    manifest.write_text(json.dumps(said))
    Path(f"{manifest}.sig").write_text(by.sign(manifest.read_bytes()).hex())
    return manifest


def test_a_list_with_a_wrong_signature_is_no_list(workshop: Workshop, web: Web) -> None:
    """Nor is one that was cut off after it was signed."""
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    listed = pdq_list(workshop, "kite")
    by_key = ("--signed-by", key.public_key().public_bytes_raw().hex())
    given = ("hashlist", "import", str(listed), "--name", "partner", *by_key, *WHY)
    forged = workshop.run(*given, "--manifest", str(signed(workshop, listed, other)))
    assert forged.status != 0, forged.all
    manifest = signed(workshop, listed, key)
    whole = listed.read_bytes()
    listed.write_bytes(whole[:-20])
    cut_off = workshop.run(*given, "--manifest", str(manifest))
    assert cut_off.status != 0, cut_off.all
    assert workshop.run("crawl", "http://nowhere.invalid/", *PUBLIC).status == 3
    listed.write_bytes(whole)
    workshop.must(*given, "--manifest", str(manifest))
    assert "hash.near-list" in crawl(workshop, web).out


def test_of_a_list_that_would_shrink_the_last_good_one_goes_on_counting(workshop: Workshop, web: Web) -> None:
    workshop.must("hashlist", "import", str(pdq_list(workshop, "kite", "market", more=20)), "--name", "partner")
    said = workshop.run("hashlist", "import", str(pdq_list(workshop, more=10)), "--name", "partner")
    assert said.status != 0, said.all
    assert "hash.near-list" in crawl(workshop, web).out
    assert nothing_is_kept(workshop)


# Indexes


def cut_off(index: Path) -> None:
    index.write_bytes(index.read_bytes()[: index.stat().st_size // 2])


def other_bytes(index: Path) -> None:
    index.write_bytes(bytes(each ^ 0xFF for each in index.read_bytes()))


@pytest.mark.parametrize("damage", [Path.unlink, cut_off, other_bytes])
def test_an_index_that_is_missing_or_damaged_is_built_anew(
    workshop: Workshop, web: Web, damage: Callable[[Path], None]
) -> None:
    workshop.must("hashlist", "import", str(pdq_list(workshop, "kite", "market")), "--name", "partner")
    [index] = (workshop.folder / "data" / "indexes").glob("partner@1*")
    damage(index)
    assert "hash.near-list" in crawl(workshop, web).out
    assert nothing_is_kept(workshop)


def test_without_an_index_and_without_its_rows_nothing_is_kept(workshop: Workshop, web: Web) -> None:
    workshop.must("hashlist", "import", str(pdq_list(workshop, "kite", more=3)), "--name", "partner")
    shutil.rmtree(workshop.folder / "data" / "indexes")
    workshop.change("DELETE FROM hash_entry WHERE list = 'partner' AND type = 'pdq'")
    said = crawl(workshop, web)
    assert said.status in (1, 3), said.all
    assert nothing_is_kept(workshop)


BLIND = """
from filters.indexes import hamming
hamming.HammingIndex.within = lambda *_: []
"""
SAYS_CLEAN = """
from filters.near_hash import NearHash
NearHash.judge = lambda self, _: self.clean()
"""


@pytest.mark.parametrize("module", [SAYS_CLEAN, BLIND])
def test_a_gate_that_finds_nothing_is_betrayed_by_its_canaries(workshop: Workshop, web: Web, module: str) -> None:
    said = crawl(workshop, web, "--canaries", "1", module=module)
    assert said.status in (1, 3, 4), said.all
    assert nothing_is_kept(workshop)


def test_a_gate_that_finds_its_canaries_keeps_what_is_clean(workshop: Workshop, web: Web) -> None:
    """Else the test above would show nothing."""
    said = crawl(workshop, web, "--canaries", "1")
    assert said.status == 0, said.all
    assert len(workshop.select("SELECT id FROM pair")) == 2


# Workers


@pytest.mark.parametrize(
    ("instead", "reason"),
    [
        ("lambda *_: __import__('os')._exit(11)", "inspection.crashed"),
        ("lambda *_: bytearray(1 << 40)", "inspection.crashed"),
        ("lambda *_: 1 / 0", "inspection.crashed"),
        ("lambda *_: __import__('time').sleep(60)", "inspection.too-slow"),
    ],
    ids=["dies", "has no memory", "raises", "hangs"],
)
def test_with_a_decoder_that_fails_nothing_is_kept(workshop: Workshop, web: Web, instead: str, reason: str) -> None:
    in_workers = f"import filters.measure.picture as p; p.inspect_and_glimpse = {instead}"
    said = crawl(workshop, web, "-s", "INSPECTION_TIMEOUT_S=1", in_workers=in_workers)
    assert reason in said.out, said.all
    assert nothing_is_kept(workshop)


# Services elsewhere


@pytest.mark.parametrize("path", ["/status/500", "/missing", "/silence"])
def test_with_a_remote_matcher_that_fails_nothing_is_kept(workshop: Workshop, web: Web, path: str) -> None:
    matcher = f"photodna={web.url(path)}"
    said = crawl(workshop, web, "-s", f"REMOTE_MATCHERS={matcher}", "-s", "REMOTE_MATCHER_TIMEOUT_S=1")
    assert said.status in (1, 3), said.all
    assert nothing_is_kept(workshop)
