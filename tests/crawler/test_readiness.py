"""Claims about what keeps a crawl from beginning."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.deciding_settings import deciding, require_those_of
from crawler.readiness import require_detectors, require_judge_of_metadata, require_no_secret, require_terms
from filters.indexes.terms import load_terms
from storage.canonical import plain
from storage.errors import NotReady
from storage.runs import RunState, RunSummary
from tests.filters.stand_ins import TERM_LIST


def settings(detectors: object) -> Settings:
    return Settings({"LANGUAGE_DETECTORS": detectors})


@pytest.mark.parametrize("detectors", [["script", "eldc", "langdetect"], "eldc, langdetect", ["langdetect"]])
def test_detectors_that_are_there_keep_nobody(detectors: object) -> None:
    require_detectors(settings(detectors))


@pytest.mark.parametrize("detectors", ["", [], "fasttext", "eldc,eldc", "eldc,"])
def test_detectors_that_nobody_knows_are_not_ready(detectors: object) -> None:
    with pytest.raises(NotReady, match="LANGUAGE_DETECTORS may be script, eldc, langdetect"):
        require_detectors(settings(detectors))


def test_a_detector_whose_package_is_missing_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "filters.measure.languages.by_eldc", raising=False)
    monkeypatch.setitem(sys.modules, "eldc", None)
    with pytest.raises(NotReady, match="pip install eldc, or do without: -s LANGUAGE_DETECTORS=script,langdetect"):
        require_detectors(settings("script,eldc,langdetect"))


@pytest.mark.parametrize(
    ("lineup", "private_metadata"), [("image-shape", "remove"), ("image-shape", "keep"), ("safety", "keep")]
)
def test_private_metadata_is_kept_or_somebody_refuses_what_it_cannot_be_removed_from(
    lineup: str, private_metadata: str
) -> None:
    require_judge_of_metadata(Settings({"LINEUP": lineup, "PRIVATE_METADATA": private_metadata}))


def test_no_run_begins_without_the_filter_that_refuses_what_private_metadata_stays_in() -> None:
    with pytest.raises(NotReady, match=r"LINEUP leaves out image-shape.*type: -s PRIVATE_METADATA=keep"):
        require_judge_of_metadata(Settings({"LINEUP": "safety", "PRIVATE_METADATA": "remove"}))


def test_what_becomes_of_private_metadata_decides_what_is_stored() -> None:
    all_of_them = Settings()
    all_of_them.setmodule("settings.base")
    assert deciding(all_of_them)["private_metadata"] == "remove"


def test_who_tells_languages_decides_what_is_kept() -> None:
    all_of_them = Settings()
    all_of_them.setmodule("settings.base")
    all_of_them.set("LANGUAGE_DETECTORS", "eldc,langdetect")
    assert deciding(all_of_them)["language_detectors"] == ["eldc", "langdetect"]


def test_terms_for_captions_that_cannot_be_read_keep_a_run_from_beginning() -> None:
    require_terms("")
    with pytest.raises(NotReady, match="SAFETY_TERMS is no list of terms: it cannot be read"):
        require_terms("/nowhere/terms")


def test_a_run_is_held_to_what_its_file_of_terms_held(tmp_path: Path) -> None:
    before, now = tmp_path / "before.txt", tmp_path / "now.txt"
    before.write_text(TERM_LIST, "utf-8")
    now.write_text(f"{TERM_LIST}\nsexual en quimbo\n", "utf-8")
    run = started(deciding(with_terms(str(before))))
    require_those_of(run, with_terms(str(before)))
    with pytest.raises(NotReady, match=r"repeat them: -s SAFETY_TERMS=\S+before.txt\n"):
        require_those_of(run, with_terms(str(now)))
    now.rename(before)
    load_terms.cache_clear()  # as in the process that goes on with it
    revision = run.settings["safety_terms_revision"]
    with pytest.raises(NotReady, match=f"SAFETY_TERMS names has changed .* that of revision {revision}"):
        require_those_of(run, with_terms(str(before)))
    assert deciding(with_terms(""))["safety_terms_revision"] == ""
    assert deciding(with_terms("/nowhere/terms"))["safety_terms_revision"] == ""


def with_terms(path: str) -> Settings:
    found = Settings()
    found.setmodule("settings.base")
    found.set("SAFETY_TERMS", path)
    return found


def started(settings: dict[str, object]) -> RunSummary:
    return RunSummary(
        run_id="1",
        started_at=datetime(2026, 11, 1, tzinfo=UTC),
        finished_at=None,
        state=RunState.STOPPED,
        pages=0,
        pages_pending=1,
        pages_failed=0,
        candidates=0,
        stored=0,
        spider="site",
        arguments={},
        operator="ada",
        contact=None,
        legal_basis=None,
        settings=plain(settings),
        settings_digest="",
        revisions={},
        policy_digest=None,
        epoch=1,
        code_version="0",
        provisional=False,
    )


def test_no_run_begins_with_a_secret_among_its_settings_and_none_is_repeated() -> None:
    given = Settings()  # Scrapy's own defaults have a password, which is everybody's
    given.setmodule("settings.base")
    require_no_secret(given)
    given.set("DATABASE_URL", "postgresql://clara:s3cret@host/db", priority="cmdline")
    given.set("FTP_PASSWORD", "s3cret", priority="project")
    with pytest.raises(NotReady) as told:
        require_no_secret(given)
    assert [each.split()[0] for each in str(told.value).splitlines()] == ["DATABASE_URL", "FTP_PASSWORD"]
    assert "s3cret" not in str(told.value)
