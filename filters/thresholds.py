"""Read the thresholds of all filters from settings, and accept none that is no number or out of bounds."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from filters.matcher_address import MatcherAddress
from filters.signals.signal import Protocol, Says

REMOVE, KEEP = "remove", "keep"
"""What becomes of private metadata."""


class BadSetting(ValueError):
    """A setting cannot be a threshold; the message names it and says what it may be."""


_GREATEST = 2**53
"""Up to here every number is the same in JSON, where revisions are made; infinity is above it."""


def _within(least: float, greatest: float, *, default: float) -> Any:
    return field(default=default, metadata={"least": least, "greatest": greatest, "whole": isinstance(default, int)})


def _one_of(*choices: str, default: str) -> Any:
    return field(default=default, metadata={"choices": choices})


def _flag(*, default: bool) -> Any:
    return field(default=default, metadata={"flag": True})


def _text(*, default: str) -> Any:
    return field(default=default, metadata={"text": True})


def _some_of(*choices: str) -> Any:
    return field(default=choices, metadata={"some_of": choices})


def _words_of(*words: str) -> Any:
    return field(default=words, metadata={"words": True})


def _numbers(least: float, greatest: float, **numbers: float) -> Any:
    """Each under the name of a model, or of a model and a language: `label-consistency/en`."""
    kept_to = {"numbers": True, "lowest": least, "highest": greatest}
    return field(
        default_factory=lambda: {name.replace("_", "-"): each for name, each in numbers.items()}, metadata=kept_to
    )


def _addresses() -> Any:
    return field(default=(), metadata={"addresses": True})


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """What the filters compare with; each field is named like its setting, in lower case."""

    languages_wanted: tuple[str, ...] = ()
    """ISO 639-1 labels; none: any language."""
    alt_min_characters: int = _within(0, 10_000, default=5)
    language_min_confidence: float = _within(0, 1, default=0.5)
    image_min_side_px: int = _within(0, math.inf, default=200)
    image_max_aspect: float = _within(1, math.inf, default=3.0)
    image_min_bytes: int = _within(0, math.inf, default=5_000)
    image_max_bytes: int = _within(0, math.inf, default=20_000_000)
    image_max_pixels: int = _within(0, math.inf, default=40_000_000)
    image_max_frames: int = _within(1, math.inf, default=64)
    max_captions_per_image: int = _within(0, math.inf, default=5)
    """0: any number."""
    consent_protocols: tuple[str, ...] = _some_of(*sorted(Protocol))
    """Those that count; robots.txt always does."""
    consent_unknown_means: str = _one_of(Says.ALLOW.value, Says.DENY.value, default=Says.ALLOW.value)
    vetted_only: bool = _flag(default=False)
    """Take pictures from vetted sources only."""
    pdq_min_quality: int = _within(0, 100, default=50)
    pdq_min_side_px: int = _within(0, math.inf, default=64)
    remote_matchers: tuple[str, ...] = _addresses()
    """Each as `kind=url`; every one of them must have answered."""
    safety_models: tuple[str, ...] = _words_of("opennsfw")
    """Names of shipped models, directories (with a `/`), or `module:function` that returns one."""
    safety_drop: Mapping[str, float] = _numbers(0, 1, opennsfw=0.8)
    safety_hold: Mapping[str, float] = _numbers(0, 1, opennsfw=0.2)
    safety_drop_with_minor: Mapping[str, float] = _numbers(0, 1, opennsfw=0.2)
    """From here on a picture is refused, as a match, if a term of a minor stands beside it."""
    safety_terms: str = _text(default="")
    """File with the terms that captions are compared with; empty: the one that is shipped."""
    consistency_models: tuple[str, ...] = _words_of("label-consistency")
    consistency_min: Mapping[str, float] = _numbers(-1_000, 1_000, label_consistency=-0.36)
    consistency_unmeasured: str = _one_of("unsure", "allow", default="unsure")
    """What it means that no model measures the caption's language."""
    max_pictures_per_caption: int = _within(0, math.inf, default=10)
    """0: any number."""
    personal_data: str = _one_of("refuse", "mask", "keep", default="refuse")
    """What becomes of captions with e-mail addresses, telephone or identity numbers."""

    private_metadata: str = _one_of(REMOVE, KEEP, default=REMOVE)
    """Whether positions, serial numbers, thumbnails and the like are taken out of the bytes that are stored."""

    def __post_init__(self) -> None:
        for each in fields(self):
            for kind, require in _REQUIRED.items():
                if kind in each.metadata:
                    require(each.name.upper(), getattr(self, each.name), each.metadata)

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> "Thresholds":
        """Take what is set, and the default of the rest; numbers and lists may be text, as from the environment."""
        given: dict[str, Any] = {}
        for each in fields(cls):
            name = each.name.upper()
            if name in settings:
                given[each.name] = _given(name, settings[name], each.metadata)
        return cls(**given)


