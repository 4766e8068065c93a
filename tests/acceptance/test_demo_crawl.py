import hashlib
from collections import Counter
from dataclasses import replace
from io import BytesIO
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from PIL import ExifTags, Image

from console.demo.altered import with_position
from console.demo.case import Host
from console.demo.cases import CASES
from console.demo.site import MOVED_PAGE
from tests.acceptance.conftest import DEMO, Crawled
from tests.acceptance.workshop import Workshop, adds_up


def test_every_planted_case_has_its_reason(demo: Crawled) -> None:
    assert demo.said.status == 0, demo.said.all
    assert "NOT AS PLANTED" not in demo.said.out
    assert demo.said.out.count("as planted  ") >= len(CASES)


def test_the_counts_are_those_of_the_table_and_add_up(demo: Crawled) -> None:
    (run,) = demo.workshop.ask("runs")
    assert adds_up(run)
    assert run["candidates"] == len(CASES)
    assert run["stored"] == sum(case.reason is None for case in CASES)
    reasons = Counter(case.reason for case in CASES if case.reason)
    assert Counter(dict(chain(*(run[each].items() for each in ("refused", "unsure", "failed"))))) == reasons


def test_a_match_leaves_an_event_and_a_day_and_nothing_else(demo: Crawled) -> None:
    events = [each for each in demo.workshop.ask("refusals") if each["page_url"] is None]
    assert len(events) == sum(case.is_match for case in CASES)
    described = ("page_url", "image_url", "evidence", "revision")
    assert [each[name] for each in events for name in described if each[name]] == []
    assert all(len(each["judged_at"]) == len("2026-11-23") for each in events)


def test_a_page_that_redirects_to_a_blocked_host_is_refused_as_a_page(demo: Crawled) -> None:
    query = f"SELECT state, failure FROM page WHERE url LIKE '%{MOVED_PAGE.path}'"  # noqa: S608  # our own constant
    assert demo.workshop.select(query) == [("failed", "domain.blocked")]


def test_each_kept_pair_has_a_trail_with_a_clean_verdict_of_every_filter(demo: Crawled) -> None:
    pair = demo.workshop.ask("pairs")[0]
    (trail,) = demo.workshop.ask("audit", "pair", pair["pair_id"])
    verdicts = trail["sightings"][0]["verdicts"]
    assert {"domain-blocklist", "exact-hash", "near-hash"} <= {each["filter"] for each in verdicts}
    assert {each["outcome"] for each in verdicts} == {"clean"}


def test_a_pair_that_was_seen_again_is_one_pair_with_two_pages(demo: Crawled) -> None:
    query = "SELECT pair_id FROM sighting WHERE reason = 'duplicate.pair'"
    ((pair_id,),) = demo.workshop.select(query)
    (trail,) = demo.workshop.ask("audit", "pair", pair_id)
    assert [each["outcome"] for each in trail["sightings"]] == ["stored", "refused"]
    assert len({each["candidate"]["visit"]["url"] for each in trail["sightings"]}) == 2


def test_every_object_is_the_picture_that_its_pair_says(demo: Crawled) -> None:
    kept = {each["stored_sha256"] for each in demo.workshop.ask("pairs")}
    bodies = demo.workshop.place.objects()
    assert sorted(hashlib.sha256(each).hexdigest() for each in bodies.values()) == sorted(kept)


def test_a_picture_that_says_where_it_was_taken_is_kept_without_that(demo: Crawled) -> None:
    (pair,) = (each for each in demo.workshop.ask("pairs") if each["image_sha256"] != each["stored_sha256"])
    came, held = with_position("hills-at-dusk"), demo.workshop.place.objects()
    (stored,) = (each for each in held.values() if hashlib.sha256(each).hexdigest() == pair["stored_sha256"])
    assert hashlib.sha256(came).hexdigest() == pair["image_sha256"]
    before, after = Image.open(BytesIO(came)), Image.open(BytesIO(stored))
    assert before.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert not after.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert b"4711-0815" not in stored
    assert after.getexif()[ExifTags.Base.Copyright] == "Copyright of the harbour museum"
    assert after.tobytes() == before.tobytes()
    said = demo.workshop.run("audit", "pair", pair["pair_id"]).out
    without = "stored without the position of the device, serial numbers and the maker's note"
    assert f"{without}: SHA-256 {pair['stored_sha256']}" in said


def test_nothing_is_found_wrong_afterwards(demo: Crawled) -> None:
    assert demo.workshop.run("verify").status == 0


def test_a_second_crawl_stores_nothing_new_and_says_the_same(demo: Crawled, tmp_path: Path) -> None:
    """In a copy, so that what the other tests look at stays as the first crawl left it."""
    again = demo.workshop.copied(tmp_path / "again")
    before = {each["pair_id"] for each in again.ask("pairs")}
    said = again.call(*DEMO)
    assert said.status == 0, said.all
    run = again.ask("runs")[0]
    assert adds_up(run)
    assert (run["candidates"], run["stored"]) == (len(CASES), 0)
    assert {each["pair_id"] for each in again.ask("pairs")} == before
    assert again.run("verify").status == 0


def test_the_demo_says_so_if_a_case_has_not_its_reason(workshop: Workshop) -> None:
    workshop = replace(workshop, own_models=True)
    workshop.must("blocklist", "add", Host.PICTURES.value, "--why", "so that nearly nothing is as planted")
    said = workshop.call(*DEMO)
    assert said.status == 1, said.all
    assert "NOT AS PLANTED" in said.out


def test_the_pages_of_the_pairs_are_pages_of_the_demo(demo: Crawled) -> None:
    pages = {case.page.place.path for case in CASES if case.reason is None or case.group}
    assert {urlsplit(each["page_url"]).path for each in demo.workshop.ask("pairs")} <= pages
