"""Carry an incident, still sealed, from where the database is to the safety officer's machine, and open it there."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

import msgspec

from console.exit_code import WrongUsage
from storage.incident_store import SealedIncident
from storage.incidents import Sealed, unseal


class _Package(msgspec.Struct, kw_only=True, frozen=True, tag="altsieve sealed incident", tag_field="what"):
    """The file. Its data key is sealed too; a purge does not reach it."""

    event_id: str
    form: int
    key_id: str | None
    record: str
    data_key: str | None


def packed(sealed: SealedIncident) -> bytes:
    parts = sealed.sealed
    package = _Package(
        event_id=sealed.event_id,
        form=parts.form,
        key_id=parts.key_id,
        record=_text(parts.record) or "",
        data_key=_text(parts.data_key),
    )
    return msgspec.json.format(msgspec.json.encode(package), indent=2) + b"\n"


def unpacked(content: bytes, private_key: str) -> Mapping[str, Any]:
    try:
        package = msgspec.json.decode(content, type=_Package)
        record, data_key = _bytes(package.record), _bytes(package.data_key)
    except (msgspec.DecodeError, ValueError):
        raise WrongUsage(
            "the file is no sealed incident; altsieve incidents export ID --format sealed writes one"
        ) from None
    sealed = Sealed(record=record, data_key=data_key, key_id=package.key_id, form=package.form)
    record_in_clear: Mapping[str, Any] = unseal(private_key, sealed, package.event_id)
    return record_in_clear


def _text(part: bytes | None) -> str | None:
    return None if part is None else b64encode(part).decode()


def _bytes(part: str | None) -> bytes | None:
    return None if part is None else b64decode(part, validate=True)
