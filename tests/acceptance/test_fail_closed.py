"""With any part of the judging gone, nothing is stored, and the run says so loudly."""

from pathlib import Path

import pytest

from console.demo.lists import write_hashes
from settings.base import LINEUP
from tests.acceptance.workshop import LOOPBACK, Said, Workshop
from tests.mock_site import Web, page, picture


def _crawl(workshop: Workshop, web: Web, *arguments: str, module: str = "") -> Said:
    """Crawl one page with two innocent pictures, under settings of the test's own."""
    environment = dict(workshop.environment)
    if module:
        (workshop.folder / "tampered.py").write_text(f"from settings.base import *\n{module}\n")
        environment |= {"SCRAPY_SETTINGS_MODULE": "tampered", "PYTHONPATH": str(workshop.folder)}
    tampered = Workshop(folder=workshop.folder, environment=environment)
    seed = web.url(page(picture("kite"), (picture("market"), "Striped stalls of a market on a Saturday")))
    return tampered.run("crawl", seed, *LOOPBACK, *arguments)


def _nothing_is_stored(workshop: Workshop) -> bool:
    return workshop.ask("pairs") == [] and workshop.place.objects() == {}


def test_with_everything_in_place_both_pictures_are_stored(workshop: Workshop, web: Web) -> None:
    """Else the tests below would show nothing."""
    said = _crawl(workshop, web, module="")
    assert said.status == 0, said.all
    assert len(workshop.ask("pairs")) == 2


def test_settings_of_a_tests_own_are_taken(workshop: Workshop, web: Web) -> None:
    said = _crawl(workshop, web, module="IMAGE_MIN_SIDE_PX = 5000")
    assert "image.too-small" in said.out, said.all
    assert _nothing_is_stored(workshop)


@pytest.mark.parametrize("step", ["JudgeAddress", "JudgeImage", "FetchImage"])
def test_without_a_judging_step_nothing_is_stored(workshop: Workshop, web: Web, step: str) -> None:
    without = f"ITEM_PIPELINES = {{name: at for name, at in ITEM_PIPELINES.items() if not name.endswith('.{step}')}}"
    said = _crawl(workshop, web, module=without)
    assert said.status == 3, said.all
    assert step in said.err
    assert _nothing_is_stored(workshop)


@pytest.mark.parametrize("name", ["domain-blocklist", "exact-hash", "near-hash"])
def test_without_a_filter_of_the_floor_nothing_is_stored(workshop: Workshop, web: Web, name: str) -> None:
    lineup = ",".join(each for each in LINEUP if each != name)
    said = _crawl(workshop, web, "-s", f"LINEUP={lineup}")
    assert said.status == 3, said.all
    assert name in said.err
    assert _nothing_is_stored(workshop)


@pytest.mark.parametrize(
    ("filter_path", "instead"),
    [
        ("alt_text.AltText", "1 / 0"),
        ("exact_hash.ExactHash", "1 / 0"),
        ("near_hash.NearHash", "1 / 0"),
        ("duplicates.Duplicates", "1 / 0"),
        ("exact_hash.ExactHash", "True"),
        ("near_hash.NearHash", "None"),
    ],
)
def test_with_a_filter_that_raises_or_answers_nonsense_nothing_is_stored(
    workshop: Workshop, web: Web, filter_path: str, instead: str
) -> None:
    module, name = filter_path.split(".")
    said = _crawl(
        workshop, web, module=f"import filters.{module}\nfilters.{module}.{name}.judge = lambda *_: {instead}"
    )
    assert said.status == 1, said.all
    assert "filter.crashed" in said.out
    assert _nothing_is_stored(workshop)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE hash_entry SET value = 'not a hash' WHERE type = 'pdq'",
        "UPDATE hash_entry SET value = substr(value, 1, 10)",
        "DELETE FROM hash_entry",
        "UPDATE revision SET digest = replace(digest, substr(digest, 1, 1), 'x')",
    ],
)
def test_with_a_list_that_cannot_be_loaded_nothing_is_stored(
    workshop: Workshop, web: Web, tmp_path: Path, damage: str
) -> None:
    workshop.must("hashlist", "import", str(write_hashes(tmp_path / "hashes.csv")), "--name", "demo", "--synthetic")
    workshop.change(damage)
    for index in (workshop.folder / "data" / "indexes").glob("demo@*"):
        index.unlink()  # while it is as it was sealed it is what counts, whatever became of the rows
    said = _crawl(workshop, web)
    assert said.status in (1, 3), said.all
    assert "list" in said.err + said.out
    assert _nothing_is_stored(workshop)
