"""Put one object into S3 in one attempt, and believe the answer only if it names the bytes that were sent."""

from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from storage.errors import ObjectsNotReady, ObjectsUnavailable
from storage.s3_errors import speaking

PART_BYTES: Final = 8 << 20
"""Larger objects go in parts of this size; S3 takes none below 5 MiB but the last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class S3Put:
    """How objects are put: by a client that asks once, for each attempt has a key of its own."""

    client: Any
    bucket: str
    place: str
    """Bucket and server, for messages."""
    arguments: Mapping[str, str]
    part_bytes: int = PART_BYTES

    def __call__(self, full_key: str, body: bytes) -> None:
        """Raise `ObjectsUnavailable` or `ObjectsNotReady`: the object may be there all the same, or come later."""
        with speaking("put", self.place):
            if len(body) > self.part_bytes:
                self._in_parts(full_key, body)
            else:
                self._whole(full_key, body)

    def _whole(self, full_key: str, body: bytes) -> None:
        sent = _checksum(body)
        answer = self.client.put_object(
            Bucket=self.bucket, Key=full_key, Body=body, ChecksumSHA256=sent, IfNoneMatch="*", **self.arguments
        )
        self._require_checksum(answer, sent)
        self._require_encryption(answer)

    def _in_parts(self, full_key: str, body: bytes) -> None:
        upload = {"Bucket": self.bucket, "Key": full_key}
        begun = self.client.create_multipart_upload(**upload, **self.arguments, ChecksumAlgorithm="SHA256")
        upload["UploadId"] = begun["UploadId"]
        try:
            offsets = range(0, len(body), self.part_bytes)
            parts = [self._part(upload, number, body, start) for number, start in enumerate(offsets, start=1)]
            self.client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*")
        except BaseException:
            with suppress(ClientError, BotoCoreError):  # what is left of it goes with the key, which is given up
                self.client.abort_multipart_upload(**upload)
            raise

    def _part(self, upload: Mapping[str, str], number: int, body: bytes, start: int) -> dict[str, Any]:
        part = body[start : start + self.part_bytes]
        sent = _checksum(part)
        answer = self.client.upload_part(**upload, PartNumber=number, Body=part, ChecksumSHA256=sent)
        self._require_checksum(answer, sent)
        self._require_encryption(answer)
        return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": sent}

    def _require_checksum(self, answer: Mapping[str, Any], sent: str) -> None:
        """S3 answers with the checksum that it has checked; one that knows none would keep damaged bytes."""
        has = answer.get("ChecksumSHA256")
        if has is None:
            raise ObjectsNotReady(f"{self.place} does not check SHA-256 checksums: use a server that does")
        if has != sent:
            raise ObjectsUnavailable(f"{self.place} has other bytes than were sent")

    def _require_encryption(self, answer: Mapping[str, Any]) -> None:
        wanted = self.arguments.get("ServerSideEncryption")
        if wanted and answer.get("ServerSideEncryption") != wanted:
            raise ObjectsNotReady(
                f"{self.place} did not encrypt as OBJECTS_ENCRYPTION says: set it to what it can do, or to nothing"
            )


def _checksum(body: bytes) -> str:
    return b64encode(sha256(body).digest()).decode()
