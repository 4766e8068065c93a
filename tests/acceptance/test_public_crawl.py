"""A crawl of the public web needs a contact and a fresh list of known material; without them nothing is requested."""

from pathlib import Path

from console.demo.lists import write_hashes
from tests.acceptance.workshop import LOOPBACK, Workshop
from tests.mock_site import Web, page, picture

_PUBLIC = "http://example.org/"
_CONTACT = ("-s", "CONTACT_URL=https://example.org/crawler")


def _hash_list(workshop: Workshop, tmp_path: Path, *arguments: str) -> None:
    workshop.must("hashlist", "import", str(write_hashes(tmp_path / "hashes.csv")), "--name", "given", *arguments)


def test_without_a_contact_it_exits_3_and_says_what_to_set(workshop: Workshop) -> None:
    said = workshop.run("crawl", _PUBLIC)
    assert said.status == 3, said.all
    assert "CONTACT_URL" in said.err


def test_without_a_production_list_it_exits_3_and_says_what_to_type(workshop: Workshop) -> None:
    said = workshop.run("crawl", _PUBLIC, *_CONTACT)
    assert said.status == 3, said.all
    assert "altsieve hashlist import" in said.err


def test_a_synthetic_list_is_no_production_list(workshop: Workshop, tmp_path: Path) -> None:
    _hash_list(workshop, tmp_path, "--synthetic")
    assert workshop.run("crawl", _PUBLIC, *_CONTACT).status == 3


def test_a_stale_list_is_no_production_list(workshop: Workshop, tmp_path: Path) -> None:
    _hash_list(workshop, tmp_path)
    workshop.change("UPDATE revision SET at = '2026-01-01T00:00:00.000000Z'")
    assert workshop.run("crawl", _PUBLIC, *_CONTACT).status == 3


def test_one_public_seed_among_local_ones_is_enough(workshop: Workshop, web: Web) -> None:
    said = workshop.run("crawl", web.url(page(picture("kite"))), _PUBLIC, *LOOPBACK, *_CONTACT)
    assert said.status == 3, said.all
    assert web.log == []


def test_loopback_outside_allow_networks_is_not_crawled(workshop: Workshop, web: Web) -> None:
    said = workshop.run("crawl", web.url(page(picture("kite"))), *_CONTACT, "--provisional")
    assert said.status != 0, said.all
    assert web.log == []


def test_with_provisional_it_runs_and_every_pair_says_so(workshop: Workshop, web: Web) -> None:
    """On loopback, since a test reaches no public web: without the flag such pairs are kept as they are."""
    seed = web.url(page(picture("kite"), (picture("castle"), "A castle above a winding path")))
    said = workshop.must("crawl", seed, *LOOPBACK, "--provisional")
    assert "provisional" in said.out
    assert [each["state"] for each in workshop.ask("pairs")] == ["provisional", "provisional"]


def test_without_the_flag_pairs_of_allowed_networks_are_kept(workshop: Workshop, web: Web) -> None:
    workshop.must("crawl", web.url(page(picture("kite"))), *LOOPBACK)
    assert [each["state"] for each in workshop.ask("pairs")] == ["kept"]
