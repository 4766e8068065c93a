from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from console.web.acting import ACTS, Act, done
from console.web.application import application
from console.web.callers import Caller, Known, caller_of, form_token, know
from console.web.forms import MOST_BYTES, Form
from storage.operators import login_name
from storage.web_users import Role
from tests.console.web.serving import FORM, Answer, Web, running, serving_views


@dataclass(frozen=True, kw_only=True, slots=True)
class Noting:
    """Views with a form whose act notes what was sent and who did."""

    noted: list[tuple[str, str]] = field(default_factory=list)

    def routes(self) -> list[BaseRoute]:
        return [Route("/token", self.token), Act("/notes", self.note, fields=("text", "more"))]

    def token(self, request: Request) -> Response:
        return PlainTextResponse(form_token(request))

    def note(self, request: Request, form: Form) -> Response:
        self.noted.append((caller_of(request).name, form["text"] + form["more"]))
        return done("/token")


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted:
    web: Web
    views: Noting

    @property
    def token(self) -> str:
        return self.web.get("/token").text


@pytest.fixture
def noted() -> Iterator[Noted]:
    views = Noting()
    with serving_views(views) as web:
        yield Noted(web=web, views=views)


def test_a_form_of_our_own_page_acts_in_the_name_of_who_serves_it(noted: Noted) -> None:
    answer = noted.web.post("/notes", token=noted.token, text="a & b = \u00fc")
    assert (answer.status, answer.headers["location"]) == (303, "/token")
    assert noted.views.noted == [(login_name(), "a & b = \u00fc")]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "none", "Origin": ""},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:{port}"},
        {"Sec-Fetch-Site": "", "Origin": "http://127.0.0.1:{port}"},
    ],
)
def test_a_browser_says_in_several_ways_that_the_page_is_ours(noted: Noted, headers: dict[str, str]) -> None:
    told = {name: value.format(port=noted.web.port) for name, value in headers.items()}
    assert noted.web.post("/notes", told, token=noted.token, text="x").status == 303
    assert len(noted.views.noted) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "", "Origin": ""},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:{port}"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "http://127.0.0.1:{port}.evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "http://127.0.0.1"},
        {"Sec-Fetch-Site": "", "Origin": "https://127.0.0.1:{port}"},
        {"Sec-Fetch-Site": "", "Origin": "http://localhost:{port}"},
    ],
)
def test_a_form_of_another_site_does_nothing_even_with_the_token(noted: Noted, headers: dict[str, str]) -> None:
    told = {name: value.format(port=noted.web.port) for name, value in headers.items()}
    assert noted.web.post("/notes", told, token=noted.token, text="x").status == 403
    assert noted.views.noted == []


@pytest.mark.parametrize("token", [None, "", "x", "\u00fc", "x" * 43])
def test_a_form_without_its_token_does_nothing(noted: Noted, token: str | None) -> None:
    fields = {"text": "x"} if token is None else {"text": "x", "token": token}
    assert noted.web.post("/notes", **fields).status == 403
    assert noted.views.noted == []


def test_a_token_of_another_server_does_nothing(noted: Noted) -> None:
    with serving_views(Noting()) as other:
        token = other.get("/token").text
    assert noted.web.post("/notes", token=token, text="x").status == 403
    assert noted.views.noted == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_post_acts(noted: Noted, method: str) -> None:
    body = urlencode({"token": noted.token, "text": "x"})
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": FORM}
    assert noted.web.ask(method, f"/notes?{body}", headers, body.encode()).status == 405
    assert noted.views.noted == []


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "multipart/form-data; boundary=x", "application/json", f"{FORM}; charset=utf-7"]
)
def test_a_form_is_sent_in_one_way(noted: Noted, kind: str) -> None:
    assert noted.web.post("/notes", {"Content-Type": kind}, token=noted.token, text="x").status == 415
    assert noted.views.noted == []


def sent(noted: Noted, body: bytes) -> Answer:
    return noted.web.ask("POST", "/notes", {"Sec-Fetch-Site": "same-origin", "Content-Type": FORM}, body)


@pytest.mark.parametrize(
    "body",
    [
        "token={token}&text=x&admin=1",
        "token={token}&text=x&text=y",
        "token={token}&token={token}",
        "token={token}&text",
        "token={token}&text=%ff",
        "token={token}&text=%00",
        "token={token}&text=\u00fc",
        "token={token}" + "&text=x" * 100,
        "&&&",
    ],
)
def test_a_form_that_is_none_of_ours_does_nothing(noted: Noted, body: str) -> None:
    assert sent(noted, body.format(token=noted.token).encode()).status == 400
    assert noted.views.noted == []


def test_a_field_that_was_not_sent_is_empty(noted: Noted) -> None:
    assert sent(noted, f"token={noted.token}".encode()).status == 303
    assert noted.views.noted == [(login_name(), "")]


@pytest.mark.parametrize("more", [1, 100, 10_000_000])
def test_a_body_that_is_too_long_does_nothing(noted: Noted, more: int) -> None:
    body = f"token={noted.token}&text=".encode()
    longest = body + b"x" * (MOST_BYTES - len(body))
    assert sent(noted, longest).status == 303
    noted.views.noted.clear()
    try:
        assert sent(noted, longest + b"x" * more).status == 413
    except ConnectionError:  # it hung up before all was sent
        assert more > 100
    assert noted.views.noted == []
    assert noted.web.get("/token").status == 200


def test_who_acts_too_often_has_to_wait(noted: Noted) -> None:
    token = noted.token
    answers = [noted.web.post("/notes", token=token, text="x") for _ in range(ACTS.at_once + 5)]
    late = [each for each in answers if each.status == 429]
    assert late
    assert all(1 <= int(each.headers["retry-after"]) <= ACTS.every_s for each in late)
    assert len(noted.views.noted) == len(answers) - len(late) >= ACTS.at_once


def test_forged_forms_do_not_count_as_those_of_the_user(noted: Noted) -> None:
    for _ in range(ACTS.at_once + 5):
        assert noted.web.post("/notes", {"Sec-Fetch-Site": "cross-site"}, text="x").status == 403
    assert noted.web.post("/notes", token=noted.token, text="x").status == 303


@pytest.mark.parametrize("methods", [["POST"], ["GET", "DELETE"]])
def test_a_route_that_acts_unguarded_is_not_served(methods: list[str]) -> None:
    class Unguarded:
        def routes(self) -> list[BaseRoute]:
            return [Route("/unguarded", lambda request: PlainTextResponse(""), methods=methods)]

    with pytest.raises(TypeError, match="/unguarded"):
        application(Unguarded())


def test_an_operator_may_do_what_an_auditor_may_and_more() -> None:
    assert Role.OPERATOR.covers(Role.AUDITOR)
    assert Role.OPERATOR.covers(Role.OPERATOR)
    assert Role.AUDITOR.covers(Role.AUDITOR)
    assert not Role.AUDITOR.covers(Role.OPERATOR)


class AuditorsDoor:
    """Lets in one who only reads."""

    async def refused(self, request: Request) -> Response | None:
        know(request, Known(caller=Caller(name="ann", role=Role.AUDITOR), token="t"), signed_in=False)  # noqa: S106
        return None


def test_who_only_reads_does_nothing_even_with_the_token() -> None:
    views = Noting()
    with running(application(views, AuditorsDoor())) as port:
        web = Web(port=port)
        token = web.get("/token").text
        assert token == "t"  # noqa: S105
        answer = web.post("/notes", token=token, text="x")
    assert (answer.status, "needs the role operator" in answer.text, views.noted) == (403, True, [])
