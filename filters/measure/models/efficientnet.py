"""Draw EfficientNet-Lite0 around its weights as an ONNX graph."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

SIDE_PX: Final = 224
_EPSILON: Final = 1e-3
_STAGES: Final = (
    (1, 1, 1),
    (2, 2, 6),
    (2, 2, 6),
    (3, 2, 6),
    (3, 1, 6),
    (4, 2, 6),
    (1, 1, 6),
)
"""Blocks, stride of the first, expansion: https://github.com/tensorflow/tpu, lite/efficientnet_lite."""

Weights = dict[str, NDArray[Any]]


def graph(weights: Weights) -> bytes:
    """Return a serialised model: `image` [n, 3, 224, 224] to `logits` [n, 1000] and `features` [n, 1280].

    Batch normalisation is folded into the convolutions. `KeyError` if a weight is missing.
    """
    drawing = _Drawing(weights=weights)
    here = drawing.convolve("image", "_conv_stem.weight", "_bn0", stride=2)
    here = drawing.blocks(here)
    here = drawing.convolve(here, "_conv_head.weight", "_bn1")
    drawing.add("GlobalAveragePool", [here], "pooled")
    drawing.add("Flatten", ["pooled"], "features")
    drawing.hold("_fc.weight", weights["_fc.weight"])
    drawing.hold("_fc.bias", weights["_fc.bias"])
    drawing.add("Gemm", ["features", "_fc.weight", "_fc.bias"], "logits", transB=1)
    return bytes(drawing.model().SerializeToString())


@dataclass(kw_only=True, slots=True)
class _Drawing:
    weights: Weights
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    held: list[onnx.TensorProto] = field(default_factory=list)

    def blocks(self, here: str) -> str:
        number = 0
        for repeats, stride, expansion in _STAGES:
            for repeat in range(repeats):
                here = self._block(here, number, stride if repeat == 0 else 1, expansion, is_first=repeat == 0)
                number += 1
        return here

    def _block(self, start: str, number: int, stride: int, expansion: int, *, is_first: bool) -> str:
        name, here = f"_blocks.{number}.", start
        if expansion > 1:
            here = self.convolve(here, name + "_expand_conv.weight", name + "_bn0")
        here = self.convolve(here, name + "_depthwise_conv.weight", name + "_bn1", stride=stride, each_channel=True)
        here = self.convolve(here, name + "_project_conv.weight", name + "_bn2", clips=False)
        return here if is_first else self.add("Add", [here, start], name + "sum")

    def convolve(
        self, here: str, weight: str, norm: str, *, stride: int = 1, each_channel: bool = False, clips: bool = True
    ) -> str:
        """Pad as TensorFlow does (SAME: the odd pixel at the end), then clip at 0 and 6."""
        scale = self.weights[norm + ".weight"] / np.sqrt(self.weights[norm + ".running_var"] + _EPSILON)
        kernel = self.weights[weight] * scale[:, None, None, None]
        self.hold(weight, kernel)
        self.hold(norm, self.weights[norm + ".bias"] - self.weights[norm + ".running_mean"] * scale)
        group = kernel.shape[0] if each_channel else 1
        made = self.add(
            "Conv", [here, weight, norm], norm + ".out", auto_pad="SAME_UPPER", strides=[stride] * 2, group=group
        )
        return self.add("Clip", [made, "nought", "six"], norm + ".clipped") if clips else made

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:  # as ONNX names them
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def hold(self, name: str, values: NDArray[Any]) -> None:
        self.held.append(numpy_helper.from_array(values.astype(np.float32, order="C"), name))

    def model(self) -> onnx.ModelProto:
        self.hold("nought", np.array(0))
        self.hold("six", np.array(6))
        made = helper.make_graph(
            self.nodes,
            "efficientnet-lite0",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, SIDE_PX, SIDE_PX])],
            [
                helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 1000]),
                helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 1280]),
            ],
            self.held,
        )
        return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
