from pathlib import Path

import pytest

from console.report import _suggestions
from storage.canary_results import CanaryResult, save_canary_results
from storage.database import Database
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


def test_what_canaries_prove_is_told(recorded: Recorded) -> None:
    db = Database.open("sqlite:///data/altsieve.db")
    try:
        found = (CanaryResult(edit="crop-5", injected=20, found=0), CanaryResult(edit="jpeg-50", injected=20, found=20))
        save_canary_results(db, recorded.run_id, found)
    finally:
        db.close()
    told = recorded.altsieve("report", recorded.run_id, "--json").json
    jpeg, crop = told["canaries"]
    assert (jpeg["edit"], jpeg["recall"], jpeg["found"], crop["edit"], crop["recall"]) == (
        "jpeg-50",
        1.0,
        20,
        "crop-5",
        0,
    )
    assert jpeg["low"] == pytest.approx(0.8389, abs=0.0001)
    assert jpeg["missed_at_most"] >= 2
    assert crop["missed_at_most"] is None
    out = recorded.altsieve("report", recorded.run_id).out
    assert "jpeg-50  20 of 20  100%" in out
    assert "83.9% to 100.0%" in out
    assert "The run took 1 for known material" in out


def test_a_run_without_canaries_says_nothing_of_them(recorded: Recorded) -> None:
    assert recorded.altsieve("report", recorded.run_id, "--json").json["canaries"] == []
    assert "canaries" not in recorded.altsieve("report", recorded.run_id).out
