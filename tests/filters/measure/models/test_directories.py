import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from filters.measure.models import manifest, shelf
from filters.measure.models.directories import opened
from filters.measure.models.goldens import picture
from filters.measure.models.manifest import Kind, Manifest
from filters.measure.models.model import ModelNotReady
from filters.measure.models.pinning import CAPTIONS, Told, pin
from tests.filters.measure.models import tiny

Make = Callable[[Path], Path]
TOLD = Told(name="tiny", licence="CC0-1.0", origin="made by a test", languages=("en",), unsafe=("unsafe", "Worse"))
FITS: list[tuple[Make, Kind]] = [(tiny.clip, "clip"), (tiny.clip_in_one, "clip"), (tiny.siglip, "siglip")]


def pinned(directory: Path, kind: Kind, told: Told = TOLD) -> Manifest:
    made = pin(directory, kind, told)
    (directory / manifest.FILE).write_bytes(manifest.written(made))
    return made


def changed(directory: Path, **changes: Any) -> None:
    path = directory / manifest.FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(("make", "kind"), FITS)
def test_a_pinned_directory_is_described_and_loaded(tmp_path: Path, make: Make, kind: Kind) -> None:
    made = pinned(make(tmp_path), kind)
    cards, loaded = shelf.describe(fit=[f"{tmp_path}/"]), shelf.load(fit=[f"{tmp_path}/"])
    assert cards == loaded.cards
    assert cards.fit == (made.card,)
    assert (made.card.unit, made.card.languages) == ("cosine", ("en",))
    assert loaded.fit[0].side_px == tiny.SIDE_PX


@pytest.mark.parametrize(("make", "kind"), FITS)
def test_a_pair_scores_the_same_alone_and_among_others(tmp_path: Path, make: Make, kind: Kind) -> None:
    pinned(make(tmp_path), kind)
    (model,) = shelf.load(fit=[f"{tmp_path}/"]).fit
    pairs = [(picture(name), caption) for name, caption in CAPTIONS]
    together = list(model.score(pairs))
    assert together == pytest.approx([model.score([each])[0] for each in pairs], abs=1e-6)
    assert all(-1 <= each <= 1 for each in together)


def test_two_files_and_one_hold_the_same_model(tmp_path: Path) -> None:
    apart, in_one = pin(tiny.clip(tmp_path / "a"), "clip", TOLD), pin(tiny.clip_in_one(tmp_path / "b"), "clip", TOLD)
    assert in_one.picture_model == in_one.text_model == "onnx/model.onnx"
    assert [each.value for each in apart.goldens] == [each.value for each in in_one.goldens]
    assert apart.card.revision != in_one.card.revision


def test_a_classifier_adds_up_what_is_unsafe(tmp_path: Path) -> None:
    pinned(tiny.classifier(tmp_path), "classifier")
    one = Told(name="tiny", licence="", origin="", unsafe=("unsafe",))
    (both,) = shelf.load(safety=[f"{tmp_path}/"]).safety
    assert (both.card.unit, both.side_px) == ("probability", tiny.SIDE_PX)
    alone = {each.picture: each.value for each in pin(tmp_path, "classifier", one).goldens}
    scores = dict(zip(alone, both.score([picture(each) for each in alone]), strict=True))
    assert all(0 <= alone[each] <= scores[each] + 1e-6 <= 1 + 2e-6 for each in alone)
    assert scores["noise"] > alone["noise"] + 0.1


def test_a_classifier_whose_classes_do_not_exclude_each_other_is_as_unsafe_as_the_worst(tmp_path: Path) -> None:
    pinned(tiny.classifier(tmp_path), "classifier")
    logits = [said_of_noise(tmp_path, unsafe=[each], reading="as-it-is") for each in (1, 2)]
    worst = said_of_noise(tmp_path, unsafe=[1, 2], reading="sigmoid")
    assert worst == pytest.approx(1 / (1 + math.exp(-max(logits))))


