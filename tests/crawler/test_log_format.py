"""Nothing that reaches a log names an address, whoever logs it and however."""

import logging
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.utils.log import logformatter_adapter
from twisted.python.failure import Failure

from crawler.log_format import QuietLogFormatter, QuietRecord, keep_quiet, redact
from crawler.not_kept import NotKept
from tests.crawler.crawls import Place
from tests.crawler.pairs import candidate
from tests.mock_site import page, picture, serving

HIDDEN = "http://images.example/secret.jpg"


@pytest.fixture
def log() -> Iterator[StringIO]:
    before, out = logging.getLogRecordFactory(), StringIO()
    handler = logging.StreamHandler(out)
    root = logging.getLogger()
    level = root.level
    keep_quiet()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.setLevel(level)
    root.removeHandler(handler)
    logging.setLogRecordFactory(before)


@pytest.mark.parametrize(
    "text",
    [
        f"<GET {HIDDEN}>",
        "HTTPS://Images.Example/secret.jpg took long",
        "data:image/png;base64,secret",
        "ftp://u:p@images.example/secret",
        "//images.example/secret.jpg",
        "file:///secret",
    ],
)
def test_addresses_are_taken_out(text: str) -> None:
    assert "secret" not in redact(text)


@pytest.mark.parametrize("text", ["a/b and 1/2", "time: 10:30", "page 01a2 fetch.failed"])
def test_other_text_stays(text: str) -> None:
    assert redact(text) == text


def test_arguments_of_a_message_are_quiet_too(log: StringIO) -> None:
    logging.getLogger("scrapy.core.engine").debug("Gave up %(request)s", {"request": Request(HIDDEN)})
    assert log.getvalue() == "Gave up <GET <address>\n"


def test_an_exception_is_told_by_its_type_and_place_only(log: StringIO) -> None:
    try:
        try:
            int(f"{HIDDEN} with the caption A secret")
        except ValueError as error:
            raise OSError("secret") from error
    except OSError:
        logging.getLogger("anything").exception("failed")
    said = log.getvalue()
    assert "secret" not in said
    assert said.index("OSError") < said.index("ValueError")
    assert "test_log_format.py" in said


def test_an_exception_among_what_is_said_is_told_by_its_type(log: StringIO) -> None:
    secret = ValueError("no such host: secret.example")
    failure = Failure(secret)  # type: ignore[no-untyped-call]  # Twisted has no type for it
    logging.getLogger("a").error("Gave up (failed %d times): %s", 3, secret)
    logging.getLogger("a").error("Error: %(why)s", {"why": failure})
    logging.getLogger("a").error(secret)
    assert log.getvalue() == "Gave up (failed 3 times): ValueError\nError: ValueError\nValueError\n"


def test_a_host_that_did_not_resolve_is_taken_out_of_a_text(log: StringIO) -> None:
    logging.getLogger("a").error("exception=Lost('DNS lookup failed: no results for hostname lookup: secret.example.')")
    assert log.getvalue() == "exception=Lost('DNS lookup failed: no results for hostname lookup: <address>\n"


def test_a_picture_on_a_host_that_does_not_resolve_leaves_no_host_in_the_log(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        shown = page("http://secret-neighbour.invalid/x.jpg", picture("kite"))
        crawl = place.crawl(web.url(shown))
    said = place.log.read_text() + (place.folder / "stderr").read_text()
    assert crawl.counts()["failed"] == {"fetch.failed": 1}
    assert "CannotResolveHostError" in said
    assert "secret-neighbour" not in said


def test_twisted_may_name_a_host_so_it_is_not_repeated(log: StringIO) -> None:
    logging.getLogger("twisted").critical("no results for hostname lookup: images.example")
    assert "images.example" not in log.getvalue()


def test_every_line_of_the_log_formatter_names_ids_only(log: StringIO) -> None:
    formatter, item = QuietLogFormatter(), candidate("secret")
    request = Request(HIDDEN, meta={"page_id": "01a2"})
    response = Response(HIDDEN, request=request)
    spider = Spider(name="pages")
    failure = Failure(ValueError(HIDDEN))  # type: ignore[no-untyped-call]  # Twisted has no type for it
    for said in (
        formatter.crawled(request, response, spider),
        formatter.scraped(item, response, spider),
        formatter.dropped(item, NotKept(item, "alt.missing"), response, spider),
        formatter.item_error(item, ValueError(HIDDEN), response, spider),
        formatter.spider_error(failure, request, response, spider),
        formatter.download_error(failure, Request(HIDDEN), spider),
    ):
        logging.getLogger("scrapy").log(*logformatter_adapter(said))
    lines = log.getvalue()
    assert len(lines.splitlines()) == 6
    assert "alt.missing" in lines
    assert "01a2" in lines
    for secret in ("secret", "images.example", "page.example"):
        assert secret not in lines


def test_records_are_quiet_whatever_makes_them() -> None:
    record = QuietRecord("a", logging.INFO, "f.py", 1, f"see {HIDDEN}", (), None)
    assert record.getMessage() == "see <address>"
