"""Agree on what a list of known material is read by: its policy, and the manifest that its source signed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from filters.indexes.list_policy import BadPolicy, ListPolicy
from storage.hash_formats import Item
from storage.list_manifests import Manifest, Reconciliation, read_manifest
from storage.list_revisions import ListMismatch, Revision

_MANIFEST = "manifest"


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What an import goes by. Without a manifest nobody vouches for the file."""

    policy: ListPolicy
    held: ListPolicy
    manifest: Manifest | None

    @property
    def new_policy(self) -> Mapping[str, Any] | None:
        """Return what is to be stored, None if it stays as it is."""
        return None if self.policy == self.held else self.policy.plain()

    @property
    def as_of(self) -> datetime | None:
        """An import does not make a signed list younger than it is."""
        return None if self.manifest is None else self.manifest.version

    def reconciled(self, items: Iterator[Item], digest: str) -> Iterator[Item]:
        """Yield what a file of this digest holds; raise `BadManifest` unless it is what was signed."""
        if self.manifest is None:
            return items
        self.manifest.require_file(digest)
        return Reconciliation(manifest=self.manifest).of(items)

    @property
    def checkpoint(self) -> Mapping[str, Any] | None:
        return None if self.manifest is None else {_MANIFEST: self.manifest.version.isoformat()}


def policy_of(revision: Revision | None) -> ListPolicy:
    """Return the policy that a revision was stored with; raise `ListMismatch` if it cannot be understood."""
    try:
        return ListPolicy.read(None if revision is None else revision.policy)
    except (BadPolicy, TypeError):
        raise ListMismatch("the policy of the list cannot be read: a newer Altsieve may have written it") from None


def changed_policy(held: ListPolicy, given: Mapping[str, Any]) -> ListPolicy:
    try:
        return replace(held, **given)
    except BadPolicy as bad:
        raise ListMismatch(str(bad)) from None


def agree(
    name: str, before: Revision | None, given: Mapping[str, Any], manifest: Path | None, *, max_age_hours: float
) -> Terms:
    """Return the terms of an import; raise `ListMismatch` or `BadManifest` if it does not fit those of the list.

    Whose signature counts is settled by the first import that names a key, and changed by a change of policy only.
    `max_age_hours` is how old a list may be whose policy does not say it.
    """
    held = policy_of(before)
    if held.exchange is not None:
        raise ListMismatch(f"list {name} is fetched from an exchange: altsieve hashlist fetch {name}")
    _require_same_key(name, held, given)
    policy = changed_policy(held, given)
    if manifest is None:
        if policy.signed_by is not None:
            raise ListMismatch(f"list {name} counts only as its source signed it: give --manifest FILE")
        return Terms(policy=policy, held=held, manifest=None)
    if policy.signed_by is None:
        raise ListMismatch("a manifest says nothing unless it is known who signs it: give --signed-by KEY")
    said = read_manifest(manifest, policy.signed_by)
    said.require_named(name)
    policy = _tightened(policy, said, max_age_hours)
    said.require_current(_version_of(before), policy.max_age_hours or max_age_hours)
    return Terms(policy=policy, held=held, manifest=said)


def _require_same_key(name: str, held: ListPolicy, given: Mapping[str, Any]) -> None:
    key = given.get("signed_by")
    if key is not None and held.signed_by not in (None, key):
        raise ListMismatch(
            f"list {name} is signed with another key: altsieve hashlist policy {name} --signed-by KEY --why TEXT"
        )


def _tightened(policy: ListPolicy, said: Manifest, max_age_hours: float) -> ListPolicy:
    """A source may say that its list ages sooner than the operator thought, not later."""
    scheme = policy.severity_scheme or said.severity_scheme
    allowed = policy.max_age_hours or max_age_hours
    sooner = said.max_age_hours is not None and said.max_age_hours < allowed
    hours = said.max_age_hours if sooner else policy.max_age_hours
    return changed_policy(policy, {"severity_scheme": scheme, "max_age_hours": hours})


def _version_of(before: Revision | None) -> datetime | None:
    said = None if before is None or before.checkpoint is None else before.checkpoint.get(_MANIFEST)
    return None if said is None else datetime.fromisoformat(said)
