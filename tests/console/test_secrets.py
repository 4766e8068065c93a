"""Plant secrets wherever an operator may put one, and find none of them in what is said, logged or stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from console.cli import main
from storage.database import Database
from storage.errors import DatabaseUnavailable
from storage.keys import HMAC_KEY, SIGNING_KEY
from tests import models
from tests.console.conftest import Answer
from tests.mock_site import Web, page, picture, serving
from tests.storage.logins import CRAWLER, Logins, logins, password_of
from tests.storage.postgres import Postgres

PLANTED: Final = {
    "PGPASSWORD": "planted-in-libpq",
    "AWS_ACCESS_KEY_ID": "planted-access-key",
    "AWS_SECRET_ACCESS_KEY": "planted-secret-key",
    "AWS_SESSION_TOKEN": "planted-session-token",
    "ALTSIEVE_EXCHANGE_NCMEC_PASSWORD": "planted-for-an-exchange",
    "ALTSIEVE_MATCHER_HMA_PASSWORD": "planted-for-a-matcher",
    "ALTSIEVE_DATABASE_PASSWORD": "planted-under-a-name-that-nobody-reads",
}
SETTINGS: Final = {"ALLOW_NETWORKS": "127.0.0.0/8", "INSPECTION_WORKERS": "1", "LOG_LEVEL": "DEBUG", **models.SETTINGS}
WRONG: Final = "not-the-password"


@dataclass(frozen=True, kw_only=True)
class Host:
    """A machine with every secret in its environment, beside a server of PostgreSQL."""

    logins: Logins
    folder: Path
    web: Web
    said: list[str] = field(default_factory=list)

    def type(self, *words: str, **environment: str | None) -> Answer:
        """Type a command, with what the environment has or lacks; all that it says is searched at the end."""
        given: dict[str, str | None] = {
            **{f"ALTSIEVE_{name}": value for name, value in SETTINGS.items()},
            **PLANTED,
            "SCRAPY_SETTINGS_MODULE": None,
            "ALTSIEVE_STATE_FOLDER": str(self.logins.folder),
            "ALTSIEVE_OBJECTS_URL": f"file://{self.folder}/objects",
            "ALTSIEVE_DATABASE_URL": self.logins.url(CRAWLER),
            **environment,
        }
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            for name, value in given.items():
                patch.delenv(name, raising=False)
                if value is not None:
                    patch.setenv(name, value)
            done = CliRunner().invoke(main, words, prog_name="altsieve")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        self.said.append(done.output)
        return Answer(done.exit_code, done.stdout, done.stderr)

    def rows(self) -> Iterator[str]:
        """Yield every row of every table as text."""
        db = Database.open(self.logins.owner_url, self.logins.folder)
        tables = "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema IN "
        with db.read() as conn:
            for table in conn.execute(text(f"{tables} ('public', 'incidents')")).scalars().all():
                yield from conn.execute(text(f"SELECT t::text FROM {table} t")).scalars()  # noqa: S608 - our own tables
        db.close()


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("host")
    with logins(folder / "state") as opened, serving() as web:
        (folder / "known.txt").write_text("5e" * 32)
        (folder / "password").write_text(password_of(CRAWLER) + "\n")
        host = Host(logins=opened, folder=folder, web=web)
        imported = host.type("hashlist", "import", "known.txt", "--name", "made-up", "--type", "sha256", "--synthetic")
        assert imported.code == 0, imported.err
        yield host
        left = _texts(folder, opened)
        for secret in (password_of(CRAWLER), WRONG, *PLANTED.values()):
            assert not [where for where, said in left if secret in said], secret
            assert not [said for said in host.said if secret in said], secret
            assert not [row for row in host.rows() if secret in row], secret


def _texts(folder: Path, opened: Logins) -> list[tuple[Path, str]]:
    """Return all that lies about, the server's own log included; the keys and the password are where they belong."""
    files = [
        path for path in folder.rglob("*") if path.is_file() and path.name not in (SIGNING_KEY, HMAC_KEY, "password")
    ]
    files = [each for each in files if each.name != "pgpass"]
    return [(path, path.read_text(errors="replace")) for path in (*files, opened.server.folder / "log")]


def test_a_crawl_succeeds_and_is_told_of(host: Host) -> None:
    crawled = host.type("crawl", host.web.url(page(picture("kite"))), "-s", "DOWNLOAD_TIMEOUT=10")
    assert crawled.code == 0, crawled.out + crawled.err
    run = crawled.err.split()[1]
    for words in (["runs", "show", run], ["runs", "show", run, "--json"], ["doctor"], ["pairs"], ["report", run]):
        assert host.type(*words).code in (0, 3), host.said[-1]
    logs = [each.read_text() for each in (host.logins.folder / "logs").iterdir()]
    assert any("Overridden settings" in each for each in logs)


