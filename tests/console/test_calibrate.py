import csv
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from storage.tables import pair
from tests.console.conftest import Altsieve, Recorded
from tests.console.told import without_a_word
from tests.storage.records import opened

PLUG_INS = ("-s", "CONSISTENCY_MODELS=tests.models:fits", "-s", "CONSISTENCY_MIN=fits=5.2", "-s", "MODEL_WORKERS=1")
REVISION = "2" * 32


def draw(name: str, brightness: int) -> str:
    """Draw a grey picture with some noise: the model `fits` says 5 and its brightness from 0 to 1."""
    noise = np.random.default_rng(brightness).integers(-9, 9, (80, 80, 3))
    Image.fromarray(np.clip(brightness + noise, 0, 255).astype(np.uint8)).save(name)
    return name


def labelled(rows: Sequence[Sequence[object]], titles: str = "picture,caption,fits,language") -> str:
    with Path("labelled.csv").open("w", newline="") as file:
        csv.writer(file).writerows([titles.split(","), *rows])
    return "labelled.csv"


def test_pictures_are_scored_and_what_cannot_be_is_told_by_its_row(altsieve: Altsieve) -> None:
    fitting = [(draw(f"bright{at}.png", 120 + 5 * at), "A bright wall", "yes", "en") for at in range(16)]
    others = [(draw(f"dark{at}.png", 60 + 5 * at), "A bright wall", "no", "en") for at in range(16)]
    Path("broken.png").write_bytes(Path("dark1.png").read_bytes()[:60])
    Path("text.png").write_text("no picture")
    os.mkfifo("pipe.png")
    bad = [(name, "A wall", "yes", "en") for name in ("broken.png", "text.png", "nothing.png", "pipe.png", ".")]
    file = labelled([*fitting, *others, *bad, ("dark1.png", "A wall", "perhaps", "en")])
    answer = altsieve("calibrate", file, *PLUG_INS, "--keep", "0.75", "--html", "c.html", "--json")
    assert answer.code == 1
    told = answer.json
    assert [(each["row"], each["picture"]) for each in told["left_out"]] == [
        (34, "broken.png"),
        (35, "text.png"),
        (36, "nothing.png"),
        (37, "pipe.png"),
        (38, ""),
        (39, None),
    ]
    assert [
        next(words for words in ("image.", "not there", "neither") if words in each["why"]) for each in told["left_out"]
    ] == ["image.", "image.", "not there", "not there", "not there", "neither"]
    assert told["cards"] == [{"name": "fits", "revision": REVISION, "unit": "log-odds", "languages": None}]
    assert without_a_word(told) == set()
    everything, english = told["models"]
    assert (
        sum(each["fitting"] for each in everything["bins"]) == sum(each["others"] for each in everything["bins"]) == 16
    )
    assert (everything["fitting"], everything["others"], english["language"]) == (16, 16, "en")
    assert everything["trial"]["area"] > 0.9
    kept, _, in_force = everything["trial"]["suggestions"]
    assert kept["answer"]["kept"] == 0.75
    assert told["suggested"] == {"fits": kept["answer"]["threshold"]}
    assert (in_force["answer"]["threshold"], in_force["answer"]["kept"]) == (5.2, 1.0)
    assert Path("c.html").read_text().count("<svg") == 3


def test_languages_are_detected_and_those_that_no_model_measures_are_told(altsieve: Altsieve) -> None:
    for folder, brightness in (("fits", 200), ("misfits", 40)):
        Path(folder).mkdir()
        draw(f"{folder}/a.png", brightness)
        Path(f"{folder}/a.txt").write_text("Ein roter Fuchs läuft langsam durch den tiefen Schnee im Wald")
    answer = altsieve("calibrate", ".", *PLUG_INS, "-s", "CONSISTENCY_MODELS=tests.models:english")
    assert answer.code == 1
    assert "2 captions in de: measured by none of these models" in answer.out
    assert "too few" in answer.out
    assert "to take them" not in answer.out


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("nothing", "no model is called nothing"),
        ("tests.models:never_fits", "models cannot be loaded"),
        ("", "CONSISTENCY_MODELS names no model"),
    ],
)
def test_a_model_that_is_not_ready_calibrates_nothing(altsieve: Altsieve, model: str, words: str) -> None:
    file = labelled([(draw("a.png", 90), "A wall", "yes", "en")])
    answer = altsieve("calibrate", file, *PLUG_INS, "-s", f"CONSISTENCY_MODELS={model}")
    assert (answer.code, words in answer.err) == (3, True)


def test_a_threshold_that_is_none_is_wrong_usage(altsieve: Altsieve) -> None:
    file = labelled([])
    assert altsieve("calibrate", file, "-s", "CONSISTENCY_MIN=fits=much").code == 2
    assert altsieve("calibrate", file, "--keep", "0").code == 2
    assert altsieve("calibrate", "nothing.csv").code == 2
    answer = altsieve("calibrate", file, "--html", "nowhere/c.html")
    assert (answer.code, "there is no folder nowhere" in answer.err) == (2, True)


def test_pairs_that_are_held_count_by_what_is_stored(recorded: Recorded) -> None:
    first, second = recorded.pair_ids
    with opened(Path("data")) as records, records.db.write() as conn:
        for pair_id, revision in ((first, REVISION), (second, "3" * 32)):
            fit = [{"model": "fits", "revision": revision, "value": 6.5}]
            conn.execute(pair.update().where(pair.c.id == pair_id).values(fit=fit))
    file = labelled([(first, "yes"), (second, "yes"), ("0" * 32, "no")], "pair,fits")
    answer = recorded.altsieve("calibrate", file, *PLUG_INS, "--json")
    told = answer.json
    assert (answer.code, told["pairs"], told["models"][0]["fitting"]) == (1, 1, 1)
    assert [(each["row"], each["why"].partition(";")[0]) for each in told["left_out"]] == [
        (3, "it was scored by other models than today's"),
        (4, "no pair of this id is held"),
    ]
    assert "cannot be judged by them" in recorded.altsieve("calibrate", file, *PLUG_INS).out


def test_a_pair_that_was_withdrawn_does_not_count(recorded: Recorded) -> None:
    first, second = recorded.pair_ids
    assert recorded.altsieve("withdraw", "--pair", first, "--why", "a request").code == 0
    file = labelled([(first, "yes"), (second, "yes")], "pair,fits")
    told = recorded.altsieve("calibrate", file, *PLUG_INS, "--json").json
    assert [(each["row"], each["why"]) for each in told["left_out"]] == [(2, "no pair of this id is held")]


def test_a_pair_that_no_model_was_asked_about_is_told(recorded: Recorded) -> None:
    file = labelled([(each, "yes") for each in recorded.pair_ids], "pair,fits")
    told = recorded.altsieve("calibrate", file, *PLUG_INS, "--json").json
    assert told["not_measured"] == {"no language that was detected": 2}
