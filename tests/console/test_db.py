import stat
from pathlib import Path

from tests.console.conftest import Altsieve


def test_upgrading_lays_down_tables_and_keys_that_only_the_owner_can_read(empty: Altsieve) -> None:
    answer = empty("db", "upgrade")
    assert answer.code == 0
    assert answer.out.startswith(str(Path("data/altsieve.db").absolute()))
    for name in ("altsieve.signing-key", "altsieve.hmac-key"):
        assert stat.S_IMODE(Path("data", name).stat().st_mode) == 0o600
    assert empty("pairs").code == 0


def test_upgrading_again_changes_nothing(altsieve: Altsieve) -> None:
    keys = [path.read_bytes() for path in sorted(Path("data").glob("*-key"))]
    assert altsieve("db", "upgrade", "--json").json["database"] == str(Path("data/altsieve.db").absolute())
    assert [path.read_bytes() for path in sorted(Path("data").glob("*-key"))] == keys


def test_the_database_is_where_the_settings_say(empty: Altsieve) -> None:
    assert empty("db", "upgrade", "-s", "DATABASE_URL=sqlite:///elsewhere/a.db").code == 0
    assert Path("elsewhere/a.db").exists()
    assert empty("pairs").code == 3


def test_a_database_of_another_kind_is_not_ready(empty: Altsieve) -> None:
    answer = empty("db", "upgrade", "-s", "DATABASE_URL=nonsense")
    assert answer.code == 3
    assert "sqlite:///" in answer.err
