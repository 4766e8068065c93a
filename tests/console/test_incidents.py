import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from storage.incidents import PRIVATE_KEY_VARIABLE, new_key_pair
from tests import past_rules
from tests.console.conftest import Altsieve, Answer
from tests.storage.incidents import Office, office

PLACES = ("pictures.example", "pages.example", "a caption")


@dataclass(frozen=True)
class Desk:
    """The command line beside three incidents; `officer.key` opens them."""

    altsieve: Altsieve
    office: Office

    def __call__(self, verb: str, *arguments: str) -> Answer:
        return self.altsieve("incidents", verb, *arguments)

    def acts(self, event_id: str) -> list[str]:
        shown = self("show", event_id, "--json").json
        return [each["act"] for each in shown["acts"]]


@pytest.fixture
def desk(altsieve: Altsieve, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.delenv(PRIVATE_KEY_VARIABLE, raising=False)
    with office(Path("data")) as opened:
        Path("officer.key").write_text(opened.private_key)
        Path("officer.key").chmod(0o600)
        yield Desk(altsieve, opened)


def test_the_list_shows_how_each_stands_and_no_place(desk: Desk) -> None:
    answer = desk("list", "--json")
    assert answer.code == 0
    assert {each["state"] for each in answer.json_lines} == {"open"}
    assert desk("list", "--overdue").out == "no incident is overdue\n"
    for said in (answer.out, desk("list").out):
        assert not [each for each in PLACES if each in said]


def test_without_the_key_nothing_is_opened(desk: Desk) -> None:
    wanted = desk.office.reported[0]
    shown = desk("show", wanted)
    assert shown.code == 0
    assert "not opened" in shown.out
    for verb in (("export", wanted, "--format", "json"), ("hosts",)):
        refused = desk(*verb)
        assert refused.code == 3
        assert "--key FILE" in refused.err
    assert desk.acts(wanted) == []


def test_with_the_key_it_is_shown_and_that_is_recorded(desk: Desk) -> None:
    wanted = desk.office.reported[0]
    shown = desk("show", wanted, "--key", "officer.key", "--why", "a look", "--by", "grace")
    assert shown.code == 0
    assert "picture.url  https://pictures.example/" in shown.out
    assert "read by grace: a look" in shown.out
    assert "a caption" not in shown.out
    assert desk.acts(wanted) == ["read"]


def test_the_key_may_be_in_the_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PRIVATE_KEY_VARIABLE, desk.office.private_key)
    shown = desk("show", desk.office.suspect, "--json").json
    assert shown["record"]["verdict"]["reason"] == "hash.suspect"
    assert shown["record"]["viewed_by_a_person"] is False


@pytest.mark.parametrize("damage", ["others can read it", "another key", "no key"])
def test_a_key_that_does_not_open_records_nothing(desk: Desk, damage: str) -> None:
    key = Path("officer.key")
    if damage == "others can read it":
        key.chmod(0o644)
    else:
        key.write_text(new_key_pair()[0] if damage == "another key" else "no key")
    answer = desk("show", desk.office.suspect, "--key", "officer.key")
    assert answer.code in (1, 3)
    assert desk.office.private_key not in answer.err
    assert desk.acts(desk.office.suspect) == []


def test_json_holds_all_of_it_in_a_file_for_its_owner_only(desk: Desk) -> None:
    wanted = desk.office.reported[0]
    answer = desk("export", wanted, "--format", "json", "--to", "one.json", "--key", "officer.key")
    assert answer.code == 0
    assert "nothing was sent" in answer.out
    assert stat.S_IMODE(Path("one.json").stat().st_mode) == 0o600
    written = json.loads(Path("one.json").read_text())
    assert written["incident"]["state"] == "exported"
    assert written["record"]["digests"].keys() >= {"md5", "sha1", "sha256"}
    again = desk("export", wanted, "--format", "json", "--to", "one.json", "--key", "officer.key")
    assert again.code == 2
    assert desk.acts(wanted) == ["exported"]


def test_the_xml_is_a_report_of_the_person_who_submits_it(desk: Desk) -> None:
    wanted = desk.office.reported[0]
    person = ("--reporter", "Grace Brewster Hopper", "--email", "grace@office.example")
    answer = desk("export", wanted, "--format", "cybertipline", *person, "--key", "officer.key")
    root = ElementTree.fromstring(answer.out.encode())  # noqa: S314 - our own
    assert [each.text for each in root.findall("reporter/reportingPerson/*")] == [
        "Grace Brewster",
        "Hopper",
        "grace@office.example",
    ]
    asked = ("--report-id", "4711", "--file-id", "f1", "--json", "--key", "officer.key")
    files = desk("export", wanted, "--format", "cybertipline", *asked).json
    assert "<reportId>4711</reportId>" in files["document"]
    half = desk("export", wanted, "--format", "cybertipline", "--report-id", "4711")
    assert half.code == 2


def test_a_suspect_is_not_reported(desk: Desk) -> None:
    answer = desk("export", desk.office.suspect, "--format", "cybertipline", "--key", "officer.key")
    assert answer.code == 1
    assert "not to be reported" in answer.err
    assert desk.acts(desk.office.suspect) == []


