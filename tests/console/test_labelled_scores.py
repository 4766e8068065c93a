from pathlib import Path

import pytest

from console.configuration import Configuration
from console.labelled import LabelledPair, LeftOut
from console.labelled_scores import PictureScorer, ScoredPair, score_held
from filters.facts import Score
from filters.models import ModelCard, Models
from storage.errors import NotReady
from storage.held_scores import held_scores
from storage.tables import pair
from tests.console.conftest import Recorded
from tests.storage.records import open_database, opened

MODELS = Models(fit=(ModelCard(name="fits", revision="2" * 32, unit="log-odds"),))


def stored(pair_id: str, *scores: dict[str, object], state: str = "kept") -> None:
    with opened(Path("data")) as records, records.db.write() as conn:
        conn.execute(pair.update().where(pair.c.id == pair_id).values(fit=list(scores), state=state))


def held(*pair_ids: str) -> list[ScoredPair | LeftOut]:
    database = open_database(Path("data"))
    try:
        rows = [LabelledPair(row=row, fits=True, pair_id=each) for row, each in enumerate(pair_ids, start=2)]
        return list(score_held(rows, database, MODELS))
    finally:
        database.close()


def test_a_score_without_a_number_leaves_the_row_out(recorded: Recorded) -> None:
    first, second = recorded.pair_ids
    stored(first, {"model": "fits", "revision": "2" * 32, "value": None, "failure": "crashed"})
    stored(second, {"model": "fits", "revision": "2" * 32, "value": 0.5})
    broken, whole = held(first, second)
    assert broken == LeftOut(row=2, why="fits gave no number (crashed)")
    assert isinstance(whole, ScoredPair)
    assert whole.scores == (Score(model="fits", revision="2" * 32, value=0.5),)
    assert (whole.row, whole.held) == (3, True)


def test_of_a_withdrawn_pair_nothing_is_told(recorded: Recorded) -> None:
    first, _ = recorded.pair_ids
    stored(first, {"model": "fits", "revision": "2" * 32, "value": 0.5}, state="withdrawn")
    assert held(first) == [LeftOut(row=2, why="no pair of this id is held")]
    database = open_database(Path("data"))
    try:
        assert list(held_scores(database, [first])) == []
    finally:
        database.close()


def test_models_that_are_others_in_the_worker_score_nothing() -> None:
    given = {"CONSISTENCY_MODELS": "tests.models:fits", "MODEL_WORKERS": "1"}
    others = Models(fit=(ModelCard(name="fits", revision="3" * 32, unit="log-odds"),))
    with pytest.raises(NotReady, match="another one where it runs"):
        PictureScorer(Configuration.load(given), others)