def test_all_classes_together_are_certain_and_no_more(tmp_path: Path) -> None:
    pinned(tiny.classifier(tmp_path, bias=(0.1, 0.2, 0.3)), "classifier")
    assert said_of_noise(tmp_path, unsafe=[0, 1, 2], reading="softmax") <= 1


def said_of_noise(directory: Path, **classes: Any) -> float:
    changed(directory, classes=classes)
    model: Any = opened(directory, manifest.read(directory), "cpu")
    (score,) = model.score([picture("noise")])
    return float(score)


@pytest.mark.parametrize("file", ["vision_model.onnx", "text_model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("ask", [shelf.describe, shelf.load])
@pytest.mark.parametrize("harm", ["altered", "cut short", "missing"])
def test_a_file_that_is_not_the_pinned_one_is_not_ready(tmp_path: Path, file: str, ask: Any, harm: str) -> None:
    pinned(tiny.clip(tmp_path), "clip")
    path = tmp_path / file
    whole = path.read_bytes()
    path.unlink()
    if harm != "missing":
        path.write_bytes(whole[:-1] + (b"\0" if harm == "altered" else b""))
    with pytest.raises(ModelNotReady, match=file):
        ask(fit=[f"{tmp_path}/"])


def test_weights_that_were_pinned_anew_by_hand_do_not_answer_as_they_did(tmp_path: Path) -> None:
    made = pinned(tiny.classifier(tmp_path), "classifier")
    tiny.classifier(tmp_path, bias=(1e6, 0.0, 0.0))
    changed(tmp_path, files={**made.files, "model.onnx": digest(tmp_path / "model.onnx")})
    assert shelf.describe(safety=[f"{tmp_path}/"]).safety
    with pytest.raises(ModelNotReady, match=r"says 0\.0000 of the harmless picture"):
        shelf.load(safety=[f"{tmp_path}/"])


def test_an_operator_that_comes_from_elsewhere_is_not_ready(tmp_path: Path) -> None:
    made = pinned(tiny.classifier(tmp_path), "classifier")
    graph = tiny.vision("logits", width=3)
    graph.opset_import.add(domain="somebody", version=1)
    graph.graph.node[0].domain = "somebody"
    tiny.onnx_files(tmp_path, {"model": graph})
    changed(tmp_path, files={**made.files, "model.onnx": digest(tmp_path / "model.onnx")})
    with pytest.raises(ModelNotReady, match="cannot be loaded"):
        shelf.load(safety=[f"{tmp_path}/"])


def test_a_directory_behind_a_link_is_the_same_model(tmp_path: Path) -> None:
    made = pinned(tiny.classifier(tmp_path / "there"), "classifier")
    (tmp_path / "here").symlink_to(tmp_path / "there")
    assert shelf.describe(safety=[f"{tmp_path}/here"]).safety == (made.card,)
    (tmp_path / "there" / "model.onnx").write_bytes(b"another")
    with pytest.raises(ModelNotReady, match="not the file that was pinned"):
        shelf.describe(safety=[f"{tmp_path}/here"])


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_model_that_answers_a_constant_is_not_pinned(tmp_path: Path) -> None:
    with pytest.raises(ModelNotReady, match="says the same of every harmless picture"):
        pin(tiny.classifier(tmp_path, bias=(1e6, 0.0, 0.0)), "classifier", TOLD)


def test_a_model_that_answers_no_number_is_not_pinned(tmp_path: Path) -> None:
    with pytest.raises(ModelNotReady, match="gives no number"):
        pin(tiny.classifier(tmp_path, bias=(float("nan"), 0.0, 0.0)), "classifier", TOLD)


def test_what_could_not_be_set_a_threshold_for_is_not_pinned(tmp_path: Path) -> None:
    with pytest.raises(ModelNotReady, match="names a model by more than"):
        pin(tiny.clip(tmp_path), "clip", replace(TOLD, name="ViT B/32"))


def test_a_directory_without_a_manifest_says_how_to_pin_it(tmp_path: Path) -> None:
    with pytest.raises(ModelNotReady, match="altsieve models pin"):
        shelf.describe(fit=[f"{tmp_path}/"])


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "blip"},
        {"name": "ViT B/32"},
        {"tokens": None},
        {"tokenizer": None},
        {"text_model": None},
        {"files": {}},
        {"picture_model": "other.onnx"},
        {"files": {"../vision_model.onnx": "0"}},
        {"files": {"/etc/hostname": "0"}},
        {"pixels": {"resize": "shortest"}},
    ],
    ids=str,
)
def test_a_manifest_that_leaves_out_what_is_needed_is_not_ready(tmp_path: Path, changes: dict[str, Any]) -> None:
    pinned(tiny.clip(tmp_path), "clip")
    changed(tmp_path, **changes)
    with pytest.raises(ModelNotReady, match="altsieve models pin --help"):
        shelf.describe(fit=[f"{tmp_path}/"])


