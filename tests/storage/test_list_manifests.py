import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from storage.hash_formats import ListedHash
from storage.list_lines import BadList, Rejected, RejectReason
from storage.list_manifests import BadManifest, Manifest, Reconciliation, public_key_of, read_manifest

KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"a key for tests").digest())
OTHER = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"another").digest())
PUBLIC = KEY.public_key().public_bytes_raw().hex()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MD5 = hashlib.md5(b"canary", usedforsecurity=False).hexdigest()
SAID: dict[str, Any] = {
    "list_id": "partner",
    "version": "2026-11-22T06:00:00Z",
    "parent": None,
    "kind": "full",
    "counts": {"md5": 2, "pdna": 7},
    "sha256": "ab" * 32,
    "max_age_hours": 24,
    "severity_scheme": "iwf",
    "canaries": [f"md5:{MD5.upper()}"],
    "a field of later versions": 1,
}


def signed(folder: Path, said: object = SAID, key: Ed25519PrivateKey = KEY) -> Path:
    path = folder / "manifest.json"
    path.write_text(said if isinstance(said, str) else json.dumps(said))
    (folder / "manifest.json.sig").write_bytes(key.sign(path.read_bytes()))
    return path


def manifest(**more: Any) -> Manifest:
    version = datetime(2026, 11, 22, 6, tzinfo=UTC)
    given: dict[str, Any] = {"list_id": "partner", "version": version, "sha256": "ab" * 32, "counts": {"md5": 2}}
    return Manifest(**given | more)


def test_a_signed_manifest_is_read_and_its_repr_shows_no_canary(tmp_path: Path) -> None:
    read = read_manifest(signed(tmp_path), PUBLIC)
    assert read == manifest(
        counts={"md5": 2, "pdna": 7}, max_age_hours=24, severity_scheme="iwf", canaries=(("md5", MD5),)
    )
    assert MD5 not in repr(read)


@pytest.mark.parametrize("write", [bytes, lambda raw: raw.hex().encode(), lambda raw: base64.b64encode(raw) + b"\n"])
def test_a_signature_may_be_written_as_tools_do(tmp_path: Path, write: Any) -> None:
    path = signed(tmp_path)
    (tmp_path / "manifest.json.sig").write_bytes(write(KEY.sign(path.read_bytes())))
    assert read_manifest(path, PUBLIC).list_id == "partner"


@pytest.mark.parametrize(
    "damage", ["manifest", "signature", "other key", "no signature", "no manifest", "not a signature"]
)
def test_what_is_not_signed_with_the_key_is_refused(tmp_path: Path, damage: str) -> None:
    path = signed(tmp_path, key=OTHER if damage == "other key" else KEY)
    signature = tmp_path / "manifest.json.sig"
    if damage == "manifest":
        path.write_text(path.read_text().replace("partner", "partnes"))
    if damage == "signature":
        signature.write_bytes(bytes([signature.read_bytes()[0] ^ 1]) + signature.read_bytes()[1:])
    if damage == "not a signature":
        signature.write_text("signed")
    if damage.startswith("no "):
        (path if damage == "no manifest" else signature).unlink()
    with pytest.raises(BadManifest):
        read_manifest(path, PUBLIC)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        "null",
        *(
            {name: value for name, value in SAID.items() if name != missing}
            for missing in ("list_id", "version", "sha256", "counts")
        ),
        SAID | {"version": "2026-11-22T06:00:00"},
        SAID | {"version": 7},
        SAID | {"counts": {"md5": -1}},
        SAID | {"counts": {"md5": True}},
        SAID | {"counts": []},
        SAID | {"max_age_hours": 0},
        SAID | {"max_age_hours": "48"},
        SAID | {"canaries": ["md5:zz"]},
        SAID | {"canaries": [7]},
        SAID | {"kind": "delta"},
        json.dumps(SAID).replace("24", "NaN"),
    ],
)
def test_a_manifest_that_does_not_say_what_it_must_is_refused(tmp_path: Path, said: object) -> None:
    with pytest.raises(BadManifest) as refused:
        read_manifest(signed(tmp_path, said), PUBLIC)
    assert MD5 not in str(refused.value)


def test_a_manifest_is_of_one_list_and_one_file() -> None:
    manifest().require_named("partner")
    manifest().require_file("ab" * 32)
    with pytest.raises(BadManifest, match="another list"):
        manifest().require_named("other")
    with pytest.raises(BadManifest, match="not the one"):
        manifest().require_file("ac" * 32)


@pytest.mark.parametrize(
    ("newest", "now", "says"),
    [
        (None, timedelta(), None),
        (timedelta(), timedelta(hours=24), None),
        (timedelta(), timedelta(minutes=-9), None),
        (timedelta(seconds=1), timedelta(), "earlier"),
        (None, timedelta(hours=24, seconds=1), "older than 24 hours"),
        (None, timedelta(minutes=-11), "future"),
    ],
)
def test_an_old_version_never_makes_a_list_fresh(newest: timedelta | None, now: timedelta, says: str | None) -> None:
    said = manifest()
    before = None if newest is None else said.version + newest
    if says is None:
        said.require_current(before, 24, said.version + now)
        return
    with pytest.raises(BadManifest, match=says):
        said.require_current(before, 24, said.version + now)


LISTED = ListedHash(type="md5", value=MD5)
FURTHER = ListedHash(type="md5", value="12" * 16)
REJECTED = Rejected(line=1, reason=RejectReason.DEGENERATE)


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ([LISTED, FURTHER], None),
        ([LISTED, REJECTED], None),
        ([LISTED], "says 2 entries of md5, the file holds 1"),
        ([LISTED, FURTHER, FURTHER], "says 2 entries of md5, the file holds 3"),
        ([LISTED, FURTHER, ListedHash(type="pdq", value="12" * 32)], "says 0 entries of pdq"),
        ([FURTHER, FURTHER], "canaries"),
    ],
)
def test_a_file_must_hold_as_many_as_were_signed_and_the_canaries(
    items: list[ListedHash | Rejected], says: str | None
) -> None:
    reconciled = Reconciliation(manifest=manifest(canaries=(("md5", MD5),))).of(items)
    if says is None:
        assert list(reconciled) == items
        return
    with pytest.raises(BadManifest, match=says) as refused:
        list(reconciled)
    assert MD5 not in str(refused.value)


def test_a_public_key_is_hex_or_a_file(tmp_path: Path) -> None:
    pem = tmp_path / "key.pem"
    pem.write_bytes(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert public_key_of(PUBLIC.upper()) == public_key_of(str(pem)) == PUBLIC
    other = X25519PrivateKey.generate().public_key()
    pem.write_bytes(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    for text in (str(pem), PUBLIC[1:], "", str(tmp_path / "none")):
        with pytest.raises(BadList, match="public key"):
            public_key_of(text)