def _given(name: str, value: object, kept_to: Mapping[str, Any]) -> object:
    if "least" in kept_to:
        return _read(value, whole=kept_to["whole"])
    if "flag" in kept_to:
        return _FLAGS.get(value.strip().lower(), value) if isinstance(value, str) else value
    if "addresses" in kept_to or "words" in kept_to:
        return _words(name, value)
    if "numbers" in kept_to:
        return _read_numbers(name, value)
    return value if "choices" in kept_to or "text" in kept_to else _labels(name, value)


_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def _read(value: object, *, whole: bool) -> object:
    """Return a number for text that is one; anything else as it is, for `_require` to refuse."""
    if not isinstance(value, str):
        return value
    try:
        return int(value) if whole else float(value)
    except ValueError:
        return value


def _read_numbers(name: str, value: object) -> object:
    """Take a mapping, or text such as `opennsfw=0.8,other=0.7`."""
    if isinstance(value, str):
        parts = [each.rpartition("=") for each in value.split(",") if each.strip()]
        return {model.strip(): _read(number.strip(), whole=False) for model, _, number in parts}
    return {each: value[each] for each in value} if isinstance(value, Mapping) else value


def _labels(name: str, value: object) -> tuple[str, ...]:
    return tuple(sorted({each.lower() for each in _words(name, value)}))


def _words(name: str, value: object) -> tuple[str, ...]:
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, Iterable) or not all(isinstance(each, str) for each in words):
        raise BadSetting(f"{name} must be words separated by commas")
    return tuple(sorted({each.strip() for each in words} - {""}))


def _require_matchers(name: str, values: Iterable[str]) -> None:
    """The error names no address: one may hold a password where none belongs."""
    try:
        names = [MatcherAddress.read(each).name for each in values]
    except ValueError as error:
        raise BadSetting(f"{name}: {error}") from None
    if len(set(names)) != len(names):
        raise BadSetting(f"{name} names the same host twice for one kind")


def _require_known(name: str, values: Iterable[object], choices: tuple[str, ...]) -> None:
    if any(each not in choices for each in values):
        raise BadSetting(f"{name} may be {', '.join(choices)}")


def _require_numbers(name: str, values: object, least: float, greatest: float) -> None:
    if not isinstance(values, Mapping) or not all(isinstance(each, str) and each for each in values):
        raise BadSetting(f"{name} must be numbers by model, as in opennsfw=0.8")
    for model, value in values.items():
        _require(f"{name} of {model}", value, least=least, greatest=greatest, whole=False)


def _require_text(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise BadSetting(f"{name} must be text")


def _require_flag(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise BadSetting(f"{name} must be True or False")


def _require(name: str, value: object, *, least: float, greatest: float, whole: bool) -> None:
    kinds = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= min(greatest, _GREATEST):
        bounds = f"of at least {least}" if greatest == math.inf else f"from {least} to {greatest}"
        raise BadSetting(f"{name} must be {'a whole number' if whole else 'a number'} {bounds}")


_REQUIRED: Mapping[str, Callable[[str, Any, Mapping[str, Any]], None]] = {
    "least": lambda name, value, kept_to: _require(name, value, **kept_to),
    "choices": lambda name, value, kept_to: _require_known(name, (value,), kept_to["choices"]),
    "flag": lambda name, value, _: _require_flag(name, value),
    "addresses": lambda name, value, _: _require_matchers(name, value),
    "some_of": lambda name, value, kept_to: _require_known(name, value, kept_to["some_of"]),
    "text": lambda name, value, _: _require_text(name, value),
    "numbers": lambda name, value, kept_to: _require_numbers(name, value, kept_to["lowest"], kept_to["highest"]),
}
"""What a threshold is held to, by what stands in its metadata."""
