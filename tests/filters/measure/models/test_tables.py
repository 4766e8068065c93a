import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from filters.measure.models import sentences
from filters.measure.models.session import open_session
from filters.measure.models.tables import with_small_tables

TABLE = np.arange(-6, 6, dtype=np.int8).reshape(4, 3)
SCALE = np.array([[0.1], [0.7], [1.3], [2.9]], dtype=np.float32)


def model(*nodes: onnx.NodeProto) -> bytes:
    held = [numpy_helper.from_array(TABLE, "table"), numpy_helper.from_array(SCALE, "scale")]
    rows = helper.make_tensor_value_info("rows", TensorProto.INT64, ["n", 2])
    found = helper.make_tensor_value_info("found", TensorProto.FLOAT, ["n", 2, 3])
    graph = helper.make_graph(list(nodes), "rows", [rows], [found], held)
    return bytes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()
    )


def node(operator: str, *inputs: str, output: str) -> onnx.NodeProto:
    return helper.make_node(operator, inputs, [output])


CAST = helper.make_node("Cast", ["table"], ["plain"], to=TensorProto.FLOAT)
SCALED = (CAST, node("Mul", "plain", "scale", output="scaled"))


def operators(serialised: bytes) -> list[str]:
    return [each.op_type for each in onnx.load_from_string(serialised).graph.node]


def test_rows_are_taken_from_the_small_table_and_are_the_same() -> None:
    given = model(*SCALED, node("Gather", "scaled", "rows", output="found"))
    small = with_small_tables(given)
    assert operators(small) == ["Gather", "Cast", "Gather", "Mul"]
    rows = np.array([[0, 3], [2, 2]], dtype=np.int64)
    before, after = (open_session(each).run(["found"], {"rows": rows})[0] for each in (given, small))
    assert np.array_equal(before, after)
    assert np.array_equal(after, (TABLE * SCALE)[rows])


@pytest.mark.parametrize(
    "nodes",
    [
        (node("Gather", "scale", "rows", output="found"),),
        (CAST, node("Gather", "plain", "rows", output="found")),
        (node("Mul", "scale", "scale", output="square"), node("Gather", "square", "rows", output="found")),
        (
            node("Abs", "scale", output="size"),
            node("Mul", "size", "scale", output="square"),
            node("Gather", "square", "rows", output="found"),
        ),
    ],
)
def test_what_is_no_scaled_table_stays_as_it_is(nodes: tuple[onnx.NodeProto, ...]) -> None:
    assert operators(with_small_tables(model(*nodes))) == [each.op_type for each in nodes]


def test_the_sentence_encoder_says_the_same_to_the_bit() -> None:
    ids = np.array([[101, 3899, 102], [101, 30521, 102]], dtype=np.int64)
    fed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    given = sentences.weights()
    before, after = (open_session(each).run(None, fed)[0] for each in (given, with_small_tables(given)))
    assert np.array_equal(before, after)
