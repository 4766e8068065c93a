"""Export CLIP or SigLIP to a directory that `altsieve models pin` takes; run it where torch is installed.

From a checkpoint of transformers, which `hf download openai/clip-vit-base-patch32 --local-dir clip` fetches:

    python benchmarks/models/export_clip.py transformers clip clip-onnx

or from open_clip:

    python benchmarks/models/export_clip.py open_clip ViT-B-32 clip-onnx --pretrained laion2b_s34b_b79k

It needs torch, onnx, tokenizers, and transformers or open_clip_torch; `--int8` onnxruntime as well. Altsieve itself
needs no torch, and nothing here imports Altsieve.
"""

import argparse
import importlib
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

BESIDE = (
    "preprocessor_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "config.json",
)
CLIP_WORDS = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
CHECKED = ("A red disc.", "two   dogs' bowls, 1999!", "Größe: 10 €")
PILLOW = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3}


def from_transformers(source: Path, out: Path) -> None:
    """Export both towers with their projections, and copy what says how they are fed."""
    transformers = importlib.import_module("transformers")
    model = transformers.AutoModel.from_pretrained(source).eval()
    vision, text = model.config.vision_config, model.config.text_config
    side_px, length = vision.image_size, text.max_position_embeddings
    _export(
        out / "vision_model.onnx",
        model,
        lambda x: _embedding(model.get_image_features(pixel_values=x)),
        _pixels(side_px),
        "image",
    )
    _export(
        out / "text_model.onnx", model, lambda x: _embedding(model.get_text_features(input_ids=x)), _ids(length), "text"
    )
    for name in BESIDE:
        if (source / name).is_file():
            shutil.copyfile(source / name, out / name)


def from_open_clip(name: str, pretrained: str | None, out: Path) -> None:
    """Export both towers, and write its preparation and tokenizer in the form of transformers'."""
    open_clip = importlib.import_module("open_clip")
    model, _, _ = open_clip.create_model_and_transforms(name, pretrained=pretrained)
    model.eval()
    prepared = model.visual.preprocess_cfg
    size = prepared["size"]
    side_px = size if isinstance(size, int) else size[0]
    _export(out / "vision_model.onnx", model, model.encode_image, _pixels(side_px), "image")
    _export(out / "text_model.onnx", model, model.encode_text, _ids(model.context_length), "text")
    (out / "preprocessor_config.json").write_text(json.dumps(_preparation(prepared, side_px), indent=2))
    (out / "config.json").write_text(json.dumps({"text_config": {"max_position_embeddings": model.context_length}}))
    _write_tokenizer(open_clip.get_tokenizer(name), model.context_length, out)


def quantised(out: Path) -> None:
    """Write an int8 version of each tower beside it; check it with `altsieve calibrate` before you rely on it."""
    quantisation = importlib.import_module("onnxruntime.quantization")
    for tower in ("vision_model", "text_model"):
        quantisation.quantize_dynamic(out / f"{tower}.onnx", out / f"{tower}_int8.onnx")


def _export(path: Path, model: Any, embed: Callable[[Any], Any], example: Any, of: str) -> None:
    torch = importlib.import_module("torch")
    tower = type("Tower", (torch.nn.Module,), {"forward": lambda _, given: embed(given)})()
    torch.backends.mha.set_fastpath_enabled(False)  # its operator is none of ONNX's
    tower.model = model  # so that its weights are the tower's, and become those of the graph
    given, found = {"image": "pixel_values", "text": "input_ids"}[of], f"{of}_embeds"
    with torch.no_grad():
        torch.onnx.export(
            tower.eval(),
            (example,),
            path,
            input_names=[given],
            output_names=[found],
            dynamic_axes={given: {0: "batch"}, found: {0: "batch"}},
            opset_version=17,
            dynamo=False,  # the other exporter fixes the batch where a model reads its shape
        )


def _embedding(found: Any) -> Any:
    """Transformers 5 wraps the embedding, transformers 4 does not."""
    return getattr(found, "pooler_output", found)


def _pixels(side_px: int) -> Any:
    return importlib.import_module("torch").zeros(2, 3, side_px, side_px)


def _ids(length: int) -> Any:
    return importlib.import_module("torch").ones(2, length, dtype=importlib.import_module("torch").int64)


def _preparation(prepared: dict[str, Any], side_px: int) -> dict[str, Any]:
    shortest = prepared["resize_mode"] == "shortest"
    return {
        "size": {"shortest_edge": side_px} if shortest else {"height": side_px, "width": side_px},
        "do_center_crop": shortest,
        "crop_size": {"height": side_px, "width": side_px},
        "image_mean": list(prepared["mean"]),
        "image_std": list(prepared["std"]),
        "resample": PILLOW[prepared["interpolation"]],
    }


def _write_tokenizer(theirs: Any, length: int, out: Path) -> None:
    """Write CLIP's byte pairs as tokenizer.json, or copy the one that a Hugging Face tokenizer has."""
    if hasattr(theirs, "bpe_ranks"):
        ours, filling = _byte_pairs(theirs), ("!", 0)
    else:
        ours, filling = theirs.tokenizer.backend_tokenizer, (theirs.tokenizer.pad_token, theirs.tokenizer.pad_token_id)
    ours.enable_truncation(max_length=length)
    ours.enable_padding(length=length, pad_id=filling[1], pad_token=filling[0])
    _require_same(theirs(list(CHECKED)).tolist(), [each.ids for each in ours.encode_batch(list(CHECKED))])
    ours.save(str(out / "tokenizer.json"))
    (out / "tokenizer_config.json").write_text(json.dumps({"pad_token": filling[0]}))


def _byte_pairs(theirs: Any) -> Any:
    tokenizers = importlib.import_module("tokenizers")
    normalizers, pre, processors = tokenizers.normalizers, tokenizers.pre_tokenizers, tokenizers.processors
    ours = tokenizers.Tokenizer(
        tokenizers.models.BPE(
            vocab=theirs.encoder,
            merges=list(theirs.bpe_ranks),
            continuing_subword_prefix="",
            end_of_word_suffix="</w>",
        )
    )
    space = normalizers.Replace(tokenizers.Regex(r"\s+"), " ")
    ours.normalizer = normalizers.Sequence([normalizers.NFC(), space, normalizers.Lowercase()])
    words = pre.Split(tokenizers.Regex(CLIP_WORDS), behavior="removed", invert=True)
    ours.pre_tokenizer = pre.Sequence([words, pre.ByteLevel(add_prefix_space=False)])
    first, last = (("<start_of_text>", theirs.sot_token_id), ("<end_of_text>", theirs.eot_token_id))
    ours.post_processor = processors.RobertaProcessing(last, first, trim_offsets=False, add_prefix_space=False)
    return ours


def _require_same(theirs: Sequence[Sequence[int]], ours: Sequence[Sequence[int]]) -> None:
    if theirs != ours:
        raise SystemExit("the tokenizer that was written does not say the same as open_clip's: do not use this export")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", choices=("transformers", "open_clip"))
    parser.add_argument("source", help="a directory with a checkpoint, or open_clip's name of a network")
    parser.add_argument("out", type=Path)
    parser.add_argument("--pretrained", help="open_clip's name of the weights, or a file of them")
    parser.add_argument("--int8", action="store_true", help="write *_int8.onnx as well")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    if given.library == "transformers":
        from_transformers(Path(given.source), given.out)
    else:
        from_open_clip(given.source, given.pretrained, given.out)
    if given.int8:
        quantised(given.out)
    print(f"now: altsieve models pin {given.out} --kind clip (or siglip) --language ... --licence ... --origin ...")


if __name__ == "__main__":
    main()
