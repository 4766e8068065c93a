import json
from pathlib import Path
from typing import Any

import pytest

from tests.console.conftest import Altsieve
from tests.filters.measure.models import tiny

HERE = "tests.filters.measure.models.plugged"
PIN = ("--licence", "CC0-1.0", "--origin", "made by a test")
PLUGGED = (
    *("-s", f"SAFETY_MODELS={HERE}:brightness", "-s", "SAFETY_DROP=brightness=0.8"),
    *("-s", "SAFETY_HOLD=brightness=0.6", "-s", "SAFETY_DROP_WITH_MINOR=brightness=0.6"),
    *("-s", f"CONSISTENCY_MODELS={HERE}:longest", "-s", "CONSISTENCY_MIN=longest=3,longest/de=2"),
)


def test_models_are_shown_with_revision_thresholds_and_whether_they_are_ready(empty: Altsieve) -> None:
    answer = empty("models", "--json", *PLUGGED)
    safety, fit = answer.json_lines
    assert answer.code == 0
    assert (safety["used_for"], safety["name"], safety["unit"], safety["ready"]) == (
        "safety",
        "brightness",
        "probability",
        True,
    )
    assert safety["thresholds"]["SAFETY_DROP"] == {"brightness": 0.8}
    assert fit["thresholds"] == {"CONSISTENCY_MIN": {"longest": 3.0, "longest/de": 2.0}}
    assert (fit["entry"], fit["revision"], fit["problem"]) == (f"{HERE}:longest", "1", None)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("always_0", "says 0.0000 of the harmless picture checks"),
        ("always_1", "says 1.0000 of the harmless picture checks"),
        ("nan", "says nan"),
        ("does_not_load", "weights.bin is not there"),
    ],
)
def test_a_model_that_is_not_ready_says_why_and_the_command_ends_with_3(
    empty: Altsieve, broken: str, said: str
) -> None:
    answer = empty("models", *PLUGGED, "-s", f"SAFETY_MODELS={HERE}:{broken}")
    assert answer.code == 3
    assert said in answer.out
    assert "longest" in answer.out


def test_a_model_without_a_threshold_is_not_ready(empty: Altsieve) -> None:
    answer = empty("models", *PLUGGED, "-s", "SAFETY_HOLD=other=0.2")
    assert answer.code == 3
    assert "no: SAFETY_HOLD has no number for the model" in answer.out


def test_a_setting_that_is_none_is_wrong_usage(empty: Altsieve) -> None:
    answer = empty("models", "-s", "SAFETY_DROP=brightness=often")
    assert answer.code == 2
    assert "SAFETY_DROP" in answer.err


def test_a_directory_is_pinned_and_then_ready(empty: Altsieve) -> None:
    tiny.clip(Path("Tiny CLIP"))
    answer = empty("models", "pin", "Tiny CLIP", "--kind", "clip", "--language", "EN", *PIN, "--json")
    assert answer.code == 0, answer.err
    assert (answer.json["name"], answer.json["languages"]) == ("tiny-clip", ["en"])
    assert set(answer.json["files"]) == {"vision_model.onnx", "text_model.onnx", "tokenizer.json"}
    named = ("-s", "CONSISTENCY_MODELS=./Tiny CLIP", "-s", "CONSISTENCY_MIN=tiny-clip/en=0.28")
    shown = {each["name"]: each for each in empty("models", "--json", *PLUGGED, *named).json_lines}["tiny-clip"]
    assert (shown["ready"], shown["licence"], shown["origin"]) == (True, "CC0-1.0", "made by a test")
    assert shown["revision"] == answer.json["revision"]


def test_a_pinned_directory_that_was_altered_is_not_ready(empty: Altsieve) -> None:
    empty("models", "pin", str(tiny.clip(Path("clip"))), "--kind", "clip", "--language", "any", *PIN)
    Path("clip/text_model.onnx").write_bytes(b"other weights")
    answer = empty("models", *PLUGGED, "-s", "CONSISTENCY_MODELS=./clip", "-s", "CONSISTENCY_MIN=clip=0")
    assert answer.code == 3
    assert "text_model.onnx is not the file that was pinned" in answer.out


def test_a_classifier_is_pinned_with_its_unsafe_classes(empty: Altsieve) -> None:
    tiny.classifier(Path("nsfw"))
    answer = empty("models", "pin", "nsfw", "--kind", "classifier", "--unsafe", "unsafe", "--unsafe", "worse", *PIN)
    assert answer.code == 0, answer.err
    assert "use it with -s SAFETY_MODELS=" in answer.out
    assert json.loads(Path("nsfw/altsieve-model.json").read_text())["classes"]["unsafe"] == [1, 2]


def test_a_directory_is_not_pinned_twice_by_mistake(empty: Altsieve) -> None:
    arguments = ("models", "pin", str(tiny.clip(Path("clip"))), "--kind", "clip", "--language", "en", *PIN)
    assert empty(*arguments).code == 0
    assert empty(*arguments).code == 2
    assert empty(*arguments, "--again").code == 0


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ((), 2, "say whose captions it reads"),
        (("--language", "en", "--picture-model", "gone.onnx"), 3, "gone.onnx cannot be read"),
        (("--language", "en", "--name", "ViT B/32"), 3, "small letters"),
    ],
)
def test_what_cannot_be_pinned_leaves_nothing(empty: Altsieve, options: Any, code: int, said: str) -> None:
    answer = empty("models", "pin", str(tiny.clip(Path("clip"))), "--kind", "clip", *PIN, *options)
    assert answer.code == code
    assert said in answer.err
    assert not Path("clip/altsieve-model.json").exists()


def test_presets_say_what_to_type_and_where_they_are_from(empty: Altsieve) -> None:
    answer = empty("models", "presets", "--model", "b32")
    assert answer.code == 0
    assert "-s CONSISTENCY_MIN=b32/en=0.28" in answer.out
    assert "the best 30%" in answer.out
    found = {each["name"]: each for each in empty("models", "presets", "--json").json_lines}
    assert (found["laion-5b-other"]["least"], found["datacomp-l14"]["least"]) == (0.26, None)
    assert found["datacomp-l14"]["type"] is None
