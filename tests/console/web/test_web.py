import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest

from console.web.headers import HEADERS
from storage.errors import DatabaseNotReady
from tests.console.web.serving import serving
from tests.console.web.shown import LISTED, MANY, Shown, showing
from tests.storage import samples
from tests.storage.one_crawl import crawling


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with showing(tmp_path_factory.mktemp("shown")) as shown:
        yield shown


class Elements(HTMLParser):
    """Every element of a page with its attributes, as a browser understands it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def links(text: str) -> list[str]:
    return [
        unescape(value) for _, named in Elements(text).found for name in ("href", "src") if (value := named.get(name))
    ]


def test_every_view_answers_and_asks_nobody_else(shown: Shown) -> None:
    for path in shown.views:
        answer = shown.web.get(path)
        assert answer.status == 200, path
        assert answer.headers.items() >= {name.lower(): value for name, value in HEADERS.items()}.items()
        assert "server" not in answer.headers
        assert all(each.startswith(("/", "#")) and not each.startswith("//") for each in links(answer.text)), path
        forbidden = {"script", "iframe", "object", "style"} | (set() if "picture=shown" in path else {"img"})
        assert not {tag for tag, _ in Elements(answer.text).found} & forbidden


def test_every_link_leads_somewhere(shown: Shown) -> None:
    followed = {each for path in shown.views for each in links(shown.web.get(path).text)}
    found = {path: shown.web.get(path).status for path in followed if path.startswith("/")}
    assert {path: status for path, status in found.items() if status != 200} == {}
    assert len(found) > 20


def test_what_comes_from_the_web_is_shown_and_obeyed_by_no_browser(shown: Shown) -> None:
    trail = shown.web.get(f"/pairs/{shown.pair_ids[0]}").text
    assert "&lt;script&gt;alert(&#39;a caption&#39;)&lt;/script&gt; &amp; &#34;more&#34; \\u202etxt" in trail
    refusals = shown.web.get("/refusals").text
    assert "&#34;&gt;&lt;img src=x onerror=alert(1)&gt;" in refusals
    host = shown.web.get("/hosts/pages.example").text
    assert "&lt;b&gt;asked&lt;/b&gt; us" in host
    for text in (trail, refusals, host):
        assert not any(name.startswith("on") for _, named in Elements(text).found for name in named)


def test_a_list_is_walked_by_key_and_each_row_is_shown_once(shown: Shown) -> None:
    for view, expected in (("/pairs", MANY), ("/refusals", MANY + 2)):
        place: str | None = view
        seen: list[str] = []
        pages = 0
        while place is not None:
            text = shown.web.get(place).text
            pages += 1
            seen += re.findall(r"<tr><td>(.*?)</td>.*?(?=</tr>)", text, re.DOTALL)
            place = next((each for each in links(text) if "older=" in each), None)
        assert pages == 2
        assert len(seen) == expected
    pairs = {each for path in ("/pairs",) for each in links(shown.web.get(path).text) if each.startswith("/pairs/")}
    assert pairs == {f"/pairs/{each}" for each in shown.pair_ids[-50:]}


def test_the_overview_counts_what_was_decided(shown: Shown) -> None:
    text = shown.web.get("/").text
    assert f"<strong>{MANY}</strong> were kept" in text
    assert f"candidates: {MANY * 2 + 4}" in text
    assert '<a href="/refusals?reason=alt.too-short">alt.too-short</a>' in text
    assert "hash.on-list" in text
    assert "reason=hash.on-list" not in text
    for by, count in (("alt-text", MANY), ("exact-hash", 1), ("page-incident", 1), ("the crawl", 1)):
        assert f'<tr><td>{by}</td><td class="number">{count}</td></tr>' in text
    assert f'<tr><td>alt-text</td><td class="number">{MANY}</td></tr>' in shown.web.get(f"/runs/{shown.run_id}").text


def test_nothing_names_where_a_match_was(shown: Shown) -> None:
    told = "".join(shown.web.get(path).text for path in [*shown.views, "/refusals?reason=hash.on-list"])
    for secret in ("/600.jpg", "/601.jpg", "incident</bdi>", samples.SECRET_HASH):
        assert secret not in told


def test_two_runs_stand_side_by_side(shown: Shown) -> None:
    text = shown.web.get(f"/runs/{shown.run_id}/beside").text
    kept = 100 * MANY / (MANY * 2 + 4)
    assert f'<tr><th scope="row">kept</th><td class="number">{kept:.1f}</td><td class="number">0.0</td>' in text
    assert text.index(">kept<") < text.index(">alt.too-short<")
    assert "Settings that are the same: 1<" in text
    assert shown.web.get(f"/runs/{shown.before}/beside").status == 404


def test_a_host_tells_how_much_of_it_was_kept_and_how_to_block_it(shown: Shown) -> None:
    text = shown.web.get("/hosts/pages.example").text
    assert f"Of {MANY * 2 + 2} candidates" in text  # neither the match nor what stood beside it
    assert f"<strong>{MANY}</strong> were kept" in text
    assert '<a href="/refusals?reason=alt.too-short">alt.too-short</a>' in text
    assert "<code>altsieve blocklist add pages.example --why TEXT</code>" in text
    assert "hash.on-list" not in text


def test_lists_are_shown_with_who_changed_them_and_no_hash(shown: Shown) -> None:
    everything = shown.web.get("/lists").text
    assert "case 7" in everything
    assert "ben" in everything
    history = shown.web.get("/lists/known").text
    assert '<td class="number">1</td>' in history
    for text in (everything, history):
        assert LISTED not in text


def test_incidents_are_shown_by_number_and_state_alone(shown: Shown) -> None:
    text = shown.web.get("/incidents").text
    assert shown.incident in text
    assert "<td>open</td>" in text
    assert shown.run_id not in text
    assert "hash." not in text


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("{pair}", "/pairs/{pair}"),
        (" {sha256} ", "/images/{sha256}"),
        ("{run}", "/runs/{run}"),
        ("alt.too-short", "/refusals?reason=alt.too-short"),
        ("Pages.Example", "/hosts/pages.example"),
        ("https://pictures.example/1.jpg", "/urls?url=https%3A%2F%2Fpictures.example%2F1.jpg"),
    ],
)
def test_what_is_typed_leads_to_its_view(shown: Shown, typed: str, leads_to: str) -> None:
    names = {"pair": shown.pair_ids[0], "sha256": shown.sha256, "run": shown.run_id}
    answer = shown.web.get("/search?q=" + quote(typed.format(**names)))
    assert (answer.status, answer.headers["location"]) == (303, leads_to.format(**names))
    assert shown.web.get(answer.headers["location"]).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/pairs/" + "0" * 32,
        "/pairs/../../etc/passwd",
        "/images/x",
        "/runs/x",
        "/runs/x/beside",
        "/lists/nothing",
        "/hosts/nowhere.example",
        "/hosts/a%20b",
        "/pairs?host=a%20b",
        "/urls",
        "/urls?url=x",
        "/search",
        "/search?q=" + quote("<script>"),
        "/static/../views.py",
        "/static/%2e%2e/views.py",
        "/static/..%2f..%2fcli.py",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(shown: Shown, path: str) -> None:
    answer = shown.web.get(path)
    assert answer.status == 404
    assert "<h1>Not found</h1>" in answer.text
    assert "import" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(shown: Shown, method: str) -> None:
    answer = shown.web.get("/pairs", method=method, body=b"x=1")
    assert (answer.status, "<h1>Not done</h1>" in answer.text) == (405, True)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "192.0.2.1"])
def test_a_page_of_another_site_that_leads_here_by_its_own_name_is_refused(shown: Shown, host: str) -> None:
    answer = shown.web.get("/", host=host)
    assert answer.status == 400
    assert "Overview" not in answer.text


ADDRESSES = ["/search?q=", "/urls?url=https://", "/pairs?older=", "/pairs/", "/hosts/"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_long_address_is_answered(shown: Shown, path: str) -> None:
    assert shown.web.get(path + "z" * 5_000).status in (200, 400, 404)


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_endless_address_is_answered_or_hung_up_on_and_others_are_answered(shown: Shown, path: str) -> None:
    with suppress(ConnectionError):  # past 64 KiB the server may hang up before it has read all: its answer is lost
        assert shown.web.get(path + "z" * 100_000).status in (200, 400, 404)
    assert shown.web.get("/").status == 200


def test_an_error_is_told_by_its_kind_alone(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise LookupError("https://secret.example/")

    monkeypatch.setattr("console.web.views.newest_pairs", failing)
    answer = shown.web.get("/pairs")
    assert answer.status == 500
    assert "LookupError" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_a_run_at_work_looks_again_and_one_that_has_ended_does_not(shown: Shown, tmp_path: Path) -> None:
    assert "<script" not in shown.web.get(f"/runs/{shown.run_id}").text
    with crawling(tmp_path) as crawl:
        with serving(tmp_path) as web:
            text = web.get(f"/runs/{crawl.run.run_id}").text
            script = web.get("/static/live.js")
        crawl.end()
    assert [named for tag, named in Elements(text).found if tag == "script"] == [
        {"src": "/static/live.js", "defer": None}
    ]
    assert "javascript" in script.headers["content-type"]


def test_what_the_role_may_not_see_is_said(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise DatabaseNotReady("the user of the database may not do this (permission denied for schema incidents)")

    monkeypatch.setattr("storage.incident_store.Incidents.numbers", failing)
    answer = shown.web.get("/incidents")
    assert answer.status == 503
    assert "permission denied for schema incidents" in answer.text
    assert shown.web.get("/lists").status == 200


def test_a_new_database_has_pages_too(tmp_path: Path) -> None:
    with serving(tmp_path / "new") as web:
        for path in ("/", "/runs", "/pairs", "/refusals", "/lists", "/incidents"):
            assert web.get(path).status == 200
        assert "altsieve crawl" in web.get("/").text


@pytest.mark.parametrize(
    "path",
    [
        *("/pairs/%00", "/images/%00", "/hosts/a%00.example", "/runs/%00", "/lists/%00", "/review/%00"),
        *("/search?q=%00", "/urls?url=%00", "/pairs?host=%00", "/refusals?reason=%00", "/review?after=%00"),
    ],
)
def test_what_no_database_can_be_asked_for_is_not_found(shown: Shown, path: str) -> None:
    assert shown.web.get(path).status == 404
