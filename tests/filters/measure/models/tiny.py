"""Build tiny models with the signatures of real exports, so that a test reads a directory as an operator's."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE_PX: Final = 8
WIDTH: Final = 4
CLIP_WORDS: Final = ("<|startoftext|>", "<|endoftext|>", "a", "red", "disc", "blue", "sky", "stripes", "noise", "cat")
SIGLIP_WORDS: Final = ("<pad>", "</s>", "<unk>", "a", "red", "disc", "blue", "sky", "stripes", "noise", "cat")


def clip(directory: Path, **changes: Any) -> Path:
    """Write `vision_model.onnx`, `text_model.onnx` and what stands beside them, as optimum exports CLIP."""
    onnx_files(directory, {"vision_model": vision("image_embeds"), "text_model": text("text_embeds", 77, mask=True)})
    write(directory / "preprocessor_config.json", clip_pixels() | changes)
    write(directory / "tokenizer.json", tokenizer(CLIP_WORDS, "<|startoftext|> $A <|endoftext|>", "<|endoftext|>"))
    write(directory / "tokenizer_config.json", {"pad_token": "<|endoftext|>"})
    return directory


def clip_in_one(directory: Path) -> Path:
    """Write `onnx/model.onnx` that holds both towers, with logits beside the embeddings."""
    clip(directory)
    both = merged(vision("image_embeds"), text("text_embeds", 77, mask=True), ("image_embeds", "text_embeds"))
    onnx_files(directory / "onnx", {"model": both})
    for name in ("vision_model.onnx", "text_model.onnx"):
        (directory / name).unlink()
    return directory


def siglip(directory: Path) -> Path:
    """Write them as SigLIP is exported: two outputs of which the pooled one is the embedding, no mask, 64 tokens."""
    (directory / "onnx").mkdir(parents=True, exist_ok=True)
    graphs = {"vision_model": vision("pooler_output", "last_hidden_state"), "text_model": text("pooler_output", 64)}
    onnx_files(directory / "onnx", graphs)
    pixels = {"size": {"height": SIDE_PX, "width": SIDE_PX}, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    write(directory / "preprocessor_config.json", pixels | {"resample": 3, "do_center_crop": None})
    write(directory / "tokenizer.json", tokenizer(SIGLIP_WORDS, "$A </s>", "<unk>"))
    write(directory / "special_tokens_map.json", {"pad_token": {"content": "</s>"}})
    return directory


def classifier(directory: Path, bias: Sequence[float] = (0.0, 0.0, 0.0)) -> Path:
    """Write `model.onnx` as transformers' image classifiers are exported: `pixel_values` to `logits`."""
    onnx_files(directory, {"model": vision("logits", width=3, bias=bias)})
    write(directory / "preprocessor_config.json", {"size": SIDE_PX, "image_mean": [0.5] * 3, "image_std": [0.5] * 3})
    write(directory / "config.json", {"id2label": {"0": "safe", "1": "Unsafe", "2": "worse"}})
    return directory


def clip_pixels() -> dict[str, Any]:
    return {
        "do_resize": True,
        "size": {"shortest_edge": SIDE_PX},
        "do_center_crop": True,
        "crop_size": {"height": SIDE_PX, "width": SIDE_PX},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "resample": 3,
    }


def vision(
    output: str, *further: str, width: int = WIDTH, batch: str | int = "batch", bias: Sequence[float] = ()
) -> onnx.ModelProto:
    """Colours and places of the pixels, each pooled, times fixed weights."""
    weights = np.random.RandomState(7).standard_normal((3 * SIDE_PX * SIDE_PX, width)).astype(np.float32)
    added = np.asarray(bias or [0.0] * width, dtype=np.float32)
    nodes = [
        helper.make_node("Flatten", ["pixel_values"], ["flat"], axis=1),
        helper.make_node("Gemm", ["flat", "vision_weights", "vision_bias"], [output]),
        *(helper.make_node("Identity", ["pixel_values"], [each]) for each in further),
    ]
    return model(
        nodes,
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, [batch, 3, SIDE_PX, SIDE_PX])],
        {output: [batch, width], **{each: [batch, 3, SIDE_PX, SIDE_PX] for each in further}},
        {"vision_weights": weights, "vision_bias": added},
    )


def text(output: str, length: int, *, mask: bool = False) -> onnx.ModelProto:
    """A vector for each token, those that are no filling summed (all, without a mask)."""
    table = np.random.RandomState(11).standard_normal((16, WIDTH)).astype(np.float32)
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "sequence"])
    given = [ids, helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["batch", "sequence"])]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["vectors"]),
        helper.make_node("Cast", ["attention_mask"], ["weights"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["weights", "last"], ["weighed"]),
        helper.make_node("Mul", ["vectors", "weighed"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "along"], [output], keepdims=0),
    ]
    if not mask:
        nodes = [nodes[0], helper.make_node("ReduceSum", ["vectors", "along"], [output], keepdims=0)]
    constants: dict[str, np.ndarray[Any, Any]] = {
        "table": table,
        "last": np.array([2], dtype=np.int64),
        "along": np.array([1], dtype=np.int64),
    }
    return model(nodes, given if mask else given[:1], {output: ["batch", WIDTH]}, constants)


def merged(one: onnx.ModelProto, other: onnx.ModelProto, embeddings: tuple[str, str]) -> onnx.ModelProto:
    """Put two towers into one graph, with the products of their embeddings as a third output."""
    nodes = [
        *one.graph.node,
        *other.graph.node,
        helper.make_node("Transpose", [embeddings[1]], ["turned"], perm=[1, 0]),
        helper.make_node("MatMul", [embeddings[0], "turned"], ["logits_per_image"]),
    ]
    outputs: dict[str, Sequence[str | int]] = {
        "logits_per_image": ["images", "texts"],
        embeddings[0]: ["images", WIDTH],
        embeddings[1]: ["texts", WIDTH],
    }
    constants: dict[str, np.ndarray[Any, Any]] = {
        each.name: numpy_helper.to_array(each) for each in (*one.graph.initializer, *other.graph.initializer)
    }
    return model(nodes, [*one.graph.input, *other.graph.input], outputs, constants)


def model(
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Mapping[str, Sequence[str | int]],
    constants: Mapping[str, np.ndarray[Any, Any]],
) -> onnx.ModelProto:
    used = {each for node in nodes for each in node.input}
    graph = helper.make_graph(
        nodes,
        "tiny",
        inputs,
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(each, name) for name, each in constants.items() if name in used],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made)
    return made


def tokenizer(words: Sequence[str], template: str, unknown: str) -> dict[str, Any]:
    """Whole words, in lower case, between the marks that the kind puts around a text."""
    marks = [each for each in template.split() if each != "$A"]
    single = [
        {"Sequence": {"id": "A", "type_id": 0}} if each == "$A" else {"SpecialToken": {"id": each, "type_id": 0}}
        for each in template.split()
    ]
    vocabulary = {word: at for at, word in enumerate(words)}
    special = {each: {"id": each, "ids": [vocabulary[each]], "tokens": [each]} for each in marks}
    added = [
        {
            "id": vocabulary[each],
            "content": each,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for each in marks
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {"type": "TemplateProcessing", "single": single, "pair": single, "special_tokens": special},
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": unknown},
    }


def onnx_files(directory: Path, models: Mapping[str, onnx.ModelProto]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name, each in models.items():
        (directory / f"{name}.onnx").write_bytes(each.SerializeToString())


def write(path: Path, held: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(held))
