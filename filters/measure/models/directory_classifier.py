"""Score how unsafe pictures are with a classifier from a directory: by the probabilities of its unsafe classes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from filters.measure.glimpse import Glimpse
from filters.measure.models.graphs import Graph
from filters.measure.models.manifest import Classes, Manifest, content
from filters.measure.models.model import Golden, ModelNotReady
from filters.measure.models.pixels import fed, side_px
from filters.models import ModelCard

_ROUNDING: Final = 1e-5
"""So far above 1 a sum of probabilities may be."""


class DirectoryClassifier:
    """One graph with one input of pixels, whose first output is a row of classes for each picture."""

    def __init__(self, directory: Path, manifest: Manifest, provider: str) -> None:
        if manifest.classes is None:
            raise ModelNotReady(f"{directory} does not say which classes are unsafe; type: altsieve models pin --help")
        self.card: ModelCard = manifest.card
        self.goldens: Sequence[Golden] = manifest.goldens
        self._pixels = manifest.pixels
        self._classes: Classes = manifest.classes
        self._graph = Graph(manifest.picture_model, content(directory, manifest, manifest.picture_model), provider)
        if len(self._graph.inputs) != 1:
            raise ModelNotReady(f"{manifest.picture_model} asks for more than pixels")

    @property
    def side_px(self) -> int:
        return side_px(self._pixels)

    def score(self, glimpses: Sequence[Glimpse]) -> Sequence[float]:
        """Return a probability for each."""
        fed_pixels = {self._graph.inputs[0].name: fed(glimpses, self._pixels)}
        (rows,) = self._graph.run([self._graph.outputs[0].name], fed_pixels)
        unsafe = _probabilities(rows, self._classes.reading)[:, list(self._classes.unsafe)]
        scores = unsafe.max(axis=1) if self._classes.reading == "sigmoid" else unsafe.sum(axis=1)
        return [1.0 if 1 < each < 1 + _ROUNDING else float(each) for each in scores]


def _probabilities(rows: NDArray[np.float64], reading: str) -> NDArray[np.float64]:
    if reading == "as-it-is":
        return rows
    if reading == "sigmoid":
        return np.asarray(0.5 * (1 + np.tanh(rows / 2)))  # the same without overflow
    shifted = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))
