from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from console.report import _suggestions
from console.report_page import report_page
from console.run_survey import survey
from filters.verdict import Evidence, Outcome, Verdict
from storage.canary_results import CanaryResult, save_canary_results
from storage.host_shares import HostShare
from storage.runs import Runs
from storage.tables import run, shadow
from tests.console.conftest import Altsieve, Recorded
from tests.console.interface import RUN_FIELDS
from tests.console.told import without_a_word
from tests.storage import samples
from tests.storage.one_crawl import crawling
from tests.storage.records import open_database, opened


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
    db = open_database(Path("data"))
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


def said(name: str, **evidence: str | int | float | bool | None) -> Verdict:
    return Verdict(outcome=Outcome.CLEAN, filter=name, filter_version="1", revision="r", evidence=evidence)


@pytest.fixture
def scored(altsieve: Altsieve) -> Recorded:
    """Return a command line beside a run with scores: one pair that is stored, and one whose caption does not fit."""
    with crawling(Path("data")) as crawl:
        page_id = crawl.new_page()
        refused = samples.refused(page_id, 2, reason="caption.mismatch")
        fits: Evidence = {"language": "de", "fits": 0.125, "fits needed": 0.5, "model": "fits"}
        verdicts = (said("language", language="de"), said("safety", calm=0.25), said("consistency", **fits))
        decision = replace(refused.decision, verdicts=(*verdicts, *refused.decision.verdicts))
        crawl.record(page_id, samples.kept(page_id, 1), replace(refused, decision=decision))
        with crawl.records.db.write() as conn:
            thresholds = {"consistency_min": {"fits": 0.5}, "safety_hold": {"calm": 0.3}}
            conn.execute(update(run).values(settings=thresholds))
            said_of = {"run_id": crawl.run.run_id, "filter": "alt-text", "reason": "alt.too-short"}
            conn.execute(insert(shadow), [{**said_of, "other": "", "count": 10}, {**said_of, "other": "-", "count": 4}])
        crawl.end()
        return Recorded(altsieve, crawl.run.run_id, ())


def recorded_fields(scored: Recorded) -> set[str]:
    """Return what a run says of itself, which its own page names."""
    return set(scored.altsieve("runs", "show", scored.run_id, "--json").json)


def test_scores_and_whom_it_keeps_least_are_told_to_programs(scored: Recorded) -> None:
    told = scored.altsieve("report", scored.run_id, "--threshold", "fits/de=0.1", "--json").json
    assert without_a_word(told, recorded_fields(scored)) == set()
    calm, fits = told["scores"]
    assert (calm["model"], calm["keeps"], calm["scored"], calm["never_reached"]) == ("calm", "below", 1, 1)
    assert (fits["model"], fits["keeps"], fits["thresholds"]) == ("fits", "at least", {"fits": 0.5})
    assert fits["bins"] == [{"low": 0.125, "high": 0.1259765625, "stored": 0, "not_stored": 1}]
    (other,) = told["thresholds"]
    assert (other["scored"], other["let_through"], other["never_reached"]) == (1, 1, 1)
    languages = {each["language"]: (each["kept"], each["judged"], each["reasons"]) for each in told["languages"]}
    assert languages == {"de": (0, 1, {"caption.mismatch": 1}), "decided before": (1, 1, {})}
    (domain,) = told["top_level_domains"]
    assert (domain["top_level_domain"], domain["kept"], domain["judged"], domain["share"]) == (".example", 1, 2, 0.5)
    (shadow_of,) = told["shadows"]
    assert (shadow_of["sampled"], shadow_of["alone"], shadow_of["share"]) == (10, 4, 0.4)
    assert shadow_of["low"] == pytest.approx(0.1682, abs=0.0001)


def test_scores_and_whom_it_keeps_least_are_told_to_people(scored: Recorded) -> None:
    out = scored.altsieve("report", scored.run_id, "--threshold", "fits=0.1", "--threshold", "none=1").out
    assert "scores of calm (safety)" in out
    assert "1 scored, 1 decided without; keeps at least fits 0.5" in out
    assert "1 that it stopped would have gone on to models and filters that never saw them" in out
    assert "none: no score of this model is in the run" in out
    assert "kept by language of the caption" in out
    assert "alt-text  alt.too-short  0       10       4      40%" in out


def test_sizes_of_what_is_held_are_told(recorded: Recorded) -> None:
    (size,) = recorded.altsieve("report", recorded.run_id, "--json").json["sizes"]
    assert size["pairs"] == 2
    assert size["low_px"] * 2 == size["high_px"]
    assert size["size_bytes"] > 0
    assert "kept by size of the picture" in recorded.altsieve("report", recorded.run_id).out


def test_of_a_run_that_goes_on_no_count_is_below_nought(scored: Recorded) -> None:
    with opened(Path("data")) as records:
        summary = Runs(records.db, records.ledger).show(scored.run_id)
        found = survey(records.db, replace(summary, candidates=0), ())
    assert (found.candidates, found.never_reached("calm")) == (2, 1)


def test_a_page_stays_small_whatever_the_run(scored: Recorded) -> None:
    with opened(Path("data")) as records:
        summary = Runs(records.db, records.ledger).show(scored.run_id)
        found = survey(records.db, summary, ())
    found.scores[0].thresholds |= {f"calm/{number}": 0.1 + number / 100 for number in range(30)}
    host = HostShare(host="a.example", candidates=9, stored=1, judged=3, refused=2, most_for=None, unsure=1)
    page = report_page(summary, found, [host] * 300)
    assert page.count("a.example") == 100
    assert "the 100 largest of 300" in page
    assert "25.0%" in page
    assert page.count('class="mark"') == 7
    assert "calm/29 0.39" in page


def test_a_run_without_models_says_nothing_of_scores(recorded: Recorded) -> None:
    assert "scores of" not in recorded.altsieve("report", recorded.run_id).out


@pytest.mark.parametrize("typed", ["opennsfw", "=0.5", "opennsfw=", "opennsfw=much", "a=nan", "a=inf"])
def test_a_threshold_that_is_none_is_wrong_usage(recorded: Recorded, typed: str) -> None:
    answer = recorded.altsieve("report", recorded.run_id, "--threshold", typed)
    assert (answer.code, "--threshold opennsfw=0.3" in answer.err) == (2, True)


def test_a_page_shows_numbers_and_no_caption_and_no_address_of_a_picture(scored: Recorded) -> None:
    scored.altsieve("report", scored.run_id, "--threshold", "fits=0.1", "--html", "report.html")
    page = Path("report.html").read_text()
    assert page.count("<svg") == 4
    assert "Of 2 candidates 1 were stored." in page
    assert "1 pairs with 0.0 MB" in page
    assert all(words in page for words in ("Scores of calm", "Scores of fits", "caption.mismatch", ".example"))
    assert "a caption" not in page
    assert "https://" not in page
    assert ".jpg" not in page
