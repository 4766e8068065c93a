"""Build the lineup of a run: which filters, in which order, with which lists and thresholds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from filters.alt_text import AltText
from filters.caption_frequency import CaptionFrequency, HeldCaptions
from filters.caption_safety import CaptionSafety, CaptionSafetyReason
from filters.consent import Consent, ConsentReason
from filters.consistency import Consistency, ConsistencyReason
from filters.decision import FLOOR, Filter, Lineup
from filters.domain_blocklist import DomainBlocklist
from filters.duplicates import Duplicates, Held
from filters.exact_hash import ExactHash, ExactHashReason
from filters.image_file import ImageFile
from filters.image_shape import ImageShape
from filters.indexes.graves import Graves
from filters.indexes.hosts import BlockedHosts
from filters.indexes.known_material import KnownMaterial
from filters.indexes.sources import VettedSources
from filters.indexes.terms import BadTerms, SafetyTerms, load_terms
from filters.language import LanguageReason, LanguageWanted
from filters.matcher_address import MatcherAddress
from filters.models import NO_MODELS, Models
from filters.near_hash import NearHash, NearHashReason
from filters.personal_data import PersonalData
from filters.reason import SuspectReason
from filters.remote_match import RemoteMatch, RemoteMatchReason
from filters.safety import Safety, SafetyReason
from filters.signals.signal import Says
from filters.thresholds import BadSetting, Thresholds
from filters.vetted_source import VettedSource
from filters.withdrawn import Withdrawn, WithdrawnReason

__all__ = [
    "FILTERS",
    "MATCH_REASONS",
    "REVIEWABLE_REASONS",
    "BadSetting",
    "FloorMissing",
    "Material",
    "Thresholds",
    "UnknownFilter",
    "build_lineup",
]

FILTERS: Final[tuple[type[Filter], ...]] = (
    DomainBlocklist,
    CaptionSafety,
    Consent,
    VettedSource,
    AltText,
    PersonalData,
    LanguageWanted,
    ExactHash,
    ImageFile,
    NearHash,  # before image-shape: a small copy of known material, or one with bytes after it, is a match
    Withdrawn,
    ImageShape,
    Duplicates,
    CaptionFrequency,
    Safety,
    Consistency,
    RemoteMatch,  # last: what is known here already is asked of nobody else
)
"""Every filter there is, in the order they are asked: cheap first."""

MATCH_REASONS: Final = frozenset(
    {
        ExactHashReason.ON_LIST.value,
        NearHashReason.NEAR_LIST.value,
        SuspectReason.SUSPECT.value,
        RemoteMatchReason.REMOTE_MATCH.value,
        WithdrawnReason.MATCH.value,
        CaptionSafetyReason.MINOR_TERM.value,
        SafetyReason.MINOR.value,
    }
)
"""Reasons of a match: known material, or a minor beside sexual content.

Such a refusal becomes an event and a sealed incident, never a sighting.
"""

REVIEWABLE_REASONS: Final = frozenset(
    {
        LanguageReason.UNCERTAIN.value,
        ConsistencyReason.NOT_MEASURED.value,
        ConsentReason.NOT_ASKED.value,
    }
)
"""Reasons of unsure verdicts that a person may have looked at again: each is about words or use, none about safety.

Whatever is not named here is in no queue: known material, safety, what was not ready or broke down, and all that is
added later.
"""


class UnknownFilter(ValueError):
    """A name in the setting LINEUP is no filter's."""


class FloorMissing(ValueError):
    """The setting LINEUP leaves out a filter that no setting may take away."""


class HeldAlready(Held, HeldCaptions, Protocol):
    """What is held already, by picture and by caption."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """The lists and look-ups that filters compare with, all of one gate epoch; None is a list that is not ready.

    `models` are those whose scores count; of a measure that none is named for, nothing is clean.
    """

    epoch: int
    hosts: BlockedHosts | None
    known: KnownMaterial | None
    held: HeldAlready
    sources: VettedSources | None = None
    withdrawn: Graves | None = None
    models: Models = NO_MODELS


def build_lineup(names: Sequence[str], thresholds: Thresholds, material: Material) -> Lineup:
    """Return the named filters in the order of `FILTERS`, whatever the order of the names."""
    known = {each.name for each in FILTERS}
    if unknown := sorted(set(names) - known):
        raise UnknownFilter(f"LINEUP names no filter: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    if missing := [name for name in FLOOR if name not in names]:
        raise FloorMissing(f"LINEUP must not leave out {', '.join(missing)}: add it again")
    if thresholds.remote_matchers and RemoteMatch.name not in names:
        raise BadSetting(f"REMOTE_MATCHERS names some, but LINEUP leaves out {RemoteMatch.name}: add it again")
    build = _builders(thresholds, material)
    return Lineup(filters=tuple(build[each.name]() for each in FILTERS if each.name in names), epoch=material.epoch)


def _builders(thresholds: Thresholds, material: Material) -> Mapping[str, Callable[[], Filter]]:
    terms = _terms(thresholds.safety_terms)
    return {
        CaptionSafety.name: lambda: CaptionSafety(terms),
        DomainBlocklist.name: lambda: DomainBlocklist(material.hosts),
        Consent.name: lambda: Consent(
            protocols=thresholds.consent_protocols, unknown_means=Says(thresholds.consent_unknown_means)
        ),
        VettedSource.name: lambda: VettedSource(material.sources, required=thresholds.vetted_only),
        AltText.name: lambda: AltText(min_characters=thresholds.alt_min_characters),
        PersonalData.name: lambda: PersonalData(policy=thresholds.personal_data),
        LanguageWanted.name: lambda: LanguageWanted(
            thresholds.languages_wanted, min_confidence=thresholds.language_min_confidence
        ),
        ExactHash.name: lambda: ExactHash(material.known),
        ImageFile.name: lambda: ImageFile(max_frames=thresholds.image_max_frames),
        NearHash.name: lambda: NearHash(
            material.known, min_quality=thresholds.pdq_min_quality, min_side_px=thresholds.pdq_min_side_px
        ),
        Withdrawn.name: lambda: Withdrawn(material.withdrawn),
        ImageShape.name: lambda: ImageShape(
            min_side_px=thresholds.image_min_side_px,
            max_aspect=thresholds.image_max_aspect,
            min_bytes=thresholds.image_min_bytes,
            max_bytes=thresholds.image_max_bytes,
            max_pixels=thresholds.image_max_pixels,
        ),
        Duplicates.name: lambda: Duplicates(material.held, max_captions=thresholds.max_captions_per_image),
        CaptionFrequency.name: lambda: CaptionFrequency(
            material.held, max_pictures=thresholds.max_pictures_per_caption
        ),
        Safety.name: lambda: Safety(
            material.models.safety,
            drop=thresholds.safety_drop,
            hold=thresholds.safety_hold,
            drop_with_minor=thresholds.safety_drop_with_minor,
            terms=terms,
        ),
        Consistency.name: lambda: Consistency(
            material.models.fit,
            thresholds.consistency_min,
            allow_unmeasured=thresholds.consistency_unmeasured == "allow",
        ),
        RemoteMatch.name: lambda: RemoteMatch([MatcherAddress.read(each).name for each in thresholds.remote_matchers]),
    }


def _terms(path: str) -> SafetyTerms | None:
    """A list that cannot be read is not ready: then the filters are unsure, whatever they are shown."""
    try:
        return load_terms(path)
    except BadTerms:
        return None
