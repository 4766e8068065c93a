"""With a model that is missing, altered or broken no run begins; one that breaks later gives no score that counts."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from crawler.model_pool import ModelLimits, ready_scoring
from crawler.run_models import cards_of, scorers_of, warnings_of
from crawler.scoring import Scoring
from crawler.worker_tasks import Asked, ScoreRequest
from filters.facts import Score
from filters.indexes.terms import load_terms
from filters.lineup import Thresholds
from filters.measure.glimpse import Glimpse
from filters.measure.models import manifest
from filters.measure.models.pinning import Told, pin
from filters.models import NO_MODELS, ModelCard, Models
from filters.safety import Safety
from filters.verdict import Outcome
from settings import base
from storage.errors import NotReady
from tests import models
from tests.filters.measure.models import tiny
from tests.filters.subjects import facts, subject

NUMBERS = ("SAFETY_DROP", "SAFETY_HOLD", "SAFETY_DROP_WITH_MINOR")
DARK = Glimpse(width_px=8, height_px=8, rgb=bytes(192))


def settings_of(**more: Any) -> Settings:
    made = Settings({name: value for name, value in vars(base).items() if name.isupper()})
    made.setdict({**models.SETTINGS, "MODEL_MEMORY_BYTES": 1 << 30, **more})
    return made


@contextmanager
def opened(**more: Any) -> Iterator[Scoring]:
    """Do what the opening of a run does for its models."""
    settings = settings_of(**more)
    pool = scorers_of(settings)
    try:
        told = pool.ask_each(ScoreRequest())
        cards = cards_of(settings, Thresholds.from_settings(settings))
        yield ready_scoring(pool, told, cards, batch=settings.getint("MODEL_BATCH"))
    finally:
        pool.close()


def asked(caption: str = "a caption", language: str | None = "en") -> Asked:
    return Asked(glimpse=DARK, safety=True, caption=caption, language=language)


def test_models_that_are_ready_score_pictures_and_captions() -> None:
    with opened() as scoring:
        said = asyncio.run(scoring.ask(asked()))
        assert scoring.side_px == 64
    assert said.safety == (Score(model="calm", revision="1" * 32, value=0.01),)
    assert said.fit == (Score(model="fits", revision="2" * 32, value=5.0),)


@pytest.mark.parametrize(("wanted", "has", "processes"), [(0, 2, 2), (0, 16, 16), (0, 64, 16), (1, 64, 1), (40, 2, 40)])
def test_a_large_machine_is_not_filled_with_models_unasked(
    wanted: int, has: int, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.model_pool.cores", lambda: has)
    limits = ModelLimits(provider="cpu", workers=wanted, batch=1, timeout_s=1, memory_bytes=0)
    assert limits.processes == processes


def test_what_no_model_measures_is_not_scored() -> None:
    with opened(CONSISTENCY_MODELS="tests.models:english") as scoring:
        said = asyncio.run(scoring.ask(asked(language="de")))
    assert said.fit == ()


@pytest.mark.parametrize(
    ("setting", "model", "says"),
    [
        ("SAFETY_MODELS", "missing", "calm is not installed"),
        ("SAFETY_MODELS", "no_such_function", "no_such_function"),
        ("SAFETY_MODELS", "always_0", "harmless picture"),
        ("SAFETY_MODELS", "always_1", "harmless picture"),
        ("SAFETY_MODELS", "not_a_number", "harmless picture"),
        ("SAFETY_MODELS", "shifting", "another one"),
        ("SAFETY_MODELS", "dies_loading", "exit status 3"),
        ("CONSISTENCY_MODELS", "never_fits", "harmless picture"),
    ],
)
def test_no_run_begins_with_a_model_that_cannot_be_relied_on(setting: str, model: str, says: str) -> None:
    with pytest.raises(NotReady, match=says), opened(**{setting: f"tests.models:{model}"}):
        pass


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"SAFETY_MODELS": ""}, "SAFETY_MODELS"),
        ({"CONSISTENCY_MODELS": ""}, "CONSISTENCY_MODELS"),
        ({"SAFETY_DROP": "other=0.8"}, "SAFETY_DROP"),
        ({"SAFETY_HOLD": ""}, "SAFETY_HOLD"),
        ({"SAFETY_DROP_WITH_MINOR": ""}, "SAFETY_DROP_WITH_MINOR"),
        ({"CONSISTENCY_MIN": "label-consistency=0"}, "CONSISTENCY_MIN"),
        ({"SAFETY_MODELS": "no-such-model"}, "no-such-model"),
        ({"SAFETY_MODELS": "./no/such/directory"}, "no/such/directory"),
    ],
)
def test_no_run_begins_without_a_model_or_its_threshold(more: dict[str, str], says: str) -> None:
    settings = settings_of(**more)
    with pytest.raises(NotReady, match=says):
        cards_of(settings, Thresholds.from_settings(settings))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"MODEL_PROVIDER": "rocm"}, "MODEL_PROVIDER must be cpu or cuda"),
        ({"MODEL_WORKERS": "-1"}, "MODEL_WORKERS must be 0"),
        ({"MODEL_WORKERS": "many"}, "MODEL_WORKERS"),
        ({"MODEL_BATCH": "0"}, "MODEL_BATCH must be 1"),
        ({"MODEL_TIMEOUT_S": "nan"}, "MODEL_TIMEOUT_S must be"),
        ({"MODEL_TIMEOUT_S": "0"}, "MODEL_TIMEOUT_S must be"),
        ({"MODEL_MEMORY_BYTES": "-1"}, "MODEL_MEMORY_BYTES must be"),
    ],
)
def test_no_run_begins_with_limits_of_models_that_are_none(more: dict[str, str], says: str) -> None:
    with pytest.raises(NotReady, match=says):
        scorers_of(settings_of(**more))


@pytest.mark.parametrize(
    ("more", "warned"),
    [
        ({"LANGUAGES_WANTED": "de,en,fr"}, ["no caption in de, fr will be kept"]),
        ({"LANGUAGES_WANTED": "en"}, []),
        ({"LANGUAGES_WANTED": ""}, []),
        ({"LANGUAGES_WANTED": "de", "CONSISTENCY_UNMEASURED": "allow"}, []),
        ({"LANGUAGES_WANTED": "de", "LINEUP": "safety"}, []),
    ],
)
def test_who_wants_a_language_that_no_model_measures_is_warned(more: dict[str, str], warned: list[str]) -> None:
    english = Models(fit=(ModelCard(name="english", revision="1" * 32, unit="log-odds", languages=("en",)),))
    found = list(warnings_of(settings_of(**more), english))
    assert [each.partition(", because")[0] for each in found] == warned


def test_a_lineup_without_consistency_asks_for_no_model_of_it() -> None:
    lineup = [each for each in base.LINEUP if each != "consistency"]
    settings = settings_of(LINEUP=lineup, CONSISTENCY_MODELS="")
    assert cards_of(settings, Thresholds.from_settings(settings)).fit == ()


@pytest.mark.parametrize(
    ("model", "failure"),
    [
        ("later_not_a_number", "not-a-number"),
        ("later_infinite", "not-a-number"),
        ("later_words", "not-a-number"),
        ("later_boundless", "not-a-number"),
        ("later_too_few", "crashed"),
        ("later_crashes", "crashed"),
        ("later_dies", "crashed"),
        ("later_grows", "crashed"),
        ("later_hangs", "too-slow"),
    ],
)
def test_what_breaks_later_gives_no_score_and_is_never_clean(model: str, failure: str) -> None:
    patience = "0.3" if model == "later_hangs" else "20"
    with opened(SAFETY_MODELS=f"tests.models:{model}", MODEL_TIMEOUT_S=patience) as scoring:
        said = asyncio.run(scoring.ask(asked()))
        judged = safety_of(scoring.models).judge(subject(measured=replace(facts(), safety=said.safety)))
    assert said.safety == (Score(model="calm", revision="1" * 32, value=None, failure=failure),)
    assert (judged.outcome, judged.reason) == (Outcome.UNSURE, "model.not-ready")


def test_one_model_that_breaks_takes_no_score_from_the_other() -> None:
    with opened(SAFETY_MODELS="tests.models:later_crashes") as scoring:
        said = asyncio.run(scoring.ask(asked()))
    assert said.fit == (Score(model="fits", revision="2" * 32, value=5.0),)


def safety_of(cards: Models) -> Safety:
    thresholds = Thresholds.from_settings(settings_of())
    return Safety(
        cards.safety,
        terms=load_terms(),
        drop=thresholds.safety_drop,
        hold=thresholds.safety_hold,
        drop_with_minor=thresholds.safety_drop_with_minor,
    )


# Models in a directory, whose files can be damaged


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    made = tiny.classifier(tmp_path / "model")
    told = Told(name="calm", licence="CC0-1.0", origin="made by a test", unsafe=("unsafe", "Worse"))
    (made / manifest.FILE).write_bytes(manifest.written(pin(made, "classifier", told)))
    return made


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def alter(file: Path) -> None:
    body = bytearray(file.read_bytes())
    body[-1] ^= 1
    file.write_bytes(body)


def test_a_model_in_a_directory_is_ready_as_it_was_pinned(directory: Path) -> None:
    with opened(SAFETY_MODELS=f"{directory}/") as scoring:
        said = asyncio.run(scoring.ask(asked()))
    assert said.safety is not None
    assert said.safety[0].value is not None


@pytest.mark.parametrize("damage", [Path.unlink, truncate, alter], ids=["missing", "truncated", "altered"])
def test_no_run_begins_with_a_file_that_is_not_as_pinned(directory: Path, damage: Callable[[Path], None]) -> None:
    damage(directory / "model.onnx")
    settings = settings_of(SAFETY_MODELS=f"{directory}/")
    with pytest.raises(NotReady, match=r"model\.onnx"):
        cards_of(settings, Thresholds.from_settings(settings))
    with pytest.raises(NotReady, match=r"model\.onnx"):
        ready_of_its_own(directory)


def ready_of_its_own(directory: Path) -> Scoring:
    """The worker looks for itself: between the two a file may change."""
    pool = scorers_of(settings_of(SAFETY_MODELS=f"{directory}/"))
    try:
        return ready_scoring(pool, pool.ask_each(ScoreRequest()), NO_MODELS, batch=1)
    finally:
        pool.close()


def test_a_model_that_is_altered_while_it_runs_gives_no_score_once_it_is_loaded_again(directory: Path) -> None:
    both = f"{directory}/,tests.models:later_dies_too"
    with opened(SAFETY_MODELS=both, **dict.fromkeys(NUMBERS, "calm=0.8,mortal=0.8")) as scoring:
        first = asyncio.run(scoring.ask(asked()))
        alter(directory / "model.onnx")
        second = asyncio.run(scoring.ask(asked()))
    assert [each.failure for each in first.safety or ()] == ["crashed", "crashed"]
    assert [each.failure for each in second.safety or ()] == ["not-ready", "not-ready"]
