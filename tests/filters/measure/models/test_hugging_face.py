import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from filters.measure.glimpse import Glimpse
from filters.measure.models import hugging_face
from filters.measure.models.manifest import Pixels, Tokens
from filters.measure.models.model import ModelNotReady
from filters.measure.models.pinning import Told, pin
from filters.measure.models.pixels import fed, side_px
from filters.measure.models.tokens import Wording
from tests.filters.measure.models import tiny

TOLD = Told(name="tiny", licence="CC0-1.0", origin="made by a test", unsafe=("unsafe",))


def test_clip_is_resized_by_its_shorter_side_and_cut_at_its_centre(tmp_path: Path) -> None:
    found = hugging_face.pixels(tiny.clip(tmp_path), "clip")
    assert found == Pixels(
        resize="shortest",
        width_px=8,
        height_px=8,
        crop_width_px=8,
        crop_height_px=8,
        resample="bicubic",
        scale=1 / 255,
        mean=(0.48145466, 0.4578275, 0.40821073),
        std=(0.26862954, 0.26130258, 0.27577711),
    )


def test_siglip_is_resized_without_keeping_its_aspect(tmp_path: Path) -> None:
    found = hugging_face.pixels(tiny.siglip(tmp_path), "siglip")
    assert (found.resize, found.crop_width_px, found.mean, found.std) == ("exact", 8, (0.5,) * 3, (0.5,) * 3)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"size": 8, "crop_size": 6}, {"resize": "shortest", "width_px": 8, "crop_width_px": 6}),
        ({"resample": 2}, {"resample": "bilinear"}),
        ({"do_rescale": False}, {"scale": 1.0}),
        ({"do_normalize": False}, {"mean": (0.0, 0.0, 0.0), "std": (1.0, 1.0, 1.0)}),
        ({"size": {"width": 10, "height": 8}}, {"resize": "exact", "width_px": 10, "height_px": 8}),
    ],
)
def test_what_preprocessor_config_says_counts(
    tmp_path: Path, changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = hugging_face.pixels(tiny.clip(tmp_path, **changes), "clip")
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"do_resize": False},
        {"crop_pct": 0.875},
        {"do_center_crop": False},
        {"size": {"shortest_edge": "8"}},
        {"resample": 9},
        {"image_mean": [0.5]},
    ],
    ids=str,
)
def test_a_preparation_that_is_not_known_is_not_guessed(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(ModelNotReady, match=r"preprocessor_config\.json"):
        hugging_face.pixels(tiny.clip(tmp_path, **changes), "clip")


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_a_config_that_cannot_be_read_is_not_ready(tmp_path: Path, content: str | None) -> None:
    path = tiny.clip(tmp_path) / "preprocessor_config.json"
    path.unlink()
    if content is not None:
        path.write_text(content)
    with pytest.raises(ModelNotReady, match=r"preprocessor_config\.json cannot be read"):
        hugging_face.pixels(tmp_path, "clip")


def test_captions_of_clip_are_filled_to_77_and_of_siglip_to_64(tmp_path: Path) -> None:
    assert hugging_face.tokens(tiny.clip(tmp_path / "clip"), "clip") == Tokens(
        length=77, pad_id=1, filling="<|endoftext|>"
    )
    assert hugging_face.tokens(tiny.siglip(tmp_path / "siglip"), "siglip") == Tokens(
        length=64, pad_id=1, filling="</s>", casing="lower"
    )


def test_the_length_that_the_models_config_names_counts(tmp_path: Path) -> None:
    tiny.clip(tmp_path)
    tiny.write(tmp_path / "config.json", {"text_config": {"max_position_embeddings": 32}})
    tiny.write(tmp_path / "tokenizer_config.json", {"pad_token": {"content": "<|endoftext|>"}, "padding_side": "left"})
    found = hugging_face.tokens(tmp_path, "clip")
    assert (found.length, found.pad_side) == (32, "left")


def test_the_first_siglips_captions_lose_their_marks(tmp_path: Path) -> None:
    tiny.siglip(tmp_path)
    vocabulary = [["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0]]
    tiny.write(tmp_path / "tokenizer.json", {"model": {"type": "Unigram", "vocab": vocabulary}})
    assert hugging_face.tokens(tmp_path, "siglip") == Tokens(length=64, pad_id=1, filling="</s>", casing="letters")


def test_what_a_tokenizer_fills_up_with_counts_where_nothing_else_names_it(tmp_path: Path) -> None:
    tiny.clip(tmp_path)
    (tmp_path / "tokenizer_config.json").unlink()
    with pytest.raises(ModelNotReady, match="says nowhere what captions are filled up with"):
        hugging_face.tokens(tmp_path, "clip")
    held = tiny.tokenizer(tiny.CLIP_WORDS, "<|startoftext|> $A <|endoftext|>", "a") | {"padding": {"pad_token": "a"}}
    tiny.write(tmp_path / "tokenizer.json", held)
    assert hugging_face.tokens(tmp_path, "clip").pad_id == 2


def test_filling_that_the_tokenizer_does_not_know_is_not_ready(tmp_path: Path) -> None:
    tiny.clip(tmp_path)
    tiny.write(tmp_path / "tokenizer_config.json", {"pad_token": "<nothing>"})
    with pytest.raises(ModelNotReady, match="does not know <nothing>"):
        hugging_face.tokens(tmp_path, "clip")


def test_unknown_classes_are_answered_with_those_there_are(tmp_path: Path) -> None:
    told = Told(name="tiny", licence="", origin="", unsafe=("nsfw",))
    with pytest.raises(ModelNotReady, match="has no class nsfw; it has safe, unsafe, worse"):
        pin(tiny.classifier(tmp_path), "classifier", told)


def test_a_classifier_is_not_pinned_without_its_unsafe_classes(tmp_path: Path) -> None:
    with pytest.raises(ModelNotReady, match="--unsafe CLASS"):
        pin(tiny.classifier(tmp_path), "classifier", Told(name="tiny", licence="", origin=""))


def test_graphs_that_are_not_there_are_to_be_named(tmp_path: Path) -> None:
    tiny.clip(tmp_path)
    (tmp_path / "vision_model.onnx").rename(tmp_path / "vision_model_int8.onnx")
    with pytest.raises(ModelNotReady, match="--picture-model"):
        pin(tmp_path, "clip", TOLD)
    named = Told(name="tiny", licence="", origin="", picture_model="vision_model_int8.onnx")
    assert "vision_model_int8.onnx" in pin(tmp_path, "clip", named).files


def test_a_named_file_that_is_not_there_is_not_ready(tmp_path: Path) -> None:
    named = Told(name="tiny", licence="", origin="", picture_model="vision_model_int8.onnx")
    with pytest.raises(ModelNotReady, match=r"vision_model_int8\.onnx cannot be read"):
        pin(tiny.clip(tmp_path), "clip", named)


def test_a_long_caption_is_cut_and_keeps_its_end() -> None:
    held = json.dumps(tiny.tokenizer(tiny.CLIP_WORDS, "<|startoftext|> $A <|endoftext|>", "<|endoftext|>"))
    wording = Wording(held.encode(), Tokens(length=6, pad_id=1, filling="<|endoftext|>"))
    ids, mask = wording.fed(["A red disc", "cat " * 50])
    assert ids.tolist() == [[0, 2, 3, 4, 1, 1], [0, 9, 9, 9, 9, 1]]
    assert mask.tolist() == [[1, 1, 1, 1, 1, 0], [1] * 6]


def test_capitals_and_marks_go_where_the_model_never_saw_them() -> None:
    held = json.dumps(tiny.tokenizer(tiny.SIGLIP_WORDS, "$A </s>", "<unk>")).encode()
    letters = Wording(held, Tokens(length=5, pad_id=1, filling="</s>", casing="letters"))
    lower = Wording(held, Tokens(length=5, pad_id=1, filling="</s>", casing="lower", pad_side="left"))
    assert letters.fed(["A  red, DISC!"])[0].tolist() == [[3, 4, 5, 1, 1]]
    assert lower.fed(["RED,"])[0].tolist() == [[1, 1, 4, 2, 1]]


def glimpse(pixels: np.ndarray[Any, Any]) -> Glimpse:
    return Glimpse(width_px=pixels.shape[1], height_px=pixels.shape[0], rgb=pixels.astype(np.uint8).tobytes())


def prepared(**changes: Any) -> Pixels:
    held: dict[str, Any] = {
        "resize": "shortest",
        "width_px": 4,
        "height_px": 4,
        "crop_width_px": 4,
        "crop_height_px": 4,
        "resample": "bicubic",
        "scale": 1 / 255,
        "mean": (0.5, 0.25, 0.0),
        "std": (0.5, 0.25, 1.0),
    }
    return Pixels(**(held | changes))


def test_the_middle_of_a_wide_picture_is_seen() -> None:
    wide = np.zeros((4, 10, 3))
    wide[:, 3:7] = 255
    found = fed([glimpse(wide)], prepared())
    assert found.shape == (1, 3, 4, 4)
    assert found.dtype == np.float32
    assert np.unique(found[0, 0]).tolist() == [1.0]
    assert np.unique(found[0, 1]).tolist() == [3.0]


def test_the_odd_pixel_is_left_at_the_far_side() -> None:
    wide = np.zeros((4, 7, 3))
    wide[:, 1:5] = 255
    assert fed([glimpse(wide)], prepared()).min() == 1.0


def test_a_picture_smaller_than_asked_for_is_enlarged() -> None:
    assert fed([glimpse(np.full((2, 3, 3), 9))], prepared()).shape == (1, 3, 4, 4)


def test_resizing_is_pillows_with_its_antialiasing() -> None:
    noise = np.random.RandomState(3).randint(0, 256, (20, 12, 3))
    asked = prepared(resize="exact", width_px=6, height_px=4, crop_width_px=6, mean=(0.0,) * 3, std=(1.0,) * 3)
    expected = Image.fromarray(noise.astype(np.uint8)).resize((6, 4), Image.Resampling.BICUBIC)
    found = fed([glimpse(noise)], asked)
    assert np.array_equal(np.rint(found[0].transpose(1, 2, 0) * 255), np.asarray(expected))
    assert side_px(asked) == 6


def test_channels_may_come_last() -> None:
    assert fed([glimpse(np.zeros((4, 4, 3)))] * 2, prepared(channels_last=True)).shape == (2, 4, 4, 3)
