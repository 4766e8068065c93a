import json
import logging
from datetime import datetime
from pathlib import Path

from crawler.json_log import JsonLines
from crawler.log_format import QuietRecord
from tests.crawler.crawls import Place
from tests.mock_site import page, picture, serving

FIELDS = {"time", "level", "logger", "run", "message"}
HIDDEN = "http://images.example/secret.jpg"


def record(message: str, error: BaseException | None = None) -> logging.LogRecord:
    told = None if error is None else (type(error), error, error.__traceback__)
    return QuietRecord("storage.recorder", logging.ERROR, "f.py", 1, message, (), told)


def test_a_line_is_one_object_whatever_is_said() -> None:
    line = JsonLines().format(record('two\nlines, "quotes" and \u2028'))
    assert len(line.splitlines()) <= 2  # U+2028 is a line to Python, and none to JSON
    assert "\n" not in line
    said = json.loads(line)
    assert said["message"] == 'two\nlines, "quotes" and \u2028'
    assert (said["level"], said["logger"], said["run"]) == ("ERROR", "storage.recorder", None)
    assert datetime.fromisoformat(said["time"]).tzinfo is not None


def test_an_exception_is_told_by_its_type_and_place_only() -> None:
    try:
        int(f"{HIDDEN} with a caption")
    except ValueError as error:
        line = JsonLines().format(record(f"failed at {HIDDEN}", error))
    said = json.loads(line)
    assert "ValueError" in said["exception"]
    assert "test_json_log.py" in said["exception"]
    assert "secret" not in line
    assert "caption" not in said["exception"]


def test_a_crawl_writes_nothing_else_and_names_its_run(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        crawl = place.crawl(web.url(page(picture("kite"), "http://secret-neighbour.invalid/x.jpg")), LOG_JSON="True")
    lines = [json.loads(each) for each in place.log.read_text().splitlines()]
    assert all(set(each) >= FIELDS for each in lines)
    runs = [each["run"] for each in lines]
    first = runs.index(crawl.run_id)
    assert set(runs[:first]) <= {None}
    assert set(runs[first:]) == {crawl.run_id}
    assert any("stored" in each["message"] for each in lines[first:])
    assert "secret-neighbour" not in place.log.read_text()


def test_a_crawl_writes_plain_lines_unless_it_is_asked(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        place.crawl(web.url(page(picture("kite"))))
    assert not place.log.read_text().startswith("{")