def test_an_incident_goes_its_way(desk: Desk) -> None:
    wanted = desk.office.reported[0]
    for arguments, state in (
        (("export", wanted, "--format", "json", "--key", "officer.key", "--to", "1.json"), "exported"),
        (("submitted", wanted, "--report-id", "4711", "--why", "sent"), "submitted"),
        (("hold", wanted, "--why", "asked for"), "submitted"),
        (("hold", wanted, "--off", "--why", "lifted"), "submitted"),
        (("close", wanted, "--why", "taken over"), "closed"),
    ):
        assert desk(*arguments).code == 0
        assert desk("show", wanted, "--json").json["incident"]["state"] == state
    summary = desk("show", wanted, "--json").json["incident"]
    assert summary["report_ids"] == ["4711"]
    assert desk.acts(wanted) == ["exported", "submitted", "held", "released", "closed"]
    assert desk.altsieve("verify").code == 0


def test_what_is_held_cannot_be_purged_and_what_was_purged_cannot_be_read(desk: Desk) -> None:
    wanted = desk.office.reported[0]
    desk("hold", wanted, "--why", "asked for")
    assert desk("purge", "--id", wanted, "--why", "tidying").code == 1
    desk("hold", wanted, "--off", "--why", "lifted")
    assert desk("purge", "--id", wanted, "--why", "tidying", "--json").json["event_ids"] == [wanted]
    assert desk("show", wanted, "--key", "officer.key").code == 1
    assert desk("hosts", "--key", "officer.key").code == 0
    assert desk.altsieve("verify").code == 0


@pytest.mark.parametrize(("days", "purged"), [("1000000", 0), ("365", 1)])
def test_the_purge_of_the_expired_leaves_what_is_still_to_be_reported(desk: Desk, days: str, purged: int) -> None:
    past_rules.change(Path("data"), "UPDATE event SET day = '2020-02-29'")
    answer = desk("purge", "--expired", "--why", "a year", "-s", f"INCIDENT_RETENTION_DAYS={days}", "--json")
    assert len(answer.json["event_ids"]) == purged


@pytest.mark.parametrize("arguments", [(), ("--expired", "--id", "x")])
def test_what_is_to_be_purged_must_be_said_once(desk: Desk, arguments: tuple[str, ...]) -> None:
    assert desk("purge", *arguments, "--why", "tidying").code == 2


def test_hosts_with_many_incidents_are_proposed_and_each_read_is_recorded(desk: Desk) -> None:
    listed = {each["host"]: each for each in desk("hosts", "--key", "officer.key", "--json").json_lines}
    assert listed["pictures.example"] == {"host": "pictures.example", "incidents": 3, "proposed": True}
    few = desk("hosts", "--key", "officer.key", "-s", "INCIDENT_HOST_LIMIT=4", "--json").json_lines
    assert not any(each["proposed"] for each in few)
    assert desk.acts(desk.office.suspect) == ["read", "read"]


def test_a_new_key_is_for_its_owner_only_and_never_written_over(empty: Altsieve) -> None:
    made = empty("incidents", "keygen", "new.key", "--json").json
    assert stat.S_IMODE(Path("new.key").stat().st_mode) == 0o600
    private = Path("new.key").read_text().strip()
    assert private not in json.dumps(made)
    assert len(made["public_key"]) == len(private) == 64
    assert empty("incidents", "keygen", "new.key").code == 2
    assert Path("new.key").read_text().strip() == private


def test_a_sealed_incident_is_carried_to_the_key_and_opened_without_a_database(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = desk.office.reported[0]
    assert desk("export", wanted, "--format", "sealed", "--to", "one.txt").code == 0
    assert desk.acts(wanted) == ["read"]
    assert not [each for each in PLACES if each in Path("one.txt").read_text()]
    elsewhere = tmp_path_factory.mktemp("officer")
    for name in ("one.txt", "officer.key"):
        Path(name).rename(elsewhere / name)
    monkeypatch.chdir(elsewhere)
    opened = desk("unseal", "one.txt", "--format", "json", "--key", "officer.key")
    assert json.loads(opened.out)["record"]["event_id"] == wanted
    tip = ("unseal", "one.txt", "--format", "cybertipline", "--key", "officer.key")
    assert "<report>" in desk(*tip).out
    assert "<reportId>4711</reportId>" in desk(*tip, "--report-id", "4711", "--file-id", "a1").out
    assert desk(*tip, "--file-id", "a1").code == 2
    Path("officer.key").write_text(new_key_pair()[0])
    assert desk("unseal", "one.txt", "--format", "json", "--key", "officer.key").code == 1
    Path("one.txt").write_text("{}")
    assert desk("unseal", "one.txt", "--format", "json", "--key", "officer.key").code == 2
    assert not Path("data").exists()


def test_a_suspect_is_not_reported_from_a_sealed_file_either(desk: Desk) -> None:
    desk("export", desk.office.suspect, "--format", "sealed", "--to", "one.txt")
    answer = desk("unseal", "one.txt", "--format", "cybertipline", "--key", "officer.key")
    assert (answer.code, "not to be reported" in answer.err) == (1, True)
