"""Each host of a small web says no in a protocol of its own: exactly what is permitted is kept."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from console.demo import altered
from console.demo.pictures import jpeg
from tests.acceptance.workshop import LOOPBACK, Workshop
from tests.filters.measure.marked import assertion, packets, store, with_segments
from tests.mock_site import Reply, Web, picture, serving

GALLERY: Final = "127.0.0.40"
OPEN, CLOSED = picture("lighthouse"), picture("kite")
TEXT: Final = "text/plain"
WITH_MANIFEST: Final = with_segments(*packets(store(assertion()), 60_000), jpeg=jpeg("kite"))
LICENCE: Final = (
    b'<rsl xmlns="https://rslstandard.org/rsl"><content url="/picture/kite.jpg"><license>'
    b'<prohibits type="usage">ai-train</prohibits></license></content></rsl>'
)


@dataclass(frozen=True, kw_only=True)
class Sign:
    """How one host says no to `CLOSED`, and says nothing of `OPEN`; `answers` by path."""

    protocol: str
    scope: str
    answers: Mapping[str, Reply] = field(default_factory=dict)
    reason: str = "consent.opt-out"
    asked_for: bool = False
    """Whether the picture has to be asked for to hear it."""

    def __str__(self) -> str:
        return f"{self.protocol}, {self.scope}"


def robots(*lines: str) -> Mapping[str, Reply]:
    return {"/robots.txt": Reply(body="\n".join(lines).encode(), content_type=TEXT)}


def header(**headers: str) -> Mapping[str, Reply]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {CLOSED: Reply(body=jpeg("kite"), content_type="image/jpeg", headers=named)}


IMAGE_SIGNS: Final = (
    Sign(
        protocol="robots.txt",
        scope="image host",
        answers=robots("User-agent: *", f"Disallow: {CLOSED}"),
        reason="consent.robots",
    ),
    Sign(protocol="ai-tokens", scope="image host", answers=robots("User-agent: GPTBot", f"Disallow: {CLOSED}")),
    Sign(
        protocol="aipref",
        scope="image host",
        answers=robots("User-agent: *", "Allow: /", f"Content-Usage: {CLOSED} train-ai=n"),
    ),
    Sign(
        protocol="tdmrep",
        scope="image host",
        answers={
            "/.well-known/tdmrep.json": Reply(
                body=json.dumps([{"location": CLOSED, "tdm-reservation": 1}]).encode(), content_type="application/json"
            )
        },
    ),
    Sign(
        protocol="ai.txt",
        scope="image host",
        answers={"/ai.txt": Reply(body=f"User-Agent: *\nDisallow: {CLOSED}\n".encode(), content_type=TEXT)},
    ),
    Sign(
        protocol="rsl",
        scope="image host",
        answers={
            **robots("License: {origin}/license.xml", "User-agent: *", "Allow: /"),
            "/license.xml": Reply(body=LICENCE, content_type="application/rsl+xml"),
        },
    ),
    Sign(
        protocol="x-robots-tag",
        scope="image response",
        answers=header(X_Robots_Tag="max-image-preview:large, noimageai"),
        asked_for=True,
    ),
    Sign(protocol="tdmrep", scope="image response", answers=header(tdm_reservation="1"), asked_for=True),
    Sign(protocol="aipref", scope="image response", answers=header(Content_Usage="train-ai=n"), asked_for=True),
    Sign(
        protocol="content-signal",
        scope="image response",
        answers=header(Content_Signal="search=yes, ai-train=no"),
        asked_for=True,
    ),
    Sign(
        protocol="plus-data-mining",
        scope="image file",
        answers={CLOSED: Reply(body=altered.with_reservation("kite"), content_type="image/jpeg")},
        reason="rights.reserved",
        asked_for=True,
    ),
    Sign(
        protocol="c2pa",
        scope="image file",
        answers={CLOSED: Reply(body=WITH_MANIFEST, content_type="image/jpeg")},
        reason="rights.reserved",
        asked_for=True,
    ),
)
"""Signs of hosts that only serve pictures."""


def html(head: str, image: str, alt: str) -> bytes:
    return f'<html><head><title>A page</title>{head}</head><body><img src="{image}" alt="{alt}"></body></html>'.encode()


PAGE_SIGNS: Final[tuple[tuple[str, str, str, Mapping[str, str]], ...]] = (
    ("meta-robots", "page", '<meta name="ROBOTS" content="index, noai">', {}),
    ("meta-robots", "page", '<meta name="altsieve" content="noimageai">', {}),
    ("tdmrep", "page", '<meta name="tdm-reservation" content="1">', {}),
    ("x-robots-tag", "page", "", {"X-Robots-Tag": "altsieve: noai"}),
    ("content-signal", "page", "", {"Content-Signal": "ai-train=no"}),
    ("rsl", "page", '<link rel="license" type="application/rsl+xml" href="/gone.xml">', {}),
)
"""Protocol, scope, what stands in the head of the page, and its headers."""
NEAR_MISSES: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    ('<meta name="robots" content="max-image-preview:large">', {}),
    ('<meta name="otherbot" content="noai">', {}),
    ("", {"X-Robots-Tag": "otherbot: noindex, noai"}),
    ("", {"tdm-reservation": "0"}),
    ("", {"Content-Usage": "train-ai=y"}),
)


@dataclass(frozen=True, kw_only=True)
class Crawled:
    """What was kept and refused, and what the hosts were asked for."""

    summary: Mapping[str, Any]
    kept: frozenset[str]
    refused: Mapping[str, Mapping[str, Any]]
    web: Web


def image_host(number: int) -> int:
    return number + 1


def page_path(kind: str, number: int) -> str:
    return f"/{kind}-{number}"


def plant(web: Web) -> str:
    """Lay out the web, and return the address of the page that leads to all others."""
    for number, sign in enumerate(IMAGE_SIGNS):
        origin = web.url("", host=image_host(number))
        for path, reply in sign.answers.items():
            body = reply.body.replace(b"{origin}", origin.encode())
            web.answers[web.hosts[image_host(number)], path] = Reply(
                body=body, content_type=reply.content_type, headers=reply.headers
            )
    links = []
    heads = [("closed", head, headers) for _, _, head, headers in PAGE_SIGNS]
    heads += [("near", head, headers) for head, headers in NEAR_MISSES]
    for number, (kind, head, headers) in enumerate(heads):
        body = html(head, OPEN, f"The harbour lights of evening number {number}")
        web.answers[page_path(kind, number)] = Reply(body=body, headers=headers)
        links.append(page_path(kind, number))
    shows = [
        (web.url(image, host=image_host(number)), f"A quiet evening at harbour {number}")
        for number in range(len(IMAGE_SIGNS))
        for image in (OPEN, CLOSED)
    ]
    return web.plant_page("/gallery", *shows, links=links)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    workshop = Workshop.open(tmp_path_factory.mktemp("consent") / "altsieve")
    hosts = (GALLERY, *(f"127.0.0.{41 + number}" for number in range(len(IMAGE_SIGNS))))
    with serving(hosts) as web:
        summary = workshop.crawl(plant(web), *LOOPBACK, "-s", "MAX_CAPTIONS_PER_IMAGE=0")
        yield Crawled(
            summary=summary,
            kept=frozenset(f"{each['page_url']} {each['image_url']}" for each in workshop.ask("pairs")),
            refused={f"{each['page_url']} {each['image_url']}": each for each in workshop.ask("refusals")},
            web=web,
        )


def named(crawled: Crawled, page_url: str, image_url: str) -> str:
    """Return the one key of a picture on a page."""
    keys = [*crawled.kept, *crawled.refused]
    (found,) = [each for each in keys if each.startswith(page_url) and each.endswith(" " + image_url)]
    return found


@pytest.mark.parametrize("number", range(len(IMAGE_SIGNS)), ids=lambda number: str(IMAGE_SIGNS[number]))
def test_a_picture_whose_host_or_file_says_no_is_refused_with_what_it_said(crawled: Crawled, number: int) -> None:
    sign, host = IMAGE_SIGNS[number], image_host(number)
    refusal = crawled.refused[named(crawled, crawled.web.url("/gallery"), crawled.web.url(CLOSED, host=host))]
    evidence = refusal["evidence"]
    assert (refusal["reason"], refusal["filter"]) == (sign.reason, "consent")
    assert (evidence["protocol"], evidence["scope"]) == (sign.protocol, sign.scope)
    assert evidence["at"]
    assert (CLOSED in crawled.web.paths(host)) is sign.asked_for


@pytest.mark.parametrize("number", range(len(IMAGE_SIGNS)), ids=lambda number: str(IMAGE_SIGNS[number]))
def test_another_picture_of_the_same_host_is_kept(crawled: Crawled, number: int) -> None:
    url = crawled.web.url(OPEN, host=image_host(number))
    assert named(crawled, crawled.web.url("/gallery"), url) in crawled.kept


@pytest.mark.parametrize("number", range(len(PAGE_SIGNS)), ids=lambda number: " ".join(PAGE_SIGNS[number][:3]))
def test_nothing_of_a_page_that_says_no_is_kept_or_asked_for(crawled: Crawled, number: int) -> None:
    protocol, scope, *_ = PAGE_SIGNS[number]
    refusal = crawled.refused[named(crawled, crawled.web.url(page_path("closed", number)), crawled.web.url(OPEN))]
    assert (refusal["reason"], refusal["evidence"]["protocol"]) == ("consent.opt-out", protocol)
    assert refusal["evidence"]["scope"] == scope


@pytest.mark.parametrize("number", range(len(NEAR_MISSES)), ids=lambda number: str(NEAR_MISSES[number]))
def test_what_is_said_to_others_or_says_yes_is_no_refusal(crawled: Crawled, number: int) -> None:
    url = crawled.web.url(page_path("near", number + len(PAGE_SIGNS)))
    assert named(crawled, url, crawled.web.url(OPEN)) in crawled.kept


def test_exactly_what_is_permitted_is_kept(crawled: Crawled) -> None:
    assert crawled.summary["stored"] == len(IMAGE_SIGNS) + len(NEAR_MISSES)
    reasons = crawled.summary["refused"]
    assert reasons == {
        "consent.opt-out": len(IMAGE_SIGNS) - 3 + len(PAGE_SIGNS),
        "consent.robots": 1,
        "rights.reserved": 2,
    }
    assert crawled.summary["unsure"] == crawled.summary["failed"] == {}
