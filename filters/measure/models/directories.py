"""Take models from directories that hold `altsieve-model.json` and the files that it pins."""

from pathlib import Path

from filters.measure.models import manifest
from filters.measure.models.manifest import Manifest
from filters.measure.models.model import FitModel, ModelNotReady, PictureModel
from filters.models import ModelCard


def describe(entry: str, use: str) -> ModelCard:
    """Return its card once every file was compared with its digest. `use` is `safety` or `fit`."""
    directory = Path(entry).expanduser()
    read = _of_use(manifest.read(directory), use)
    manifest.require_files(directory, read)
    return read.card


def load(entry: str, use: str, provider: str) -> PictureModel | FitModel:
    """Load it; its goldens are for the caller to check."""
    directory = Path(entry).expanduser()
    return opened(directory, _of_use(manifest.read(directory), use), provider)


def opened(directory: Path, read: Manifest, provider: str) -> PictureModel | FitModel:
    """Load what a manifest says. The runtime is imported here, so that whoever only describes goes without."""
    if read.kind == "classifier":
        from filters.measure.models.directory_classifier import DirectoryClassifier

        return DirectoryClassifier(directory, read, provider)
    from filters.measure.models.two_towers import TwoTowers

    return TwoTowers(directory, read, provider)


def _of_use(read: Manifest, use: str) -> Manifest:
    if read.is_of_use_for != use:
        setting = {"safety": "SAFETY_MODELS", "fit": "CONSISTENCY_MODELS"}[read.is_of_use_for]
        raise ModelNotReady(f"{read.name} is a {read.kind}: name it in {setting}")
    return read
