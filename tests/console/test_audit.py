import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from filters.signals.signal import Document, Protocol, Saying, Says, Scope, Signal
from storage.shares import Share
from tests.combination import OBJECTS
from tests.console.conftest import Altsieve, Recorded
from tests.console.interface import SIGHTING_FIELDS, TRAIL_FIELDS, VERDICT_FIELDS
from tests.storage import samples
from tests.storage.one_crawl import WAIT_S, crawling
from tests.storage.shelving import shelved


def test_a_trail_for_programs_has_the_promised_fields(recorded: Recorded) -> None:
    trail = recorded.altsieve("audit", "pair", recorded.pair_ids[0], "--json").json
    assert set(trail) >= TRAIL_FIELDS
    assert trail["subject"] == {"kind": "pair", "value": recorded.pair_ids[0]}
    assert len(trail["sightings"]) == 2
    for sighting in trail["sightings"]:
        assert set(sighting) >= SIGHTING_FIELDS
        assert all(set(verdict) == VERDICT_FIELDS for verdict in sighting["verdicts"])
    assert {"segment", "sequence", "hash"} == set(trail["ledger"][0])


def test_the_story_of_a_pair_is_told_in_the_order_of_time(recorded: Recorded) -> None:
    out = recorded.altsieve("audit", "pair", recorded.pair_ids[0]).out
    told = (
        f"pair {recorded.pair_ids[0]} is kept",
        "  picture ",
        f"  at {'file:///' if OBJECTS == 'folder' else 's3://'}",
        "sighting ",
        "  found on the page https://pages.example/",
        "    a seed of the run",
        "    2026-11-23 12:00:00Z  200 from 192.0.2.1 for https://pages.example/",
        '  its text, from alt: "a caption, number 1"',
        "  the picture https://pictures.example/1.jpg",
        "    2026-11-23 12:00:00Z  200 from 192.0.2.2 for https://pictures.example/1.jpg",
        "  measured on its 9 bytes",
        "    jpeg, 640 x 480 pixels, 1 frame",
        "  judged at ",
        "    filter            version  list or model  verdict  evidence\n",
        "    domain-blocklist  3        list@7         clean    -",
        f"  so it was stored as pair {recorded.pair_ids[0]}",
        f"  ledger segment run:{recorded.run_id}, record ",
        "sighting ",
        "  measured as above",
        "  so it was refused: duplicate.pair, the same bytes",
        f"; that pair is {recorded.pair_ids[0]}",
    )
    place = 0
    for each in told:
        place = out.index(each, place) + len(each)


@pytest.mark.parametrize("noun", ["url", "host", "image", "run"])
def test_every_noun_has_its_trail(noun: str, recorded: Recorded) -> None:
    pair = recorded.altsieve("pairs", "--json").json_lines[0]
    subject = {
        "url": pair["image_url"],
        "host": "pages.example",
        "image": pair["image_sha256"],
        "run": recorded.run_id,
    }[noun]
    answer = recorded.altsieve("audit", noun, subject)
    assert answer.code == 0
    assert pair["image_url"] in answer.out
    assert recorded.altsieve("audit", noun, subject, "--json").json["subject"] == {"kind": noun, "value": subject}


@pytest.mark.parametrize(
    ("noun", "subject"),
    [("pair", "0" * 32), ("image", "0" * 64), ("url", "https://nowhere.example/"), ("host", "nowhere.example")],
)
def test_what_was_never_seen_is_answered_with_no(noun: str, subject: str, altsieve: Altsieve) -> None:
    answer = altsieve("audit", noun, subject)
    assert (answer.code, answer.out) == (1, f"nothing is recorded about the {noun} {subject}\n")
    assert altsieve("audit", noun, subject, "--json").json["sightings"] == []


def test_a_refused_picture_has_a_story_too(recorded: Recorded) -> None:
    out = recorded.altsieve("audit", "url", "https://pictures.example/3.jpg").out
    assert "    was not requested\n" in out
    assert "    alt-text          3        list@7         refused: alt.too-short  -\n" in out
    assert "  so it was refused: alt.too-short, " in out


def test_a_picture_that_never_arrived_has_a_story_too(recorded: Recorded) -> None:
    out = recorded.altsieve("audit", "url", "https://pictures.example/5.jpg").out
    assert "    nobody answered\n" in out
    assert (
        "    no filter was asked\n  failed: fetch.failed, the server, or the way to it, gave no usable answer\n" in out
    )


def test_the_story_of_a_host_names_who_blocked_it(recorded: Recorded) -> None:
    recorded.altsieve("blocklist", "add", "pages.example", "--why", "asked us", "--by", "Ada")
    out = recorded.altsieve("audit", "host", "pages.example").out
    assert "blocked as pages.example by list operator@1 (Ada: asked us)" in out


