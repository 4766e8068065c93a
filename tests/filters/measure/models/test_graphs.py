from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from filters.measure.models.graphs import Graph, require_in_use, wanted_providers
from filters.measure.models.model import ModelNotReady
from filters.measure.models.pinning import Told, pin
from tests.filters.measure.models import tiny

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
TOLD = Told(name="tiny", licence="CC0-1.0", origin="made by a test", unsafe=("unsafe",))


def test_the_cpu_is_asked_for_alone() -> None:
    assert wanted_providers("cpu", [CUDA, CPU]) == [CPU]


def test_cuda_is_asked_for_first_and_the_cpu_for_what_it_lacks() -> None:
    assert wanted_providers("cuda", [CUDA, CPU]) == [CUDA, CPU]


def test_a_missing_provider_is_never_replaced_by_the_cpu() -> None:
    with pytest.raises(ModelNotReady, match="install onnxruntime-gpu"):
        wanted_providers("cuda", [CPU])


def test_a_provider_that_the_runtime_did_not_take_is_not_ready() -> None:
    require_in_use("cuda", [CUDA, CPU])
    require_in_use("cpu", [CPU])
    with pytest.raises(ModelNotReady, match="but the runtime took CPUExecutionProvider"):
        require_in_use("cuda", [CPU])


def test_a_batch_of_one_size_is_not_ready() -> None:
    with pytest.raises(ModelNotReady, match="export it with a dynamic first axis"):
        Graph("vision_model.onnx", tiny.vision("image_embeds", batch=1).SerializeToString(), "cpu")


