"""Say what an export of the catalogue is made of, signed, so that nothing in it can be changed or left out unseen."""

import hashlib
import os
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import msgspec

from storage.canonical import canonical
from storage.catalogue_folder import new_file
from storage.checkpoint_copies import CopiedCheckpoints
from storage.durable import sync_folder
from storage.errors import NotReady, StorageError
from storage.keys import HMAC_KEY, KeyRing

MANIFEST_FILE: Final = "manifest.json"
FORMAT: Final = "altsieve-catalogue"
FORMAT_VERSION: Final = 1


class BadExport(StorageError):
    """The export is unfinished, or a file of it was altered, lost or made by somebody else."""


class OtherKeys(NotReady):
    """The keys here are not those of the catalogue that was exported."""


class TableFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table, in one Parquet file."""

    table: str
    file: str
    rows: int
    size_bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`checkpoints` is how far the ledger had been signed when the tables were read."""

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    made_at: str
    made_with: str
    revision: str
    """Of the tables."""
    epoch: int
    """The gate epoch."""
    tables: tuple[TableFile, ...]
    checkpoints: CopiedCheckpoints
    hmac_key: str
    """A message under the HMAC key, which shows whether another key is the same and says nothing of it."""
    signature: str = ""

    @property
    def rows(self) -> int:
        return sum(each.rows for each in self.tables)

    def table_file(self, name: str) -> TableFile:
        return next(each for each in self.tables if each.table == name)


def write_manifest(folder: Path, manifest: Manifest, keys: KeyRing) -> Manifest:
    """Sign it and put it in place, whole: from then on there is an export."""
    signed = msgspec.structs.replace(manifest, signature=keys.sign(_message(manifest)).hex())
    unfinished = folder / f"{MANIFEST_FILE}.unfinished"
    try:
        with new_file(unfinished) as file:
            file.write(msgspec.json.format(msgspec.json.encode(signed), indent=2) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(folder)  # the other files' names are durable before there is a manifest that names them
        unfinished.replace(folder / MANIFEST_FILE)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(folder)
    return signed


def read_manifest(folder: Path, keys: KeyRing) -> Manifest:
    """Raise `BadExport` unless it is whole and signed by us, `OtherKeys` unless our other key is the same too."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST_FILE).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BadExport(f"{folder} has no {MANIFEST_FILE}: it is no export, or one that was not finished") from None
    except msgspec.DecodeError:  # ValidationError is one too
        raise BadExport(f"{folder / MANIFEST_FILE} cannot be read as the manifest of an export") from None
    if (manifest.format, manifest.format_version) != (FORMAT, FORMAT_VERSION):
        raise BadExport(f"{folder} is an export in a format that this version does not read")
    if not keys.verify(_signature(manifest), _message(manifest)):
        raise OtherKeys(
            f"{folder / MANIFEST_FILE} was not signed with the key here: bring both keys along from where it was "
            "exported; if they are the same, the manifest was altered"
        )
    if manifest.hmac_key != hmac_key_mark(keys, manifest.made_at):
        raise OtherKeys(f"{HMAC_KEY} here is not the one of the exported catalogue: bring it along from there")
    return manifest


def require_unaltered(folder: Path, manifest: Manifest) -> None:
    """Raise `BadExport` if a file that the manifest names is missing or has other bytes."""
    named = {each.file: (each.size_bytes, each.sha256) for each in manifest.tables}
    named[manifest.checkpoints.file] = (manifest.checkpoints.size_bytes, manifest.checkpoints.sha256)
    for name, (size_bytes, sha256) in named.items():
        path = folder / name
        if Path(name).name != name or not path.is_file():
            raise BadExport(f"{path} is missing")
        if path.stat().st_size != size_bytes or _sha256(path) != sha256:
            raise BadExport(f"{path} is not what was exported: its bytes were altered")


def hmac_key_mark(keys: KeyRing, made_at: str) -> str:
    return keys.hmac(FORMAT, HMAC_KEY, made_at)


def altsieve_version() -> str:
    try:
        return version("altsieve")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0"


def _message(manifest: Manifest) -> bytes:
    content: Mapping[str, object] = msgspec.to_builtins(manifest)
    return canonical({name: value for name, value in content.items() if name != "signature"})


def _signature(manifest: Manifest) -> bytes:
    try:
        return bytes.fromhex(manifest.signature)
    except ValueError:
        return b""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
