"""Nothing that reaches a log names an address, whoever logs it and however."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.utils.log import logformatter_adapter
from twisted.python.failure import Failure

from crawler.log_format import QuietLogFormatter, QuietRecord, keep_quiet, redact
from crawler.not_kept import NotKept
from tests.crawler.pairs import candidate

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
