"""Keep the bytes of clean pictures in a bucket of AWS S3 or of a server that speaks as it does."""

import random
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError, IncompleteReadError, ReadTimeoutError, ResponseStreamingError

from storage.errors import ObjectsUnavailable, StorageError
from storage.objects import ObjectOptions, StoredObject
from storage.s3_errors import READ, AlreadyThere, code_of, is_missing, speaking
from storage.s3_listing import OFF, PAGE, S3Listing
from storage.s3_place import client_of, place_of, put_arguments
from storage.s3_put import PART_BYTES, S3Put
from storage.s3_report import S3Report

LATE_S: Final = 3600.0
"""How long what lies between here and a store may hold a request back: longer than any proxy waits."""
_CHUNK_BYTES: Final = 1 << 20
_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 20.0
_BROKE_OFF: Final = (IncompleteReadError, ReadTimeoutError, ResponseStreamingError)


class S3Objects:
    """Objects below one prefix of one bucket; several threads may use it at once.

    A put is asked for once, with its SHA-256 and on the condition that the key is free. All else is asked again, after
    growing pauses, as often as `options.attempts` says.
    """

    def __init__(self, url: str, options: ObjectOptions, *, part_bytes: int = PART_BYTES, page: int = PAGE) -> None:
        """Raise `ObjectsNotReady` for an address or option that no server can be asked with; ask none."""
        self._place = place_of(url)
        self._attempts = options.attempts
        self._client = client_of(self._place, options, attempts=options.attempts)
        self._listing = S3Listing(self._client, self._place, page=page)
        self._put = S3Put(
            client=client_of(self._place, options, attempts=1),
            bucket=self._place.bucket,
            place=self._place.words,
            arguments=put_arguments(options),
            part_bytes=part_bytes,
        )
        self._putting = ThreadPoolExecutor(options.connections, thread_name_prefix="s3-put")

    @property
    def late_s(self) -> float:
        return LATE_S

    def put_all(self, objects: Mapping[str, bytes]) -> None:
        """Put them side by side. Once one fails no other is begun; those that were begun are over when this raises."""
        puts = [self._putting.submit(self._put, self._place.full(key), body) for key, body in objects.items()]
        try:
            wait(puts, return_when=FIRST_EXCEPTION)
        finally:
            begun = [each for each in puts if not each.cancel()]
            wait(begun)
        for each in begun:
            each.result()

    def get(self, key: str) -> bytes:
        return b"".join(self.stream(key))

    def stream(self, key: str) -> Iterator[bytes]:
        """Go on where a connection broke: bytes under a key never change. Whoever reads compares the digest."""
        full, read = self._place.full(key), 0
        with speaking(READ, self._place.words):
            for attempt in range(1, self._attempts + 1):
                try:
                    for piece in self._pieces(full, read):
                        read += len(piece)
                        yield piece
                except _BROKE_OFF:
                    if attempt == self._attempts:
                        raise
                    _pause(attempt)
                else:
                    return

    def exists(self, key: str) -> bool:
        full = self._place.full(key)
        with speaking(READ, self._place.words):
            try:
                self._client.head_object(Bucket=self._place.bucket, Key=full)
            except ClientError as problem:
                if not is_missing(problem):
                    raise
                self._listing.require_bucket()  # the answer to HEAD does not say which of the two is missing
                return False
        return True

    def delete(self, key: str) -> None:
        """Delete all that is under the key: versions, delete markers, and parts that never became an object.

        No marker is made of a bucket that keeps versions: it would hide what could not be deleted after it.
        """
        which = {"Bucket": self._place.bucket, "Key": self._place.full(key)}
        with speaking("delete", self._place.words):
            self._abort(each for each in self._listing.uploads(which["Key"]) if each["Key"] == which["Key"])
            if self._listing.versioning == OFF:
                answer = self._client.delete_object(**which)
                if "VersionId" not in answer and "DeleteMarker" not in answer:  # it keeps none even now
                    return
            for version_id in self._listing.version_ids(which["Key"]):
                self._client.delete_object(**which, VersionId=version_id)

    def keys(self) -> Iterator[StoredObject]:
        """Name also what holds bytes in hidden versions alone, and in parts that never became an object."""
        with speaking("list", self._place.words):
            yield from self._listing.objects()
            yield from self._listing.unfinished()

    def delete_unfinished(self) -> int:
        """Abort uploads in parts that were begun so long ago that nobody can be at work on them."""
        before = datetime.now(UTC) - timedelta(seconds=LATE_S)
        with speaking("delete", self._place.words):
            return self._abort(each for each in self._listing.uploads(self._place.prefix) if each["Initiated"] < before)

    def uri(self, key: str) -> str:
        return f"s3://{self._place.bucket}/{self._place.full(key)}"

    def ready(self) -> str:
        return self.look().text

    def look(self) -> S3Report:
        """Put, read, list and delete an object of its own; raise `ObjectsNotReady` or `ObjectsUnavailable`."""
        key, body = f"ready-{secrets.token_hex(8)}", b"can this be written?"
        with speaking("look at", self._place.words):
            self._listing.require_bucket()
        try:
            honours = self._tried(key, body)
        except StorageError:
            with suppress(StorageError):  # the first one says more
                self.delete(key)
            raise
        self.delete(key)
        next(self.keys(), None)
        return S3Report(place=self._place.words, versioning=self._listing.versioning, honours_conditions=honours)

    def close(self) -> None:
        self._putting.shutdown()

    def _tried(self, key: str, body: bytes) -> bool:
        """Return whether a second put under the key was refused."""
        self.put_all({key: body})
        if self.get(key) != body:
            raise ObjectsUnavailable(f"{self._place.words} gives back other bytes than were put")
        try:
            self.put_all({key: body})
        except AlreadyThere:
            return True
        return False

    def _pieces(self, full_key: str, start: int) -> Iterator[bytes]:
        rest = {"Range": f"bytes={start}-"} if start else {}
        answer = self._client.get_object(Bucket=self._place.bucket, Key=full_key, **rest)
        with closing(answer["Body"]) as body:
            if "ContentLength" not in answer or (
                start and not answer.get("ContentRange", "").startswith(f"bytes {start}-")
            ):
                raise ObjectsUnavailable(f"{self._place.words} does not say which bytes it sends")
            yield from body.iter_chunks(_CHUNK_BYTES)

    def _abort(self, uploads: Iterable[Mapping[str, Any]]) -> int:
        aborted = 0
        for each in uploads:
            try:
                self._client.abort_multipart_upload(
                    Bucket=self._place.bucket, Key=each["Key"], UploadId=each["UploadId"]
                )
            except ClientError as problem:
                if code_of(problem) != "NoSuchUpload":  # somebody else has, or it was completed
                    raise
            aborted += 1
        return aborted


def _pause(attempt: int) -> None:
    time.sleep(random.random() * min(_PAUSE_S * 2**attempt, _LONGEST_PAUSE_S))  # noqa: S311 - only to spread the load
