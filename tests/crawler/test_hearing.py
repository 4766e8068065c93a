"""What cannot be recorded with what it rests on counts as not asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from scrapy.http import HtmlResponse

from crawler.consent_documents import ConsentDocuments
from crawler.gates import HostGivenUp
from crawler.hearing import Hearing
from crawler.origins import Origins
from crawler.own_requests import Answer, NoAnswer
from crawler.readings import Get
from filters.candidate import Candidate
from filters.signals.page import PageStatements
from filters.signals.signal import Document, Protocol, Saying, Says, Scope, Signal
from tests.crawler import pairs

RSL = b'<rsl><content url="/harbour.jpg"><license><prohibits type="usage">all</prohibits></license></content></rsl>'
LINKED = PageStatements(rsl_links=("http://page.example/rsl.xml",))
PAGE = HtmlResponse("http://page.example/")


async def licence(url: str) -> Answer | NoAnswer:
    return Answer(status=200, body=RSL)


async def given_up(url: str) -> Answer | NoAnswer:
    raise HostGivenUp


def hearing(get: Get = licence, *, most_bytes: int = 1000) -> Hearing:
    documents = ConsentDocuments(most_bytes)
    origins = Origins(get, documents, agent="Altsieve", protocols=tuple(map(str, Protocol)))
    return Hearing(origins=origins, documents=documents, agent="Altsieve")


def asked(name: str) -> Candidate:
    found = pairs.candidate(name)
    return replace(found, visit=replace(found.visit, consent=()))


def signal(document: Document) -> Signal:
    saying = Saying(protocol=Protocol.TDMREP, says=Says.UNKNOWN, found_in="tdmrep.json", raw="")
    return Signal(
        saying=saying, scope=Scope.IMAGE_HOST, url="http://a.example/", at=pairs.NOW, document=document.sha256
    )


def heard_of(candidates: Sequence[Candidate]) -> list[list[str] | None]:
    said = [each.visit.consent for each in candidates]
    return [None if each is None else [one.saying.says.value for one in each] for each in said]


def test_a_licence_of_a_page_speaks_of_the_pictures_that_it_covers() -> None:
    shown = [asked("harbour"), asked("lighthouse")]
    assert heard_of(asyncio.run(hearing().of_pictures(shown, PAGE, LINKED))) == [["deny"], []]
    assert asyncio.run(hearing().of_pictures(shown, PAGE, PageStatements())) == shown


def test_a_licence_that_finds_no_room_or_whose_host_is_left_alone_was_not_asked() -> None:
    for each in (hearing(most_bytes=3), hearing(given_up)):
        assert heard_of(asyncio.run(each.of_pictures([asked("harbour")], PAGE, LINKED))) == [None]
        assert asyncio.run(each.of_page(asked("harbour").visit, PAGE, LINKED)).consent is None


def test_of_a_page_that_passed_no_gate_nothing_is_asked_afterwards() -> None:
    visit = replace(asked("harbour").visit, consent=None)
    assert asyncio.run(hearing().of_page(visit, PAGE, LINKED)) is visit


def test_a_picture_whose_documents_are_gone_was_not_asked_for_this_page() -> None:
    body = b"[]"
    document = Document(sha256=sha256(body).hexdigest(), kind="tdmrep.json", body=body)
    fetched = replace(pairs.fetched(), consent=(signal(document),))
    known = hearing()
    assert known.with_documents("page", fetched).consent is None
    assert known.documents.hold(document)
    assert known.with_documents("page", fetched) is fetched
    assert known.named_in({"document": document.sha256}) == (document,)
    assert known.named_in({"status": 404}) == ()
