from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from filters.facts import Private, Score, StoredBytes
from filters.indexes.hosts import NotAHost
from filters.signals.signal import Licence
from storage import batches
from storage.objects import open_objects
from storage.pairs import KeptPair, list_pairs
from storage.shares import Kept
from storage.tables import picture
from storage.withdrawal import Held, Why, take_back
from storage.withdrawn_pairs import list_withdrawn
from tests.storage.recorded_crawl import PDQ, Crawled, crawling, facts_of
from tests.storage.records import Records, opened

FIELDS = """pair_id, run_id, page_url, image_url, final_image_url, alt_text, text_source, language, language_confidence,
image_sha256, image_md5, image_sha1, pdq, pdq_quality, phash16, width_px, height_px, format, size_bytes,
consistency_score, consistency_model, safety_scores, consent, licence_url, object_uri, stored_sha256, fetched_at,
state"""


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as records:
        yield records


@pytest.fixture
def crawl(records: Records) -> Iterator[Crawled]:
    with crawling(records) as crawl:
        yield crawl


def test_a_pair_tells_its_picture_as_it_came_from_the_bytes_that_are_stored(crawl: Crawled) -> None:
    kept = crawl.kept("http://page.example/", "http://img.example/a.png")
    facts = kept.pair.facts
    stored = StoredBytes(removed=(Private.GPS,), sha256="ab" * 32, size_bytes=facts.digests.size_bytes)
    without = replace(kept, pair=replace(kept.pair, facts=replace(facts, stored=stored)))
    plain = crawl.kept("http://page.example/2", "http://img.example/b.png", body=b"y")
    crawl.record(without)
    crawl.record(plain)
    found = [(each.image_sha256, each.stored_sha256) for each in list_pairs(crawl.records.db)]
    of_plain = plain.pair.facts.digests.sha256
    assert found == [(facts.digests.sha256, "ab" * 32), (of_plain, of_plain)]
    with crawl.records.db.read() as conn:
        held = dict(conn.execute(select(picture.c.sha256, picture.c.stored_sha256)).all())
    assert held == {facts.digests.sha256: "ab" * 32, of_plain: None}


def images(pairs: Iterator[KeptPair]) -> list[str]:
    return [each.image_url for each in pairs]


def test_a_pair_has_exactly_the_promised_fields_and_null_for_parts_to_come(tmp_path: Path, crawl: Crawled) -> None:
    kept = crawl.kept("http://page.example/", "http://img.example/a.png")
    crawl.record(kept)
    objects = open_objects(f"file://{tmp_path}/objects")
    (found,) = list_pairs(crawl.records.db, objects=objects)
    shown = msgspec.json.decode(msgspec.json.encode(found))
    assert list(shown) == [each.strip() for each in FIELDS.split(",")]
    digests = facts_of(b"x").digests
    assert shown.pop("fetched_at").startswith("20")
    assert shown == {
        "pair_id": kept.pair.pair_id,
        "run_id": crawl.run.run_id,
        "page_url": "http://page.example/",
        "image_url": "http://img.example/a.png",
        "final_image_url": "http://img.example/a.png?final",
        "alt_text": "a cat on a mat",
        "text_source": "alt",
        "language": "en",
        "language_confidence": 0.9,
        "image_sha256": digests.sha256,
        "image_md5": digests.md5,
        "image_sha1": digests.sha1,
        "stored_sha256": digests.sha256,
        "pdq": PDQ,
        "pdq_quality": 100,
        "phash16": PDQ,
        "width_px": 640,
        "height_px": 480,
        "format": "png",
        "size_bytes": 1,
        "consistency_score": None,
        "consistency_model": None,
        "safety_scores": None,
        "consent": None,
        "licence_url": None,
        "object_uri": objects.uri(kept.object_key),
        "state": "kept",
    }


def said(model: str, value: float | None, revision: str = "r1") -> Score:
    return Score(model=model, revision=revision, value=value, failure=None if value is not None else "too-slow")


def scored(kept: Kept, safety: tuple[Score, ...] | None, fit: tuple[Score, ...] | None) -> Kept:
    return replace(kept, pair=replace(kept.pair, facts=replace(kept.pair.facts, safety=safety, fit=fit)))


@pytest.mark.parametrize(
    ("safety", "fit", "shown"),
    [
        (None, None, (None, None, None)),
        ((), (), ({}, None, None)),
        ((said("calm", 0.25), said("other", 0.5)), (said("fits", 2.5),), ({"calm": 0.25, "other": 0.5}, 2.5, "fits")),
        ((said("calm", 0.0),), (said("slow", None), said("fits", -0.5)), ({"calm": 0.0}, -0.5, "fits")),
        ((said("calm", None),), (said("slow", None),), ({}, None, None)),
    ],
)
def test_what_models_said_is_shown_with_the_model(
    crawl: Crawled, safety: tuple[Score, ...] | None, fit: tuple[Score, ...] | None, shown: tuple[object, ...]
) -> None:
    crawl.record(scored(crawl.kept("http://page.example/", "http://img.example/a"), safety, fit))
    (pair,) = list_pairs(crawl.records.db)
    assert (pair.safety_scores, pair.consistency_score, pair.consistency_model) == shown


def test_captions_of_one_picture_have_scores_of_their_own(crawl: Crawled) -> None:
    one = crawl.kept("http://page.example/", "http://img.example/a", "a cat on a mat")
    two = crawl.kept("http://page.example/", "http://img.example/a", "a dog on a log")
    crawl.record(scored(one, (said("calm", 0.25),), (said("fits", 1.0),)), scored(two, None, (said("fits", 2.0),)))
    assert [each.consistency_score for each in list_pairs(crawl.records.db)] == [1.0, 2.0]
    assert [each.safety_scores for each in list_pairs(crawl.records.db)] == [{"calm": 0.25}] * 2


