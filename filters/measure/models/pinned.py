"""Read files of models, and accept none that is not the one that was measured."""

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from filters.measure.models.model import ModelNotReady

_DATA: Final = Path(__file__).parent / "data"


def data_file(name: str) -> Path:
    """Return where a file of this package's own data is."""
    return _DATA / name


def package_file(package: str, *parts: str) -> Path:
    """Return where a file of an installed package is, without running any code of that package."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelNotReady(f"{package.replace('_', '-')} is not installed; run `make setup`")
    return Path(next(iter(spec.submodule_search_locations)), *parts)


def pinned(path: Path, sha256: str) -> bytes:
    """Return the bytes of a file if their SHA-256 is the pinned one.

    What is used are the bytes that were hashed, so that nobody can put others there in between.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelNotReady(
            f"{path.name} of a model cannot be read ({type(error).__name__}); install it again"
        ) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelNotReady(f"{path.name} of a model is not the file that was measured; install it again")
    return data
