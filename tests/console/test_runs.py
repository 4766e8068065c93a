from tests.console.conftest import Altsieve, Recorded
from tests.console.interface import RUN_FIELDS


def test_no_run_yet_says_how_to_begin_one(altsieve: Altsieve) -> None:
    assert altsieve("runs").out == "no run yet; altsieve crawl https://example.org/ begins one\n"
    assert altsieve("runs", "--json").out == ""


def test_a_run_for_programs_has_the_promised_fields_and_adds_up(recorded: Recorded) -> None:
    shown = recorded.altsieve("runs", "show", recorded.run_id, "--json").json
    assert set(shown) >= RUN_FIELDS
    assert shown["run_id"] == recorded.run_id
    not_stored = sum(sum(shown[outcome].values()) for outcome in ("refused", "unsure", "failed"))
    assert shown["candidates"] == shown["stored"] + not_stored == 8
    assert recorded.altsieve("runs", "--json").json_lines == [shown]


def test_a_run_for_people_says_what_was_kept_and_what_was_not(recorded: Recorded) -> None:
    out = recorded.altsieve("runs", "show", recorded.run_id).out
    assert f"run {recorded.run_id} finished after" in out
    assert "kept        2\n" in out
    assert "            1  hash.on-list   " in out
    assert f"altsieve refusals --run {recorded.run_id}" in out


def test_runs_are_a_table_for_people(recorded: Recorded) -> None:
    titles, row = recorded.altsieve("runs").out.splitlines()
    assert titles.split() == ["run", "state", "started", "pages", "pairs", "kept", "refused", "unsure", "failed"]
    assert row.split()[0] == recorded.run_id
    assert row.split()[-6:] == ["3", "8", "2", "3", "2", "1"]
