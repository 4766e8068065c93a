"""Know the detectors by name, load them, and take none that cannot tell plain sentences."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

from filters.measure.languages.detector import Detector
from filters.measure.languages.panel import Panel

DEFAULT: Final = ("script", "eldc", "langdetect")

GOLDEN: Final = {
    "script": {"წითელი მელა თოვლში": "ka", "눈 속의 붉은 여우": "ko"},
    "eldc": {
        "A red fox walks slowly through the deep snow of the forest": "en",
        "Ein roter Fuchs läuft langsam durch den tiefen Schnee im Wald": "de",
    },
    "langdetect": {
        "A red fox walks slowly through the deep snow of the forest": "en",
        "Ein roter Fuchs läuft langsam durch den tiefen Schnee im Wald": "de",
    },
}
"""What each must say, at least; a detector that always says the same is none."""


class DetectorNotReady(Exception):
    """The message says which detector is not, and what to type."""


def require_known(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names, stripped and in order. Raise `DetectorNotReady` for one unknown, for none, or one twice."""
    wanted = tuple(each.strip() for each in names)
    if not wanted or len(set(wanted)) != len(wanted) or not set(wanted) <= _MADE.keys():
        raise DetectorNotReady(f"LANGUAGE_DETECTORS may be {', '.join(_MADE)}, each once, and at least one of them")
    return wanted


def detectors_of(names: Iterable[str]) -> tuple[Detector, ...]:
    """Load detectors, which is cheap, as what is large is loaded with the first text. Raise `DetectorNotReady`."""
    wanted = require_known(names)
    if wanted == ("langdetect",):
        return (_loaded("langdetect", _langdetect_alone),)
    return tuple(_loaded(each, _MADE[each]) for each in wanted)


def require_golden(detectors: Iterable[Detector]) -> None:
    """Raise `DetectorNotReady` if one does not tell its sentences."""
    for each in detectors:
        for text, label in GOLDEN[each.name].items():
            said = each.detect(text)
            if said is None or said.label != label:
                raise DetectorNotReady(
                    f"detector {each.name}@{each.version} does not tell plain sentences; {_instead(each.name)}"
                )


@cache
def panel_of(names: tuple[str, ...]) -> Panel:
    """Return detectors that can be asked, each of which has told its sentences. Raise `DetectorNotReady`."""
    detectors = detectors_of(names)
    require_golden(detectors)
    return Panel(detectors)


def _loaded(name: str, made: Callable[[], Detector]) -> Detector:
    try:
        return made()
    except (ImportError, OSError) as missing:  # PackageNotFoundError is an ImportError
        raise DetectorNotReady(
            f"detector {name} cannot be loaded ({type(missing).__name__}); {_instead(name)}"
        ) from None


def _instead(name: str) -> str:
    others = ",".join(each for each in DEFAULT if each != name)
    return f"type: .venv/bin/pip install {name}, or do without: -s LANGUAGE_DETECTORS={others}"


def _script() -> Detector:
    from filters.measure.languages.by_script import ByScript

    return ByScript()


def _eldc() -> Detector:
    from filters.measure.languages.by_eldc import ByEldc

    return ByEldc()


def _langdetect() -> Detector:
    from filters.measure.languages.by_langdetect import ByLangdetect

    return ByLangdetect()


def _langdetect_alone() -> Detector:
    """Alone, it answers as it always did, its own confidence with it."""
    from filters.measure.languages.by_langdetect import ByLangdetect

    return ByLangdetect(measured=False)


_MADE: Final[Mapping[str, Callable[[], Detector]]] = {"script": _script, "eldc": _eldc, "langdetect": _langdetect}
