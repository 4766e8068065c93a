from collections import Counter
from itertools import groupby

import pytest

from console.demo.case import Case, Host, Markup
from console.demo.cases import CASES
from console.demo.site import Site
from console.reasons import OF_STEPS, of_filters
from crawler.extract import extract

_NOT_PLANTED = {
    "caption-frequency.no-picture": "said only of a picture that nobody measured",
    "caption.not-measured": "the demo keeps captions that no model measures",
    "model.not-ready": "the models of the demo are ready",
    "safety.minor": "nothing harmful is ever made, not even for a demo",
    "safety.minor-term": "nothing harmful is ever made, not even for a demo",
    "safety.nsfw": "nothing harmful is ever made, not even for a demo",
    "safety.term": "nothing harmful is ever made, not even for a demo",
    "safety.uncertain": "no harmless picture of the demo is called unsafe",
    "consent.not-asked": "said only of what the gates did not ask about",
    "consent.unknown": "said only where CONSENT_UNKNOWN_MEANS is deny",
    "domain.unreadable": "extraction leaves out an address that has no host",
    "duplicate.no-digests": "said only of a picture that nobody measured",
    "fetch.host-given-up": "no host of the demo fails so often",
    "fetch.host-waits": "no host of the demo asks to be left alone for long",
    "filter.crashed": "said only of a defect in the program",
    "hash.no-digests": "said only of a picture that nobody measured",
    "hash.no-views": "said only of a picture that nobody measured",
    "image.not-inspected": "said only of a picture that nobody measured",
    "image.not-measured": "said only of a picture that nobody measured",
    "image.private-metadata": "said only of a TIFF, an AVIF or a packed text that is broken on purpose",
    "image.too-large": "the same limits say fetch.too-large and image.bomb before",
    "inspection.crashed": "no harmless file kills a worker that has enough memory",
    "inspection.too-slow": "it would make the demo slow",
    "list.not-ready": "the demo's lists are ready",
    "network.crawl-delay": "no host of the demo asks for long pauses",
    "network.port": "inside ALLOW_NETWORKS every port may be asked",
    "remote.not-ready": "no remote matcher is configured",
    "source.not-vetted": "said only with --vetted-only",
    "source.unreadable": "extraction leaves out an address that has no host",
    "hash.remote-match": "no remote matcher is configured",
    "hash.suspect": "the lists of the demo are confirmed",
    "hash.withdrawn": "nothing was held before the first crawl",
    "withdrawn.near": "nothing was withdrawn before the first crawl",
    "withdrawn.not-measured": "said only of a picture that nobody measured",
    "withdrawn.tombstone": "nothing was withdrawn before the first crawl",
}


def test_every_reason_is_planted_or_it_is_said_why_not() -> None:
    every = {*OF_STEPS, *(each.value for each in of_filters())}
    assert every == {case.reason for case in CASES if case.reason} | set(_NOT_PLANTED)


def test_every_picture_has_an_address_of_its_own_unless_it_has_two_texts() -> None:
    shown = Counter(case.image for case in CASES if case.markup is not Markup.ABOVE)
    assert not [place for place, number in shown.items() if number > 1]


def test_the_crawler_finds_on_each_page_what_is_planted_there_and_nothing_else() -> None:
    site, found = Site(8080), Counter[tuple[str, str, str]]()
    for place in {case.page.place for case in CASES}:
        extracted = extract(site.answer(place).body, url=place.url(8080))
        found.update((place.path, each.image_url, each.text) for each in extracted.found)
    assert found == Counter((case.page.place.path, case.image.url(8080), case.text) for case in CASES)


def test_a_page_with_known_material_holds_no_pair_that_is_to_be_kept() -> None:
    by_page = groupby(sorted(CASES, key=lambda case: case.page.place), key=lambda case: case.page)
    for _page, on_page in by_page:
        cases = list(on_page)
        assert all(case.is_match for case in cases) or not any(case.is_match for case in cases)


def test_known_material_is_planted_unchanged_and_in_ten_alterations_or_more() -> None:
    reasons = Counter(case.reason for case in CASES)
    assert reasons["hash.on-list"] >= 2
    assert reasons["hash.near-list"] >= 9


@pytest.mark.parametrize("case", [case for case in CASES if case.reason is None], ids=lambda case: case.image.path)
def test_a_text_that_is_to_be_kept_is_a_sentence(case: Case) -> None:
    assert len(case.text.split()) >= 6


def test_no_byte_of_a_refused_picture_is_the_beginning_of_a_kept_one() -> None:
    """A search for traces of what was refused must not find them in what was kept."""
    kept = {case.answer().body for case in CASES if case.reason is None or case.reason.startswith("duplicate.")}
    refused = {case.answer().body for case in CASES if case.reason and not case.reason.startswith("duplicate.")}
    assert not {body[:1500] for body in kept if body} & {body[:1500] for body in refused if len(body) > 1500}


def test_what_cannot_be_asked_for_its_robots_txt_is_asked_for_nothing() -> None:
    assert [case.reason for case in CASES if case.image.host is Host.NOBODY] == ["consent.robots"]
