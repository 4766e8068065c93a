"""Offer the thresholds that others have published, each with where it is from; none of them was measured here."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A cosine for CONSISTENCY_MIN, or the share of the pool that the recipe keeps where it names no cosine.

    It holds for the network it was published for: another network's cosines lie elsewhere.
    """

    name: str
    network: str
    captions: str
    languages: tuple[str, ...]
    """For which `model/language` it is to be set; none: for the model."""
    least: float | None
    share: float | None
    source: str

    def setting(self, model: str) -> str | None:
        """Return what to type for a model of that network; None where a share must be turned into a cosine first."""
        if self.least is None:
            return None
        keys = [f"{model}/{each}" for each in self.languages] or [model]
        return f"-s CONSISTENCY_MIN={','.join(f'{each}={self.least:g}' for each in keys)}"


PRESETS: Final = (
    Preset(
        name="laion-400m",
        network="OpenAI CLIP ViT-B/32",
        captions="English",
        languages=("en",),
        least=0.3,
        share=None,
        source="LAION-400M (arXiv 2111.02114): pairs below 0.3 were dropped",
    ),
    Preset(
        name="laion-5b-english",
        network="OpenAI CLIP ViT-B/32",
        captions="English",
        languages=("en",),
        least=0.28,
        share=None,
        source="LAION-5B (arXiv 2210.08402); so in `laion2b` of DataComp's code, baselines/apply_filter.py",
    ),
    Preset(
        name="laion-5b-other",
        network="OpenAI CLIP ViT-B/32 with a multilingual text model made for it, as clip-ViT-B-32-multilingual-v1",
        captions="other languages",
        languages=(),
        least=0.26,
        share=None,
        source="LAION-5B (arXiv 2210.08402); LAION's filtered-wit names this number with that text model",
    ),
    Preset(
        name="datacomp-l14",
        network="OpenAI CLIP ViT-L/14",
        captions="any; DataComp-1B takes English alone",
        languages=(),
        least=None,
        share=0.3,
        source="DataComp (arXiv 2304.14108): the best 30 % of its pool by this score. Its code takes the cosine from "
        "the pool, and so must you: altsieve report shows which one keeps that share",
    ),
)