def test_a_picture_that_is_stored_again_has_what_models_say_of_it_now(crawl: Crawled) -> None:
    one = crawl.kept("http://page.example/1", "http://img.example/a", "a cat on a mat")
    two = crawl.kept("http://page.example/2", "http://img.example/a", "a dog on a log")
    crawl.record(scored(one, (said("calm", 0.25), said("gone", 0.5)), None))
    crawl.record(scored(two, (said("calm", 0.75, "r2"),), None))
    assert [each.safety_scores for each in list_pairs(crawl.records.db)] == [{"gone": 0.5, "calm": 0.75}] * 2


def test_a_further_sighting_of_a_pair_is_no_second_pair(crawl: Crawled) -> None:
    crawl.record(crawl.kept("http://page.example/1", "http://img.example/a.png"))
    crawl.record(crawl.kept("http://page.example/2", "http://other.example/b.png"))
    assert images(list_pairs(crawl.records.db)) == ["http://img.example/a.png"]


def test_a_pair_checked_against_no_production_list_says_so(crawl: Crawled) -> None:
    crawl.record(crawl.kept("http://page.example/", "http://img.example/a.png", provisional=True))
    assert [each.state for each in list_pairs(crawl.records.db)] == ["provisional"]


def test_what_was_withdrawn_is_listed_only_when_asked_for(crawl: Crawled) -> None:
    one = crawl.kept("http://page.example/", "http://img.example/a.png", body=b"1")
    two = crawl.kept("http://page.example/", "http://img.example/b.png", body=b"2")
    crawl.record(one, two)
    with crawl.records.db.write() as conn:
        take_back(conn, crawl.records.ledger, Held(pairs=frozenset({one.pair.pair_id})), Why(by="ann", why="asked to"))
    assert images(list_pairs(crawl.records.db)) == ["http://img.example/b.png"]
    (gone,) = list_withdrawn(crawl.records.db)
    assert (gone.pair_id, gone.image_url, gone.why) == (one.pair.pair_id, "http://img.example/a.png", "asked to")
    assert gone.image_sha256 == one.pair.facts.digests.sha256
    for chosen, count in (({"host": "img.example"}, 1), ({"host": "x.example"}, 0), ({"run": gone.run_id}, 1)):
        assert len(list(list_withdrawn(crawl.records.db, **chosen))) == count


def test_pairs_of_one_run_are_told_from_those_of_another(records: Records) -> None:
    with crawling(records) as first:
        first.record(first.kept("http://page.example/", "http://img.example/a.png", body=b"1"))
    with crawling(records) as second:
        second.record(second.kept("http://page.example/", "http://img.example/b.png", body=b"2"))
    assert images(list_pairs(records.db, run=second.run.run_id)) == ["http://img.example/b.png"]
    assert images(list_pairs(records.db, run="no such run")) == []


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("page.example", ["a", "b"]),
        ("IMG.example.", ["a"]),
        ("example.org", ["b"]),
        ("cdn.example.org", ["b"]),
        ("http://cdn.example.org:80/x", ["b"]),
        ("ample.org", []),
        ("dn_example.org", []),
        ("%", None),
    ],
)
def test_pairs_are_found_by_the_host_of_page_or_picture_with_its_subdomains(
    crawl: Crawled, host: str, found: list[str] | None
) -> None:
    crawl.record(
        crawl.kept("http://page.example/", "http://img.example/a", body=b"1"),
        crawl.kept("http://page.example/", "http://cdn.example.org/b", body=b"2"),
    )
    if found is None:
        with pytest.raises(NotAHost):
            list_pairs(crawl.records.db, host=host)
        return
    assert [each[-1] for each in images(list_pairs(crawl.records.db, host=host))] == found


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 6])
def test_every_pair_is_listed_once_in_order_however_many_fit_into_a_batch(
    crawl: Crawled, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(batches, "BATCH_ROWS", rows)
    urls = [f"http://img.example/{n}" for n in range(5)]
    crawl.record(*(crawl.kept("http://page.example/", url, body=url.encode()) for url in urls))
    assert images(list_pairs(crawl.records.db)) == urls


def test_a_pair_shows_no_address_by_its_repr(crawl: Crawled) -> None:
    crawl.record(crawl.kept("http://page.example/", "http://img.example/a"))
    (found,) = list_pairs(crawl.records.db)
    assert "example" not in repr(found)


def test_consent_is_as_it_was_judged_and_the_licence_the_one_named_nearest(crawl: Crawled) -> None:
    plain = crawl.kept("http://page.example/", "http://img.example/a.png")
    verdicts = tuple(
        replace(each, evidence={"consent": "unknown", "signals": 2}) if each.filter == "consent" else each
        for each in plain.pair.decision.verdicts
    )
    named = [Licence(url=f"http://licence.example/{near}", found_in="link", nearness=near) for near in (3, 1)]
    pair = replace(
        plain.pair,
        candidate=replace(plain.pair.candidate, licences=tuple(named)),
        decision=replace(plain.pair.decision, verdicts=verdicts),
    )
    crawl.record(replace(plain, pair=pair))
    (found,) = list_pairs(crawl.records.db)
    assert (found.consent, found.licence_url) == ("unknown", "http://licence.example/1")
