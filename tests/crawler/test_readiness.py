"""Claims about what keeps a crawl from beginning."""

import sys

import pytest
from scrapy.settings import Settings

from crawler.deciding_settings import deciding
from crawler.readiness import require_detectors, require_terms
from storage.errors import NotReady


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


def test_who_tells_languages_decides_what_is_kept() -> None:
    all_of_them = Settings()
    all_of_them.setmodule("settings.base")
    all_of_them.set("LANGUAGE_DETECTORS", "eldc,langdetect")
    assert deciding(all_of_them)["language_detectors"] == ["eldc", "langdetect"]


def test_terms_for_captions_that_cannot_be_read_keep_a_run_from_beginning() -> None:
    require_terms("")
    with pytest.raises(NotReady, match="SAFETY_TERMS is no list of terms: it cannot be read"):
        require_terms("/nowhere/terms")
