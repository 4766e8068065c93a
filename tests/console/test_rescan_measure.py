"""Other models look at what is stored, in processes of their own; nothing is taken back because they did not."""

from pathlib import Path

import pytest

from console.exit_code import ExitCode
from tests.console.conftest import Altsieve, Answer
from tests.crawler.crawls import LOOPBACK, Place
from tests.mock_site import Reply, picture, serving


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Keep two pairs; each test has them measured by another model than those before it."""
    place = Place.made_in(tmp_path_factory.mktemp("held"))
    with serving() as web:
        shown = (f'<img src="{picture(name)}" alt="A {name} above the beach on a windy day">' for name in SCENES)
        web.answers["/page"] = Reply(body="".join(shown).encode())
        assert place.crawl(web.url("/page")).counts()["stored"] == len(SCENES)
    return place


SCENES = ("kite", "hills-at-dusk")


def rescan(
    altsieve: Altsieve, place: Place, *options: str, verb: str = "rescan", form: str = "json", **settings: str
) -> Answer:
    said = {
        **LOOPBACK,
        **place.whereabouts,
        **settings,
    }
    given = (part for name, value in said.items() for part in ("-s", f"{name}={value}"))
    return altsieve(verb, *options, *(("--json",) if form == "json" else ()), *given)


def pairs(altsieve: Altsieve, place: Place) -> list[dict[str, float]]:
    return [each["safety_scores"] for each in rescan(altsieve, place, verb="pairs").json_lines]


def test_what_is_stored_is_scored_by_models_of_today_and_then_judged_by_them(empty: Altsieve, place: Place) -> None:
    newer = {"SAFETY_MODELS": "tests.models:newer"}
    waiting = rescan(empty, place, **newer)
    assert (waiting.code, waiting.json["not_judged"], waiting.json["withdrawn"]) == (
        ExitCode.FOUND,
        {"model.not-ready": 2},
        {},
    )
    before = pairs(empty, place)
    done = rescan(empty, place, "--measure", **newer)
    assert (done.code, done.json["state"], done.json["scored"], done.json["withdrawn"]) == (
        ExitCode.DONE,
        "done",
        2,
        {},
    )
    after = pairs(empty, place)
    assert [set(each) for each in after] == [{"calm"}, {"calm"}]
    assert all(now["calm"] > then["calm"] for now, then in zip(after, before, strict=True))
    assert rescan(empty, place, "--measure", **newer).json["scored"] == 0


@pytest.mark.parametrize(
    ("model", "measured"),
    [("tests.models:missing", ExitCode.NOT_READY), ("tests.models:always_0", ExitCode.NOT_READY)],
)
def test_a_model_that_is_not_ready_takes_nothing_back(
    empty: Altsieve, place: Place, model: str, measured: ExitCode
) -> None:
    answer = rescan(empty, place, "--measure", SAFETY_MODELS=model)
    assert (answer.code, answer.out) == (measured, "")
    assert "calm" in answer.err
    assert len(pairs(empty, place)) == len(SCENES)


def test_without_a_model_that_is_missing_it_says_so_and_goes_on(empty: Altsieve, place: Place) -> None:
    answer = rescan(empty, place, SAFETY_MODELS="tests.models:missing")
    assert (answer.code, answer.json["not_judged"]) == (ExitCode.FOUND, {"model.not-ready": 2})
    assert answer.json["problem"].splitlines()[-1] == "calm is not installed; type: uv pip install calm"


def test_objects_that_models_cannot_look_at_stay(empty: Altsieve, place: Place) -> None:
    bodies = place.objects()
    for key, body in bodies.items():
        place.tamper(key, body[: len(body) // 2])
    answer = rescan(empty, place, "--measure", SAFETY_MODELS="tests.models:latest")
    for key, body in bodies.items():
        place.tamper(key, body)
    assert (answer.code, answer.json["not_judged"], answer.json["scored"]) == (
        ExitCode.FOUND,
        {"model.not-ready": 2},
        0,
    )


def test_what_models_of_today_refuse_is_withdrawn(empty: Altsieve, place: Place, tmp_path: Path) -> None:
    again = place.copy_to(tmp_path / "copy")
    answer = rescan(empty, again, "--measure", CONSISTENCY_MODELS="tests.models:latest_misfits")
    assert (answer.code, answer.json["withdrawn"]) == (ExitCode.DONE, {"caption.mismatch": 2})
    assert pairs(empty, again) == []


def test_people_are_told_what_to_type_next(empty: Altsieve, place: Place) -> None:
    waiting = rescan(empty, place, form="text", SAFETY_MODELS="tests.models:latest").out
    assert "could not judge 2: model.not-ready, not measured by today's models\n" in waiting
    assert waiting.endswith("type: altsieve rescan --measure\n")
    missing = rescan(empty, place, form="text", SAFETY_MODELS="tests.models:missing").out
    assert "calm is not installed; type: uv pip install calm" in missing
    assert missing.endswith("once that is mended, type: altsieve rescan\n")