def test_an_input_of_an_unknown_type_is_not_ready() -> None:
    given = helper.make_tensor_value_info("words", TensorProto.STRING, ["batch"])
    nodes = [helper.make_node("StringNormalizer", ["words"], ["same"])]
    graph = helper.make_graph(
        nodes, "words", [given], [helper.make_tensor_value_info("same", TensorProto.STRING, ["batch"])]
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    with pytest.raises(ModelNotReady, match=r"asks for words as tensor\(string\)"):
        Graph("words.onnx", made.SerializeToString(), "cpu")


def test_inputs_are_cast_to_the_type_that_the_graph_asks_for() -> None:
    given = helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT16, ["batch", 3, 2, 2])
    nodes = [helper.make_node("Identity", ["pixel_values"], ["same"])]
    out = helper.make_tensor_value_info("same", TensorProto.FLOAT16, ["batch", 3, 2, 2])
    made = helper.make_model(
        helper.make_graph(nodes, "half", [given], [out]), opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    graph = Graph("half.onnx", made.SerializeToString(), "cpu")
    (found,) = graph.run(["same"], {"pixel_values": np.full((1, 3, 2, 2), 0.1, dtype=np.float32)})
    assert found.dtype == np.float64
    assert found[0, 0, 0, 0] == np.float16(0.1)


def test_an_output_that_may_be_no_projection_is_not_taken_for_the_embedding(tmp_path: Path) -> None:
    tiny.clip(tmp_path)
    tiny.onnx_files(tmp_path, {"vision_model": tiny.vision("pooler_output", "last_hidden_state")})
    with pytest.raises(ModelNotReady, match="export it with its projection"):
        pin(tmp_path, "clip", TOLD)


def test_the_only_row_that_a_graph_gives_is_the_embedding_whatever_its_name(tmp_path: Path) -> None:
    tiny.clip(tmp_path)
    tiny.onnx_files(tmp_path, {"vision_model": tiny.vision("1234")})
    assert pin(tmp_path, "clip", TOLD).goldens == pin(tiny.clip(tmp_path / "named"), "clip", TOLD).goldens


@pytest.mark.parametrize(("kind", "shape"), [(TensorProto.FLOAT, ["batch", 4]), (TensorProto.INT64, ["batch"])])
def test_an_input_that_is_neither_pixels_nor_tokens_is_not_ready(
    tmp_path: Path, kind: int, shape: list[str | int]
) -> None:
    tiny.clip(tmp_path)
    given = helper.make_tensor_value_info("flat", kind, shape)
    made = tiny.model(
        [helper.make_node("Cast", ["flat"], ["image_embeds"], to=TensorProto.FLOAT)],
        [given],
        {"image_embeds": ["batch", 4]},
        {},
    )
    tiny.onnx_files(tmp_path, {"vision_model": made})
    with pytest.raises(ModelNotReady, match="neither pixels nor tokens"):
        pin(tmp_path, "clip", TOLD)


def test_a_classifier_that_asks_for_more_than_pixels_is_not_ready(tmp_path: Path) -> None:
    tiny.classifier(tmp_path)
    both = tiny.merged(tiny.vision("image_embeds"), tiny.text("text_embeds", 77), ("image_embeds", "text_embeds"))
    tiny.onnx_files(tmp_path, {"model": both})
    with pytest.raises(ModelNotReady, match="asks for more than pixels"):
        pin(tmp_path, "classifier", TOLD)


def quantised() -> onnx.ModelProto:
    """Times fixed weights in int8, scaled as onnxruntime's dynamic quantisation does it: by all that is fed."""
    weights = np.random.RandomState(3).randint(-100, 100, (12, 4)).astype(np.int8)
    nodes = [
        helper.make_node("Flatten", ["pixel_values"], ["flat"]),
        helper.make_node("DynamicQuantizeLinear", ["flat"], ["small", "scale", "nought"]),
        helper.make_node("MatMulInteger", ["small", "weights", "nought"], ["whole"]),
        helper.make_node("Cast", ["whole"], ["real"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["real", "scale"], ["image_embeds"]),
    ]
    given = helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["batch", 3, 2, 2])
    return tiny.model(nodes, [given], {"image_embeds": ["batch", 4]}, {"weights": weights})


def test_what_else_is_in_a_batch_changes_no_row_of_an_int8_model() -> None:
    graph = Graph("quantised.onnx", quantised().SerializeToString(), "cpu")
    pixels = np.random.RandomState(5).uniform(-1, 1, (3, 3, 2, 2))
    pixels[2] *= 1000
    (together,) = graph.run(["image_embeds"], {"pixel_values": pixels})
    alone = [graph.run(["image_embeds"], {"pixel_values": each[None]})[0][0] for each in pixels]
    assert np.array_equal(together, alone)


def elsewhere(tensor: TensorProto) -> None:
    """Have it read from a file of the working directory, as exports of more than 2 GB are."""
    (Path.cwd() / "weights.bin").write_bytes(tensor.raw_data)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights.bin")


def test_weights_in_another_file_are_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = tiny.vision("image_embeds")
    elsewhere(made.graph.initializer[0])
    with pytest.raises(ModelNotReady, match="keeps weights in another file"):
        Graph("vision_model.onnx", made.SerializeToString(), "cpu")


def test_weights_of_a_constant_in_another_file_are_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    weights = numpy_helper.from_array(np.ones(4, dtype=np.float32), "weights")
    elsewhere(weights)
    made = tiny.vision("image_embeds")
    made.graph.node.append(helper.make_node("Constant", [], ["more"], value=weights))
    with pytest.raises(ModelNotReady, match="keeps weights in another file"):
        Graph("vision_model.onnx", made.SerializeToString(), "cpu")


def test_a_graph_that_speaks_of_a_location_is_ready() -> None:
    made = tiny.vision("image_embeds")
    made.doc_string = "location"
    assert Graph("vision_model.onnx", made.SerializeToString(), "cpu").inputs


def test_what_is_no_graph_is_not_ready() -> None:
    with pytest.raises(ModelNotReady, match="is no ONNX graph"):
        Graph("vision_model.onnx", b"its location is elsewhere", "cpu")