@pytest.mark.parametrize(
    "changes",
    [
        {"crop_width_px": 9},
        {"crop_height_px": 9},
        {"width_px": 0, "crop_width_px": 0},
        {"width_px": 100_000, "crop_width_px": 100_000},
        {"std": [0.0, 1.0, 1.0]},
        {"scale": 0.0},
    ],
    ids=str,
)
def test_pixels_that_make_no_sense_are_not_ready(tmp_path: Path, changes: dict[str, Any]) -> None:
    made = pinned(tiny.clip(tmp_path), "clip")
    changed(tmp_path, pixels=msgspec.to_builtins(made.pixels) | changes)
    with pytest.raises(ModelNotReady, match="altsieve models pin --help"):
        shelf.describe(fit=[f"{tmp_path}/"])


def test_a_classifier_without_unsafe_classes_is_not_ready(tmp_path: Path) -> None:
    pinned(tiny.classifier(tmp_path), "classifier")
    changed(tmp_path, classes={"unsafe": []})
    with pytest.raises(ModelNotReady, match="which of its classes are unsafe"):
        shelf.describe(safety=[f"{tmp_path}/"])


@pytest.mark.parametrize(
    ("make", "kind", "without"),
    [(tiny.classifier, "classifier", "classes"), (tiny.clip, "clip", "tokens"), (tiny.clip, "clip", "tokenizer")],
)
def test_nothing_is_opened_without_what_its_kind_needs(tmp_path: Path, make: Make, kind: Kind, without: str) -> None:
    lacking: dict[str, Any] = {without: None}
    with pytest.raises(ModelNotReady, match="altsieve models pin --help"):
        opened(tmp_path, replace(pinned(make(tmp_path), kind), **lacking), "cpu")


def test_each_kind_is_named_in_its_own_setting(tmp_path: Path) -> None:
    pinned(tiny.clip(tmp_path / "clip"), "clip")
    pinned(tiny.classifier(tmp_path / "classes"), "classifier")
    with pytest.raises(ModelNotReady, match="name it in CONSISTENCY_MODELS"):
        shelf.describe(safety=[f"{tmp_path}/clip"])
    with pytest.raises(ModelNotReady, match="name it in SAFETY_MODELS"):
        shelf.load(fit=[f"{tmp_path}/classes"])


def test_what_is_told_of_a_model_changes_no_revision_but_its_files_and_how_it_is_fed_do(tmp_path: Path) -> None:
    first = pinned(tiny.clip(tmp_path), "clip").card.revision
    changed(tmp_path, origin="elsewhere", licence="MIT")
    assert manifest.read(tmp_path).card.revision == first
    assert pin(tiny.clip(tmp_path, resample=2), "clip", TOLD).card.revision != first


def test_cuda_is_not_ready_where_the_runtime_has_none(tmp_path: Path) -> None:
    pinned(tiny.clip(tmp_path), "clip")
    with pytest.raises(ModelNotReady, match="no CUDAExecutionProvider"):
        shelf.load(fit=[f"{tmp_path}/"], provider="cuda")