def test_what_the_web_wrote_cannot_control_the_terminal(recorded: Recorded) -> None:
    answer = recorded.altsieve("audit", "url", "https://nowhere.example/\x1b[2J")
    assert "\x1b" not in answer.out


def test_what_owners_said_is_told_with_when_and_where_and_the_document_can_be_shown(altsieve: Altsieve) -> None:
    body = b"User-agent: *\nAllow: /\n\x1b[2J"
    document = Document(sha256=sha256(body).hexdigest(), kind="robots.txt", body=body)
    saying = Saying(protocol=Protocol.ROBOTS, says=Says.UNKNOWN, found_in="robots.txt", raw="Allow: /")
    robots = "https://pictures.example/robots.txt"
    signal = Signal(saying=saying, scope=Scope.IMAGE_HOST, url=robots, at=samples.NOON, document=document.sha256)
    with crawling(Path("data")) as crawl:
        page_id = crawl.new_page()
        kept = samples.kept(page_id, 1)
        kept = replace(kept, pair=replace(kept.pair, fetched=replace(kept.pair.fetched, consent=(signal,))))
        put = shelved(crawl.records.db, crawl.recorder, crawl.objects, [kept])
        share = Share(page_id=page_id, entries=tuple(put), last=True, documents=(document,))
        crawl.recorder.submit(share).result(timeout=WAIT_S)
        crawl.end()
    out = altsieve("audit", "pair", kept.pair.pair_id).out
    assert "    nobody asked whether it may be used\n" in out
    assert (
        "    2026-11-23 12:00:00Z  the image host lets it be fetched: "
        f'robots.txt, "Allow: /", at {robots}\n      kept; type: altsieve audit document {document.sha256}\n'
    ) in out
    shown = altsieve("audit", "document", document.sha256)
    assert (shown.code, shown.out) == (0, "User-agent: *\nAllow: /\n\\x1b[2J\n")
    assert altsieve("audit", "document", document.sha256, "--json").json == {
        "sha256": document.sha256,
        "kind": "robots.txt",
        "size_bytes": len(body),
        "text": body.decode(),
    }


def test_a_document_that_is_not_kept_is_answered_with_no(altsieve: Altsieve) -> None:
    answer = altsieve("audit", "document", "0" * 64)
    assert (answer.code, answer.out) == (1, "")
    assert f"no document {'0' * 64} is kept" in answer.err


def test_a_page_that_was_not_read_has_a_story_too(altsieve: Altsieve) -> None:
    """Refused by a gate, put off, and in the hands of a run that was killed."""
    body = b"User-agent: *\nDisallow: /\n"
    document = Document(sha256=sha256(body).hexdigest(), kind="robots.txt", body=body)
    evidence = {"protocol": "robots.txt", "raw": "Disallow: /\x1b", "document": document.sha256, "retry": "permanent"}
    with crawling(Path("data")) as crawl:
        crawl.recorder.fail_page(crawl.new_page("no"), "consent.robots", evidence, [document]).result(timeout=WAIT_S)
        crawl.recorder.postpone_page(crawl.new_page("later"), samples.NOON.replace(year=2126)).result(timeout=WAIT_S)
        crawl.new_page("open")
        crawl.end()
    answerable, _, story = altsieve("audit", "url", "https://pages.example/no").out.partition("\n")
    assert re.fullmatch(
        rf"run {crawl.run.run_id} of spider pages began at [-0-9: ]+Z; tester answers for it; altsieve 0\.1\.0, "
        f"settings {crawl.run.settings_digest[:16]}",
        answerable,
    )
    assert story == (
        f"\npage https://pages.example/no was not read by run {crawl.run.run_id}\n"
        "  a seed of the run\n"
        "  tried once, then given up: consent.robots, robots.txt of the host says no, or could not be read\n"
        f"  evidence: protocol=robots.txt raw=Disallow: /\\x1b document={document.sha256} retry=permanent\n"
        f"    kept; type: altsieve audit document {document.sha256}\n"
    )
    assert altsieve("audit", "document", document.sha256).code == 0
    assert (
        "tried once; not before 2126-11-23 12:00:00Z\n" in altsieve("audit", "url", "https://pages.example/later").out
    )
    assert "was being read when" in altsieve("audit", "url", "https://pages.example/open").out
    for noun, subject in (("run", crawl.run.run_id), ("host", "pages.example")):
        brief = altsieve("audit", noun, subject).out
        assert "page not read             reason          evidence\n" in brief
        assert "https://pages.example/no  consent.robots  protocol=robots.txt" in brief
        (unread,) = altsieve("audit", noun, subject, "--json").json["unread"]
        assert (unread["state"], unread["evidence"]["retry"]) == ("failed", "permanent")
