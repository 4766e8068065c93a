"""Say which models score pictures and captions, so that filters know whose scores to ask for."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelCard:
    """One model of a run.

    `revision` is the first 32 hex digits of SHA-256 over the digests of all its files and its code's version. `unit`
    says what its scores are: `probability` (0 to 1), `cosine` (-1 to 1), `log-odds`. `languages` are those whose
    captions it measures, as ISO 639-1 labels; None: any, or it looks at no caption.
    """

    name: str
    revision: str
    unit: str
    languages: tuple[str, ...] | None = None

    def measures(self, language: str | None) -> bool:
        """Say whether it measures captions in a language; None is one that was not detected."""
        return self.languages is None or language in self.languages


@dataclass(frozen=True, kw_only=True, slots=True)
class Models:
    """Those that a run asks: `safety` about each picture, `fit` about each picture with its caption."""

    safety: tuple[ModelCard, ...] = ()
    fit: tuple[ModelCard, ...] = ()


NO_MODELS: Final = Models()
"""What is measured by none is never clean."""
