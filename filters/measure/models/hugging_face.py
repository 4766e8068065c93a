"""Read how a model is fed from the files that transformers and optimum write beside it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from filters.measure.models.manifest import Casing, Classes, Kind, Pixels, Resampling, Tokens
from filters.measure.models.model import ModelNotReady

_RESAMPLING: Final[Sequence[Resampling]] = ("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming")
"""By Pillow's numbers, which `preprocessor_config.json` holds."""
_FOLDERS: Final = ("", "onnx")
_LENGTH: Final = {"clip": 77, "siglip": 64}


def find_graph(directory: Path, names: Sequence[str]) -> str:
    """Return where the first of the names is: in the directory itself, or below `onnx/`."""
    for name in names:
        for folder in _FOLDERS:
            if (directory / folder / name).is_file():
                return str(Path(folder, name).as_posix())
    raise ModelNotReady(f"{directory} has no {' or '.join(names)}; name the file with --picture-model and --text-model")


def pixels(directory: Path, kind: Kind) -> Pixels:
    """Read `preprocessor_config.json`, as `CLIPImageProcessor` and its like would."""
    path = directory / "preprocessor_config.json"
    config = _json(path)
    if not config.get("do_resize", True) or "crop_pct" in config:
        raise ModelNotReady(f"{path} prepares pictures in a way that is not known here")
    resize, width_px, height_px = _size(path, config, kind)
    crop_width_px, crop_height_px = _crop(path, config, resize, width_px, height_px)
    normalised = config.get("do_normalize", True)
    return Pixels(
        resize=resize,
        width_px=width_px,
        height_px=height_px,
        crop_width_px=crop_width_px,
        crop_height_px=crop_height_px,
        resample=_RESAMPLING[_number(path, config.get("resample", 2 if kind == "classifier" else 3), most=5)],
        scale=float(config.get("rescale_factor", 1 / 255)) if config.get("do_rescale", True) else 1.0,
        mean=_colours(path, config["image_mean"]) if normalised else (0.0, 0.0, 0.0),
        std=_colours(path, config["image_std"]) if normalised else (1.0, 1.0, 1.0),
    )


def tokens(directory: Path, kind: Kind) -> Tokens:
    """Read what a caption is filled up with, and to which length, from the files of the tokenizer and the model."""
    name = _padding(directory)
    known: Any = _json(directory / "tokenizer.json")
    ids = {each["content"]: each["id"] for each in known.get("added_tokens", ())} | _vocabulary(known)
    if name not in ids:
        raise ModelNotReady(f"{directory / 'tokenizer.json'} does not know {name}, with which captions are filled up")
    text = _optional(directory / "config.json").get("text_config") or {}
    length = text.get("max_position_embeddings", _LENGTH[kind])
    return Tokens(
        length=_number(directory / "config.json", length),
        pad_id=ids[name],
        filling=name,
        pad_side=_optional(directory / "tokenizer_config.json").get("padding_side", "right"),
        casing=_casing(known, kind),
    )


def classes(directory: Path, unsafe: Sequence[str]) -> Classes:
    """Find the unsafe labels in `config.json`."""
    labels = {str(each).lower(): int(at) for at, each in _json(directory / "config.json").get("id2label", {}).items()}
    if unknown := [each for each in unsafe if each.lower() not in labels]:
        raise ModelNotReady(f"{directory} has no class {', '.join(unknown)}; it has {', '.join(labels) or 'none'}")
    return Classes(unsafe=tuple(sorted(labels[each.lower()] for each in unsafe)))


def _size(path: Path, config: Mapping[str, Any], kind: Kind) -> tuple[Any, int, int]:
    size = config.get("size", 224)
    if isinstance(size, int):  # as before transformers 4.22
        return ("shortest" if kind == "clip" else "exact"), size, size
    if "shortest_edge" in size:
        return "shortest", *(_number(path, size["shortest_edge"]),) * 2
    return "exact", _number(path, size.get("width")), _number(path, size.get("height"))


def _crop(path: Path, config: Mapping[str, Any], resize: str, width_px: int, height_px: int) -> tuple[int, int]:
    if not config.get("do_center_crop", resize == "shortest"):
        if resize == "shortest":
            raise ModelNotReady(f"{path} keeps the aspect and cuts nothing, so that pictures could not share a batch")
        return width_px, height_px
    crop = config.get("crop_size", width_px)
    if isinstance(crop, int):
        return crop, crop
    return _number(path, crop.get("width")), _number(path, crop.get("height"))


def _padding(directory: Path) -> str:
    for file in ("tokenizer_config.json", "special_tokens_map.json"):
        named = _optional(directory / file).get("pad_token")
        if isinstance(named, dict):
            named = named.get("content")
        if isinstance(named, str):
            return named
    filled = _json(directory / "tokenizer.json").get("padding") or {}
    if isinstance(filled.get("pad_token"), str):
        return str(filled["pad_token"])
    raise ModelNotReady(f"{directory} says nowhere what captions are filled up with: put tokenizer_config.json there")


def _casing(known: Mapping[str, Any], kind: Kind) -> Casing:
    """SigLIP was trained without capitals and marks, SigLIP 2 (whose tokenizer is of byte pairs) without capitals.

    Its tokenizers do that outside of `tokenizer.json`; that of CLIP does it within.
    """
    if kind == "clip":
        return "as-it-is"
    return "letters" if (known.get("model") or {}).get("type") == "Unigram" else "lower"


def _vocabulary(known: Mapping[str, Any]) -> dict[str, int]:
    """Of word pieces and byte pairs it maps words to numbers; of unigrams it is a list of words with their weights."""
    vocabulary = (known.get("model") or {}).get("vocab") or {}
    if isinstance(vocabulary, dict):
        return vocabulary
    return {each[0]: at for at, each in enumerate(vocabulary)}


def _number(path: Path, value: object, most: int = 2_048) -> int:
    if not isinstance(value, int) or not 0 <= value <= most:
        raise ModelNotReady(f"{path} has {value!r} where a number up to {most} belongs")
    return value


def _colours(path: Path, values: Any) -> tuple[float, float, float]:
    if not isinstance(values, list) or len(values) != 3:
        raise ModelNotReady(f"{path} has no number for each of red, green and blue")
    red, green, blue = (float(each) for each in values)
    return red, green, blue


def _optional(path: Path) -> Mapping[str, Any]:
    return _json(path) if path.is_file() else {}


def _json(path: Path) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except OSError as error:
        raise ModelNotReady(f"{path} cannot be read ({error.strerror}); it comes with the model") from None
    except msgspec.MsgspecError as error:
        raise ModelNotReady(f"{path} cannot be read: {error}") from None
    return found