@pytest.mark.parametrize(
    "way", ["ALTSIEVE_DATABASE_URL", "PGPASSWORD", "PGPASSFILE", "ALTSIEVE_DATABASE_PASSWORD_FILE"]
)
def test_the_password_may_be_given_in_each_of_these_ways(host: Host, way: str) -> None:
    given = _given(host, way)
    without = {} if way == "ALTSIEVE_DATABASE_URL" else {"ALTSIEVE_DATABASE_URL": _without_password(host)}
    done = host.type("runs", **{**({"PGPASSWORD": ""} if way != "PGPASSWORD" else {}), **without, **given})
    assert done.code == 0, done.err


@pytest.mark.parametrize("words", [["runs"], ["db", "upgrade"], ["doctor"], ["crawl", "http://127.0.0.1/"]], ids=str)
def test_a_wrong_password_is_told_of_without_it(host: Host, words: list[str]) -> None:
    done = host.type(*words, ALTSIEVE_DATABASE_URL=host.logins.url(CRAWLER, password=WRONG))
    assert done.code == 3
    assert "does not take the password" in done.out + done.err


@pytest.mark.parametrize("words", [["runs"], ["verify"], ["crawl", "http://127.0.0.1/"]], ids=str)
def test_a_server_that_is_gone_is_told_of(host: Host, words: list[str]) -> None:
    nowhere = replace(host.logins, server=Postgres(folder=host.folder))
    gone = nowhere.url(CRAWLER)
    done = host.type(*words, ALTSIEVE_DATABASE_URL=gone)
    assert done.code == 3
    assert "cannot be reached" in done.err


def test_a_server_that_goes_away_at_work_is_told_of(host: Host) -> None:
    db = Database.open(host.logins.url(CRAWLER), host.logins.folder)

    def lose_it() -> None:
        with db.write() as conn:
            number = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
            host.logins.server.do(f"SELECT pg_terminate_backend({number})")
            conn.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnavailable, match="broke off") as told:
        lose_it()
    host.said.append(f"{told.value!r} {told.value.__cause__!r}")
    with db.read() as conn:
        assert conn.execute(text("SELECT 1")).scalar_one() == 1
    db.close()


@pytest.mark.parametrize(
    "assignment",
    [
        f"DATABASE_URL=postgresql://clara:{WRONG}@127.0.0.1/altsieve",
        f"DATABASE_URL=postgresql://clara:{WRONG}/@x@127.0.0.1/altsieve",
        f"DATABASE_URL=postgresql://clara@127.0.0.1/altsieve?password={WRONG}",
        f"OBJECTS_URL=s3://bucket/?endpoint_url=http://key:{WRONG}@127.0.0.1:1",
        f"AWS_SECRET_ACCESS_KEY={WRONG}",
        f"DATABASE_PASSWORD={WRONG}",
    ],
    ids=lambda each: str(each).partition("=")[0],
)
@pytest.mark.parametrize("words", [["runs"], ["crawl", "http://127.0.0.1/"]], ids=lambda each: str(each[0]))
def test_a_secret_on_the_command_line_is_refused_and_not_repeated(
    host: Host, words: list[str], assignment: str
) -> None:
    done = host.type(*words, "-s", assignment)
    assert done.code == 2
    assert "in the environment" in done.err or "AWS variables" in done.err


def test_a_password_in_a_settings_module_is_refused_and_not_repeated(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = f"from settings.base import *\nDATABASE_URL = 'postgresql://clara:{WRONG}@127.0.0.1/altsieve'\n"
    (tmp_path / "careless.py").write_text(module)
    monkeypatch.syspath_prepend(tmp_path)
    done = host.type("runs", SCRAPY_SETTINGS_MODULE="careless", ALTSIEVE_DATABASE_URL=None)
    assert done.code == 2
    assert "DATABASE_URL has a password" in done.err


def _given(host: Host, way: str) -> Mapping[str, str]:
    password = password_of(CRAWLER)
    if way == "ALTSIEVE_DATABASE_PASSWORD_FILE":
        return {way: str(host.folder / "password")}
    if way == "PGPASSFILE":
        path = host.folder / "pgpass"
        escaped = password.replace("\\", "\\\\").replace(":", "\\:")
        path.write_text(f"*:*:*:*:{escaped}\n")
        path.chmod(0o600)
        return {way: str(path)}
    return {way: password if way == "PGPASSWORD" else host.logins.url(CRAWLER)}


def _without_password(host: Host) -> str:
    return f"postgresql+psycopg://clara@/altsieve?host={host.logins.server.folder}"
