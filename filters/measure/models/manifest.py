"""Read what the directory of a model says of it, and accept no file that is not the one it was pinned with."""

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal

import msgspec

from filters.measure.models.model import Golden, ModelNotReady
from filters.models import ModelCard
from filters.revision import revision_of

FILE: Final = "altsieve-model.json"
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
CODE: Final = "1"
"""Raised when the same files would be scored differently."""

Kind = Literal["clip", "siglip", "classifier"]
Resampling = Literal["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"]
Casing = Literal["as-it-is", "lower", "letters"]
Reading = Literal["softmax", "sigmoid", "as-it-is"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pixels:
    """How a picture becomes numbers: resized, cut to its centre, scaled, normalised by colour.

    `shortest` makes the shorter side as long as asked and keeps the aspect; `exact` does not keep it.
    """

    resize: Literal["shortest", "exact"]
    width_px: int
    height_px: int
    crop_width_px: int
    crop_height_px: int
    resample: Resampling
    scale: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    channels_last: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """How a caption becomes numbers: `letters` is lower case without punctuation, as SigLIP was trained."""

    length: int
    pad_id: int
    filling: str
    pad_side: Literal["right", "left"] = "right"
    casing: Casing = "as-it-is"


@dataclass(frozen=True, kw_only=True, slots=True)
class Classes:
    """Which of a classifier's outputs are unsafe.

    Their probabilities are added, but of `sigmoid`, whose classes do not exclude each other, the greatest counts.
    """

    unsafe: tuple[int, ...]
    reading: Reading = "softmax"


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """One model: its files with their SHA-256, how it is fed, and what it says of harmless pictures.

    `picture_model` and `text_model` are the same file where one graph holds both towers.
    """

    kind: Kind
    name: str
    licence: str
    origin: str
    files: Mapping[str, str]
    picture_model: str
    pixels: Pixels
    goldens: tuple[Golden, ...]
    text_model: str | None = None
    tokenizer: str | None = None
    tokens: Tokens | None = None
    classes: Classes | None = None
    languages: tuple[str, ...] | None = None

    @property
    def card(self) -> ModelCard:
        """Its revision changes with each file and with how it is fed, not with what is told of it."""
        parts = {"files": dict(self.files), "fed": {"pixels": self.pixels, "tokens": self.tokens}}
        said = {"code": CODE, "kind": self.kind, "classes": self.classes, "text": self.text_model, **parts}
        named = {"picture": self.picture_model, "tokenizer": self.tokenizer, **said}
        return ModelCard(
            name=self.name,
            revision=revision_of(msgspec.to_builtins(named)),
            unit="probability" if self.kind == "classifier" else "cosine",
            languages=self.languages,
        )

    @property
    def is_of_use_for(self) -> str:
        return "safety" if self.kind == "classifier" else "fit"


def read(directory: Path) -> Manifest:
    """Raise `ModelNotReady` if there is none, or it leaves out what its kind needs. No other file is opened."""
    try:
        manifest = msgspec.json.decode((directory / FILE).read_bytes(), type=Manifest)
    except OSError:
        missing = f"has no {FILE}; type: altsieve models pin --help" if directory.is_dir() else "is no directory"
        raise ModelNotReady(f"{directory} {missing}") from None
    except msgspec.MsgspecError as error:
        raise ModelNotReady(f"{directory / FILE} cannot be read: {error}; type: altsieve models pin --help") from None
    require_sense(directory, manifest)
    return manifest


def require_sense(directory: Path, manifest: Manifest) -> None:
    """Raise `ModelNotReady` if it leaves out what its kind needs, or asks for what cannot be."""
    for problem in _problems(manifest):
        raise ModelNotReady(f"{directory / FILE} {problem}; type: altsieve models pin --help")


def written(manifest: Manifest) -> bytes:
    """Return the text of the file."""
    return msgspec.json.format(msgspec.json.encode(asdict(manifest)), indent=2) + b"\n"


def require_files(directory: Path, manifest: Manifest) -> None:
    """Raise `ModelNotReady` if a file is missing or altered; they are read in pieces."""
    for name, pinned in manifest.files.items():
        try:
            with (directory / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise _missing(directory / name, error) from None
        _require(directory / name, found, pinned)


def content(directory: Path, manifest: Manifest, name: str) -> bytes:
    """Return a file's bytes, which are those that were compared with the digest, whatever becomes of the file."""
    try:
        read = (directory / name).read_bytes()
    except OSError as error:
        raise _missing(directory / name, error) from None
    _require(directory / name, hashlib.sha256(read).hexdigest(), manifest.files[name])
    return read


def _problems(manifest: Manifest) -> list[str]:
    used = [manifest.picture_model]
    problems = [] if NAME.fullmatch(manifest.name) else ["names a model by more than small letters, digits and . _ -"]
    if manifest.kind == "classifier":
        if manifest.classes is None or not manifest.classes.unsafe:
            problems.append("does not say which of its classes are unsafe")
    elif manifest.text_model is None or manifest.tokenizer is None or manifest.tokens is None:
        problems.append("names no text model or no tokenizer")
    else:
        used += [manifest.text_model, manifest.tokenizer]
    if missing := [each for each in used if each not in manifest.files]:
        problems.append(f"gives no SHA-256 of {', '.join(missing)}")
    if outside := [each for each in manifest.files if not _is_inside(each)]:
        problems.append(f"names files outside of its directory: {', '.join(outside)}")
    return problems + _problems_of(manifest.pixels)


def _problems_of(pixels: Pixels) -> list[str]:
    sides = (pixels.crop_width_px, pixels.width_px, pixels.crop_height_px, pixels.height_px)
    numbers = (pixels.scale, *pixels.mean, *pixels.std)
    if min(sides) < 1 or max(sides) > _GREATEST_SIDE_PX or sides[0] > sides[1] or sides[2] > sides[3]:
        return [f"asks for pictures of no size, of more than {_GREATEST_SIDE_PX} pixels, or for a cut larger than they"]
    if not all(math.isfinite(each) for each in numbers) or 0 in pixels.std or pixels.scale == 0:
        return ["normalises colours by numbers that are none, or by 0"]
    return []


_GREATEST_SIDE_PX: Final = 2_048


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _missing(path: Path, error: OSError) -> ModelNotReady:
    return ModelNotReady(f"{path} cannot be read ({error.strerror}): put it back, or name another model")


def _require(path: Path, found: str, pinned: str) -> None:
    if found != pinned:
        raise ModelNotReady(
            f"{path} is not the file that was pinned: its SHA-256 is {found[:16]}..., not {pinned[:16]}...; "
            "put that one back, or pin the directory anew"
        )
