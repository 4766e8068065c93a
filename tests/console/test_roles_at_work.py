"""Type the real commands under each role of storage/roles.sql, on a server that asks for a password."""

import hashlib
import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from console.cli import main
from console.demo.pictures import jpeg
from console.web.views import Views
from storage.database import Database
from storage.incidents import new_key_pair
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.objects import ObjectStore
from storage.reviews import Reviews
from tests import models
from tests.console.web.serving import serving_views
from tests.mock_site import page, picture, serving
from tests.storage.logins import AUDITOR, CRAWLER, OFFICER, Logins, logins

KNOWN = "hills-at-dusk"
SETTINGS = {"ALLOW_NETWORKS": "127.0.0.0/8", "INSPECTION_WORKERS": "1", **models.SETTINGS}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A run that kept two pairs and met known material, in a database with a login for each role."""

    logins: Logins
    run: str
    pair: str
    image: str
    event: str
    beside: str
    url: str

    def type(self, role: str | None, line: str) -> tuple[int, str]:
        """Return exit code and all that was said; None is the owner."""
        names = {name: getattr(self, name) for name in ("run", "pair", "image", "event", "beside", "url")}
        return _type(self.logins, role, line.format(**names, host=urlsplit(self.url).hostname))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("scene")
    with logins(folder / "state") as opened, pytest.MonkeyPatch.context() as patch, serving() as web:
        patch.chdir(folder)
        private, public = new_key_pair()
        Path("officer.key").write_text(private)
        Path("officer.key").chmod(0o600)
        Path("hosts.txt").write_text("blocked.example\n")
        Path("known.txt").write_text(hashlib.sha256(jpeg(KNOWN)).hexdigest())
        patch.delenv("SCRAPY_SETTINGS_MODULE", raising=False)
        given = {**SETTINGS, "STATE_FOLDER": str(opened.folder), "OBJECTS_URL": f"file://{folder}/objects"}
        for name, value in {**given, "INCIDENT_PUBLIC_KEY": public}.items():
            patch.setenv(f"ALTSIEVE_{name}", value)
        imported = "hashlist import known.txt --name known --type sha256 --synthetic"
        code, said = _type(opened, CRAWLER, imported)
        assert code == 0, said
        links = [page(picture("castle"), picture("teapot")), page(picture(KNOWN))]
        code, said = _type(opened, CRAWLER, f"crawl {web.url(page(picture('kite'), links=links))} --depth 1 --json")
        assert code == 0, said
        run = json.loads(said)
        assert (run["stored"], run["refused"]) == (3, {"hash.on-list": 1})
        pairs = _lines(opened, CRAWLER, "pairs --json")
        (event,) = _lines(opened, OFFICER, "incidents list --json")
        yield Scene(
            logins=opened,
            run=run["run_id"],
            pair=pairs[0]["pair_id"],
            image=pairs[1]["image_sha256"],
            event=event["event_id"],
            beside=pairs[2]["pair_id"],
            url=web.url(page(picture("kite"), links=links)),
        )


WORKS = {
    AUDITOR: (
        "runs",
        "runs show {run}",
        "report {run}",
        "pairs",
        "pairs --withdrawn",
        "refusals",
        "audit pair {pair}",
        "audit image {image}",
        "audit url {url}",
        "audit host {host}",
        "audit run {run}",
        "blocklist list",
        "blocklist test https://pages.example/",
        "blocklist impact hosts.txt",
        "hashlist list",
        "sources list",
        "verify",
    ),
    OFFICER: (
        "incidents list",
        "incidents show {event}",
        "incidents show {event} --key officer.key --why 'to report it'",
        "incidents export {event} --format json --key officer.key --why 'to report it'",
        "incidents hosts --key officer.key",
        "incidents hold {event} --why 'an order'",
        "incidents hold {event} --off --why 'an order'",
        "incidents submitted {event} --report-id 7 --why 'sent'",
        "incidents close {event} --why 'done'",
    ),
    CRAWLER: (
        "blocklist add ads.example --why 'advertising'",
        "blocklist allow good.ads.example --why 'checked'",
        "blocklist remove ads.example --why 'agreed'",
        "blocklist import hosts.txt --name partners",
        "blocklist list",
        "hashlist add abababababababababababababababab --type md5 --name by-hand --why 'a test'",
        "hashlist list",
        "sources add museum.example --licence CC0-1.0 --why 'their terms'",
        "runs",
        "pairs",
        "refusals",
        "report {run}",
        "audit pair {pair}",
        "rescan",
        "withdraw --pair {pair} --why 'asked to' --by ada",
        "withdraw --image {image} --why 'asked to' --by ada",
    ),
}
DENIED = (
    (AUDITOR, "blocklist add ads.example --why 'advertising'"),
    (AUDITOR, "withdraw --pair {beside} --why 'asked to' --by ada"),
    (AUDITOR, "rescan"),
    (AUDITOR, "incidents list"),
    (AUDITOR, "incidents close {event} --why 'done'"),
    (AUDITOR, "db upgrade"),
    (OFFICER, "pairs"),
    (OFFICER, "blocklist add ads.example --why 'advertising'"),
    (OFFICER, "withdraw --pair {beside} --why 'asked to' --by ada"),
    (CRAWLER, "incidents list"),
    (CRAWLER, "incidents show {event} --key officer.key --why 'to see it'"),
    (CRAWLER, "incidents close {event} --why 'done'"),
    (CRAWLER, "incidents purge --id {event} --why 'to hide it'"),
)


def test_each_role_does_its_work_and_that_of_no_other(scene: Scene) -> None:
    """In one order, because what one has done is what the next one finds."""
    works = [(role, line) for role in (AUDITOR, OFFICER, CRAWLER) for line in WORKS[role]]
    wrong = {line: said for role, line in works if (said := scene.type(role, line))[0] != 0}
    assert not wrong, wrong
    denied = {(role, line): scene.type(role, line) for role, line in DENIED}
    assert not {each: said for each, said in denied.items() if said[0] != 3 or "may not do this" not in said[1]}
    assert scene.type(AUDITOR, "verify") == (
        0,
        "nothing found wrong: ledger, checkpoints, database and objects agree\n",
    )
    assert "1 purged" in scene.type(OFFICER, "incidents purge --id {event} --why 'kept for a year'")[1]
    assert scene.type(AUDITOR, "verify")[0] == 0
    assert scene.type(None, "db upgrade")[0] == 0


def test_the_page_shows_the_auditor_everything_and_a_crawler_no_incident(scene: Scene) -> None:
    shown = {role: _shown(scene, role) for role in (AUDITOR, CRAWLER)}
    assert {path: status for path, (status, _) in shown[AUDITOR].items() if status != 200} == {}
    assert scene.event in shown[AUDITOR]["/incidents"][1]
    status, text = shown[CRAWLER]["/incidents"]
    assert status == 503
    assert "may not do this" in text
    assert scene.event not in text


def _no_objects() -> ObjectStore:
    raise AssertionError("no picture is asked for")


def _shown(scene: Scene, role: str) -> dict[str, tuple[int, str]]:
    """Return what every view that needs no name answers when the database is opened under a role."""
    db = Database.open(scene.logins.url(role), scene.logins.folder)
    try:
        ledger = Ledger(db, KeyRing.load(db.folder))
        reviews = Reviews(db=db, ledger=ledger, expires_days=30)
        with serving_views(Views(db=db, ledger=ledger, objects=_no_objects, looks=tuple, reviews=reviews)) as web:
            paths = (
                "/",
                "/runs",
                f"/runs/{scene.run}",
                "/pairs",
                "/refusals",
                "/lists",
                "/incidents",
                "/review",
                "/metrics",
            )
            return {path: (answer.status, answer.text) for path in paths for answer in (web.get(path),)}
    finally:
        db.close()


def _type(opened: Logins, role: str | None, line: str) -> tuple[int, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALTSIEVE_DATABASE_URL", opened.owner_url if role is None else opened.url(role))
        result = CliRunner().invoke(main, shlex.split(line), prog_name="altsieve")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def _lines(opened: Logins, role: str, line: str) -> list[Any]:
    return [json.loads(each) for each in _type(opened, role, line)[1].splitlines()]
