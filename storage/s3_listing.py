"""List what a bucket holds below a prefix: objects, all their versions, and uploads that were not finished."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from botocore.exceptions import ClientError

from storage.objects import StoredObject
from storage.s3_errors import bucket_missing, is_missing, is_not_allowed, is_unknown_to_server
from storage.s3_place import S3Place

OFF: Final = "off"
UNKNOWN: Final = "unknown"
"""The credentials may not ask."""
PAGE: Final = 1000
"""How many names are in one answer, at most; S3 gives no more."""
_key: Final = itemgetter("Key")


class S3Listing:
    """What lies in a bucket. Errors are those of boto3: whoever asks puts them into words."""

    def __init__(self, client: Any, place: S3Place, *, page: int = PAGE) -> None:
        self._client = client
        self._place = place
        self._page = page
        self._bucket_is_there = False

    def require_bucket(self) -> None:
        """Raise `ObjectsNotReady` if there is no such bucket; one that was seen is not asked for again."""
        if self._bucket_is_there:
            return
        try:
            self._client.head_bucket(Bucket=self._place.bucket)
        except ClientError as problem:
            if is_missing(problem):
                raise bucket_missing(self._place.words) from None
            raise
        self._bucket_is_there = True

    @cached_property
    def versioning(self) -> str:
        """`off`, `enabled`, `suspended` or `unknown`."""
        try:
            answer = self._client.get_bucket_versioning(Bucket=self._place.bucket)
        except ClientError as problem:
            if is_unknown_to_server(problem):
                return OFF
            if is_not_allowed(problem):
                return UNKNOWN
            raise
        return str(answer.get("Status", OFF)).lower()

    def objects(self) -> Iterator[StoredObject]:
        """Yield one for each key. With versions its size is that of all of them, for a hidden one holds bytes too."""
        if self.versioning == OFF:
            found = self._listed("list_objects_v2", "Contents", Prefix=self._place.prefix)
        else:
            found = self._listed("list_object_versions", "Versions", "DeleteMarkers", Prefix=self._place.prefix)
        for full, group in groupby(found, key=_key):
            versions = list(group)
            hidden = any(each.get("IsLatest", False) and "Size" not in each for each in versions)  # a delete marker
            yield StoredObject(key=self._place.own(full), size_bytes=_sum_sizes(versions), readable=not hidden)

    def unfinished(self) -> Iterator[StoredObject]:
        for each in self.uploads(self._place.prefix):
            which = {"Key": each["Key"], "UploadId": each["UploadId"]}
            size_bytes = _sum_sizes(self._listed("list_parts", "Parts", **which))
            yield StoredObject(key=self._place.own(each["Key"]), size_bytes=size_bytes, readable=False)

    def uploads(self, prefix: str) -> Iterator[Mapping[str, Any]]:
        """Yield the uploads in parts that are neither completed nor aborted."""
        try:
            yield from self._listed("list_multipart_uploads", "Uploads", Prefix=prefix)
        except ClientError as problem:
            if not is_unknown_to_server(problem):
                raise

    def version_ids(self, full_key: str) -> list[str]:
        """Return those of a key's versions and delete markers."""
        found = self._listed("list_object_versions", "Versions", "DeleteMarkers", Prefix=full_key)
        return [each["VersionId"] for each in found if each["Key"] == full_key]

    def _listed(self, operation: str, *parts_of_page: str, **asked: str) -> Iterator[Mapping[str, Any]]:
        """Yield what all pages hold, by key."""
        pages = self._client.get_paginator(operation).paginate(
            Bucket=self._place.bucket, PaginationConfig={"PageSize": self._page}, **asked
        )
        for page in pages:
            found = [each for part in parts_of_page for each in page.get(part, [])]
            yield from sorted(found, key=_key) if len(parts_of_page) > 1 else found


def _sum_sizes(versions: Iterable[Mapping[str, Any]]) -> int:
    return sum(each.get("Size", 0) for each in versions)
