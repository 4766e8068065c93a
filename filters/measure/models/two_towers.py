"""Score how well captions fit with CLIP or SigLIP from a directory: the cosine of their two embeddings."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from filters.measure.glimpse import Glimpse
from filters.measure.models.graphs import Graph
from filters.measure.models.manifest import Manifest, content
from filters.measure.models.model import Golden, ModelNotReady
from filters.measure.models.pixels import fed, side_px
from filters.measure.models.tokens import Wording
from filters.models import ModelCard

_PICTURE: Final = ("image_embeds", "image_features", "image_embedding", "embedding")
_TEXT: Final = ("text_embeds", "text_features", "text_embedding", "embedding")
_POOLED: Final = ("pooler_output",)
"""SigLIP's embedding; CLIP's is a projection of it, so that there it is none."""


class TwoTowers:
    """One graph for pictures and one for texts, as transformers, optimum and open_clip export them, or both in one."""

    def __init__(self, directory: Path, manifest: Manifest, provider: str) -> None:
        self.card: ModelCard = manifest.card
        self.goldens: Sequence[Golden] = manifest.goldens
        self._pixels = manifest.pixels
        self._wording = _wording(directory, manifest)
        self._masks_filling = manifest.kind == "clip"
        self._towers = _towers(directory, manifest, provider)

    @property
    def side_px(self) -> int:
        return side_px(self._pixels)

    def score(self, pairs: Sequence[tuple[Glimpse, str]]) -> Sequence[float]:
        """Return a cosine for each, from -1 to 1; NaN where an embedding is all noughts."""
        pixels = fed([glimpse for glimpse, _ in pairs], self._pixels)
        ids, mask = self._wording.fed([caption for _, caption in pairs])
        pictures, texts = self._towers.embed(pixels, ids, mask if self._masks_filling else np.ones_like(mask))
        with np.errstate(invalid="ignore", divide="ignore"):
            cosines = (pictures * texts).sum(axis=1) / (_length(pictures) * _length(texts))
        return [float(each) for each in cosines]


class _Towers:
    """Which names of the graphs take pixels, ids and mask, and which give the embeddings."""

    def __init__(self, picture: Graph, text: Graph, pooled: bool) -> None:
        self._picture, self._text = picture, text
        self._of_picture = _output(picture, _PICTURE + _POOLED * pooled, alone=picture is not text)
        self._of_text = _output(text, _TEXT + _POOLED * pooled, alone=picture is not text)
        self._taken = {graph: {each.name: _taken(graph, each) for each in graph.inputs} for graph in (picture, text)}

    def embed(self, pixels: NDArray[Any], ids: NDArray[Any], mask: NDArray[Any]) -> list[NDArray[np.float64]]:
        given = {"pixels": pixels, "ids": ids, "mask": mask, "type": np.zeros_like(ids), "place": _places(ids)}
        fed = {graph: {name: given[each] for name, each in taken.items()} for graph, taken in self._taken.items()}
        if self._picture is self._text:
            return self._picture.run([self._of_picture, self._of_text], fed[self._picture])
        pictures = self._picture.run([self._of_picture], fed[self._picture])
        return pictures + self._text.run([self._of_text], fed[self._text])


def _wording(directory: Path, manifest: Manifest) -> Wording:
    if manifest.tokenizer is None or manifest.tokens is None:
        raise ModelNotReady(f"{directory} names no tokenizer; type: altsieve models pin --help")
    return Wording(content(directory, manifest, manifest.tokenizer), manifest.tokens)


def _towers(directory: Path, manifest: Manifest, provider: str) -> _Towers:
    picture = Graph(manifest.picture_model, content(directory, manifest, manifest.picture_model), provider)
    text_name = manifest.text_model or manifest.picture_model
    if text_name == manifest.picture_model:
        return _Towers(picture, picture, pooled=False)
    text = Graph(text_name, content(directory, manifest, text_name), provider)
    return _Towers(picture, text, pooled=manifest.kind == "siglip")


def _output(graph: Graph, known: Sequence[str], *, alone: bool) -> str:
    """Return the known name, or that of the only output which is one row a pair."""
    names = [each.name for each in graph.outputs]
    rows = [str(each.name) for each in graph.outputs if len(each.shape) == 2]
    for name in known:
        if name in names:
            return name
    if alone and len(rows) == 1 and rows[0] not in _POOLED:
        return rows[0]
    raise ModelNotReady(
        f"{graph.name} gives {', '.join(names)}, of which none is known as the embedding ({', '.join(known)}): "
        "export it with its projection"
    )


def _taken(graph: Graph, given: Any) -> str:
    if given.type in ("tensor(float)", "tensor(float16)"):
        if len(given.shape) == 4:
            return "pixels"
    elif len(given.shape) == 2:
        return next((each for part, each in _WORDS.items() if part in str(given.name)), "ids")
    raise ModelNotReady(f"{graph.name} asks for {given.name}, which is neither pixels nor tokens")


_WORDS: Final = {"mask": "mask", "token_type": "type", "position": "place"}


def _places(ids: NDArray[Any]) -> NDArray[Any]:
    return np.broadcast_to(np.arange(ids.shape[1], dtype=np.int64), ids.shape)


def _length(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(rows, axis=1), dtype=np.float64)
