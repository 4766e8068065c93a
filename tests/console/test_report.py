from pathlib import Path

from console.report import _suggestions
from storage.host_shares import HostShare
from tests.console.conftest import Altsieve, Recorded
from tests.console.interface import RUN_FIELDS


def test_a_report_for_programs_is_the_run_and_its_hosts(recorded: Recorded) -> None:
    told = recorded.altsieve("report", recorded.run_id, "--json").json
    assert set(told) >= RUN_FIELDS | {"hosts"}
    (host,) = told["hosts"]
    assert (host["host"], host["stored"], host["suggested"]) == ("pictures.example", 2, False)


def test_a_report_for_people_tells_hosts_and_suggests_none_without_reason(recorded: Recorded) -> None:
    out = recorded.altsieve("report", recorded.run_id).out
    assert f"run {recorded.run_id} finished" in out
    assert "pictures.example" in out
    assert "blocklist add" not in out


def test_a_suggestion_can_be_pasted() -> None:
    host = HostShare(host="ads.example", candidates=50, stored=1, judged=50, refused=49, most_for="image.too-small")
    line = list(_suggestions([host]))[-1]
    assert line == ("  altsieve blocklist add ads.example --why '49 of 50 pictures refused, most for image.too-small'")


def test_a_run_that_is_not_there_is_said(altsieve: Altsieve) -> None:
    assert altsieve("report", "nothing").code != 0
    assert Path("data").exists()
