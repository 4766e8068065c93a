"""Pin a directory: take the digests of its files, and ask its model what it says of harmless pictures."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from filters.measure.models import hugging_face
from filters.measure.models.directories import opened
from filters.measure.models.goldens import PICTURES, check_fit_model, check_picture_model, picture
from filters.measure.models.manifest import Kind, Manifest, require_sense
from filters.measure.models.model import Golden, ModelNotReady

CAPTIONS: Final = (
    ("gradient", "a blue sky over green grass"),
    ("checks", "a chessboard of black and white squares"),
    ("disc", "a red disc on a white background"),
    ("disc", "a cat asleep on a sofa"),
    ("stripes", "yellow and dark blue stripes"),
    ("noise", "coloured noise"),
)
_TOLERANCE: Final = 0.01
"""At most; another processor's sums differ in the third place after the point."""
_LEAST_SPREAD: Final = 0.001


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What no file says: it is for the operator to know."""

    name: str
    licence: str
    origin: str
    languages: tuple[str, ...] | None = None
    unsafe: tuple[str, ...] = ()
    picture_model: str | None = None
    text_model: str | None = None


def pin(directory: Path, kind: Kind, told: Told, provider: str = "cpu") -> Manifest:
    """Return the manifest of a directory as it is now; nothing is written. `ModelNotReady` if it cannot be used."""
    unpinned = _classifier(directory, told) if kind == "classifier" else _two_towers(directory, kind, told)
    names = {unpinned.picture_model, unpinned.text_model, unpinned.tokenizer} - {None}
    digested = replace(unpinned, files={each: _digest(directory / each) for each in sorted(map(str, names))})
    require_sense(directory, digested)
    pinned = replace(digested, goldens=_goldens(digested, opened(directory, digested, provider)))
    again: Any = opened(directory, pinned, provider)
    (check_picture_model if kind == "classifier" else check_fit_model)(again)
    return pinned


def _two_towers(directory: Path, kind: Kind, told: Told) -> Manifest:
    return Manifest(
        kind=kind,
        name=told.name,
        licence=told.licence,
        origin=told.origin,
        languages=told.languages,
        files={},
        goldens=(),
        picture_model=told.picture_model
        or hugging_face.find_graph(directory, ("vision_model.onnx", "visual.onnx", "model.onnx")),
        text_model=told.text_model
        or hugging_face.find_graph(directory, ("text_model.onnx", "textual.onnx", "model.onnx")),
        tokenizer="tokenizer.json",
        pixels=hugging_face.pixels(directory, kind),
        tokens=hugging_face.tokens(directory, kind),
    )


def _classifier(directory: Path, told: Told) -> Manifest:
    if not told.unsafe:
        raise ModelNotReady("say which classes are unsafe: --unsafe CLASS, once for each")
    return Manifest(
        kind="classifier",
        name=told.name,
        licence=told.licence,
        origin=told.origin,
        files={},
        goldens=(),
        picture_model=told.picture_model or hugging_face.find_graph(directory, ("model.onnx",)),
        pixels=hugging_face.pixels(directory, "classifier"),
        classes=hugging_face.classes(directory, told.unsafe),
    )


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelNotReady(f"{path} cannot be read ({error.strerror})") from None


def _goldens(manifest: Manifest, model: Any) -> tuple[Golden, ...]:
    if manifest.kind == "classifier":
        asked = [(each, "") for each in PICTURES]
        values: Sequence[float] = model.score([picture(each) for each, _ in asked])
    else:
        asked = list(CAPTIONS)
        values = model.score([(picture(each), caption) for each, caption in asked])
    tolerance = _tolerance(manifest.name, values)
    return tuple(
        Golden(picture=each, caption=caption, value=round(value, 6), tolerance=tolerance)
        for (each, caption), value in zip(asked, values, strict=True)
    )


def _tolerance(name: str, values: Sequence[float]) -> float:
    """So small that the furthest two are ten tolerances apart."""
    if not all(math.isfinite(each) for each in values):
        raise ModelNotReady(f"{name} gives no number for a harmless picture: the export is broken")
    spread = max(values) - min(values)
    if spread < _LEAST_SPREAD:
        raise ModelNotReady(f"{name} says the same of every harmless picture: the export or its weights are broken")
    return min(_TOLERANCE, round(spread / 10, 6))
