"""Read where an S3 store is from OBJECTS_URL, and make the clients that speak to it."""

import logging
import os
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.loaders import create_loader
from botocore.session import get_session

from storage.errors import ObjectsNotReady
from storage.objects import ObjectOptions
from storage.s3_errors import speaking

_FORM: Final = (
    "OBJECTS_URL is to be s3://bucket/prefix, with ?endpoint_url=http://host:port for a server other than AWS"
)
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ARCHIVES: Final = ("GLACIER", "DEEP_ARCHIVE")
_ENDPOINT_VARIABLES: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")


@dataclass(frozen=True, kw_only=True, slots=True)
class S3Place:
    """A bucket, what all our keys in it begin with, and the server that has it, if that is not AWS."""

    bucket: str
    prefix: str = ""
    endpoint_url: str | None = None

    @property
    def words(self) -> str:
        """Name it in a message: a bucket and a host are no secret."""
        host = urlsplit(self.endpoint_url).netloc if self.endpoint_url else "AWS"
        return f"bucket {self.bucket} at {host}"

    def full(self, key: str) -> str:
        """Return what the key is called in the bucket."""
        if key.startswith("/") or ".." in key.split("/"):
            raise ValueError("an object's key never leaves its prefix")
        return self.prefix + key

    def own(self, full: str) -> str:
        return full.removeprefix(self.prefix)


def place_of(url: str) -> S3Place:
    """Read `s3://bucket/prefix?endpoint_url=...`; raise `ObjectsNotReady` without repeating what may be a secret."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    if parts.scheme != "s3" or not _BUCKET.fullmatch(parts.netloc) or set(asked) - {"endpoint_url"} or parts.fragment:
        raise ObjectsNotReady(f"{_FORM}; credentials are read from the usual AWS variables and files only")
    prefix = unquote(parts.path).strip("/")
    given = asked.get("endpoint_url") or [os.environ[name] for name in _ENDPOINT_VARIABLES if os.environ.get(name)]
    return S3Place(
        bucket=parts.netloc,
        prefix=f"{prefix}/" if prefix else "",
        endpoint_url=_endpoint(given[0]) if given else None,
    )


def client_of(place: S3Place, options: ObjectOptions, *, attempts: int) -> Any:
    """Return a boto3 client for several threads; credentials come from the usual AWS chain, read when first needed."""
    for name in ("boto3", "botocore", "urllib3"):  # their DEBUG lines hold keys, bodies and signatures
        logging.getLogger(name).setLevel(logging.WARNING)
    config = Config(
        connect_timeout=options.timeout_s,
        read_timeout=options.timeout_s,
        max_pool_connections=options.connections,
        retries={"mode": "standard", "total_max_attempts": attempts},
        s3={"addressing_style": "path" if place.endpoint_url else "auto"},
        request_checksum_calculation="when_required",  # ours is a SHA-256, computed once
        response_checksum_validation="when_required",  # who reads compares digests
        tcp_keepalive=True,
    )
    try:
        with speaking("open", place.words):
            session = _session()
            region = session.region_name or "us-east-1"
            return session.client("s3", region_name=region, endpoint_url=place.endpoint_url, config=config)
    except ValueError:  # its text repeats the address
        raise ObjectsNotReady(f"{place.words} has an address that no server can have: see OBJECTS_URL") from None


def put_arguments(options: ObjectOptions) -> dict[str, str]:
    """Return what each put asks for beside its bytes."""
    if options.kms_key and options.encryption != "aws:kms":
        raise ObjectsNotReady("OBJECTS_KMS_KEY is used by aws:kms alone: set OBJECTS_ENCRYPTION to aws:kms")
    if options.storage_class in _ARCHIVES:
        raise ObjectsNotReady("OBJECTS_STORAGE_CLASS is to be one whose objects can be read at once: verify reads them")
    given = {
        "ServerSideEncryption": options.encryption,
        "SSEKMSKeyId": options.kms_key,
        "StorageClass": options.storage_class,
    }
    return {name: value for name, value in given.items() if value}


def _endpoint(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.query:
        raise ObjectsNotReady("endpoint_url in OBJECTS_URL is to be http://host:port or https://host, no more")
    return url


def _session() -> Any:
    """Return a session that reads the environment anew, but not what boto3 knows of S3: that is a megabyte."""
    core = get_session()
    core.register_component("data_loader", _loader())
    return boto3.session.Session(botocore_session=core)


@cache
def _loader() -> Any:
    return create_loader()
