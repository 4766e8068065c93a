"""Say what an S3 store's failure means and what to do, without a word that it or the request brought along.

Errors of boto3 hold the address that was asked, and so the digest of a picture: neither their text nor they themselves
leave this module.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    InvalidRegionError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from storage.errors import ObjectMissing, ObjectsNotReady, ObjectsUnavailable, StorageError


class AlreadyThere(ObjectsUnavailable):
    """A conditional put was refused, although nobody else puts anything under its key."""


READ: Final = "read"
"""The one thing to be doing in which a missing object is no failure of the store."""

_CREDENTIALS: Final = (
    "does not take the credentials ({code}): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, anew"
)
_ALLOWED: Final = (
    "may not be used to {doing} with these credentials ({code}): allow them s3:ListBucket, s3:ListBucketVersions, "
    "s3:ListBucketMultipartUploads, s3:GetBucketVersioning, s3:GetObject, s3:PutObject, s3:DeleteObject, "
    "s3:DeleteObjectVersion, s3:AbortMultipartUpload and s3:ListMultipartUploadParts"
)
_BUCKET: Final = "does not exist: make it, or set OBJECTS_URL to one that does"
_CLOCK: Final = "says that the clock of this machine is wrong: set it, such as by timedatectl set-ntp true"
_REGION: Final = "is in another region ({code}): set AWS_REGION to the bucket's"
_KMS_KEY: Final = "cannot use the key of OBJECTS_KMS_KEY ({code}): set it to one that these credentials may use"
_STORAGE_CLASS: Final = "does not know the class of OBJECTS_STORAGE_CLASS: set it to one that it has, or to nothing"
_ENCRYPTION: Final = (
    "does not encrypt as OBJECTS_ENCRYPTION says ({code}): set it to what the server can, or to nothing"
)

_TO_DO: Final = {
    **dict.fromkeys(["InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken"], _CREDENTIALS),
    **dict.fromkeys(["TokenRefreshRequired", "InvalidSecurity", "RequestExpired", "AuthFailure"], _CREDENTIALS),
    **dict.fromkeys(["AccessDenied", "403", "AllAccessDisabled", "AccountProblem", "UnauthorizedAccess"], _ALLOWED),
    **dict.fromkeys(["NoSuchBucket", "InvalidBucketName"], _BUCKET),
    **dict.fromkeys(["RequestTimeTooSkewed", "RequestInTheFuture"], _CLOCK),
    **dict.fromkeys(["PermanentRedirect", "301", "AuthorizationHeaderMalformed"], _REGION),
    **dict.fromkeys(["IllegalLocationConstraintException", "IncorrectEndpoint"], _REGION),
    "InvalidStorageClass": _STORAGE_CLASS,
    **dict.fromkeys(["InvalidEncryptionAlgorithmError", "InvalidEncryptionMethod"], _ENCRYPTION),
}
"""What the operator does about a code of S3; all others pass, or are for the server's operator."""

_PASSING: Final = {
    "BadDigest": "got other bytes than were sent",
    "XAmzContentSHA256Mismatch": "got other bytes than were sent",
    "InvalidObjectState": "has moved an object into an archive: have it restored there",
    "SlowDown": "asks to slow down",
    "QuotaExceeded": "is full: make room",
    "XMinioStorageFull": "is full: make room",
    "507": "is full: make room",
}
_TAKEN: Final = (
    "has something already under a key that nobody else uses: what lies between here and there seems to have sent the "
    "request twice"
)
_MISSING: Final = ("NoSuchKey", "404", "NoSuchVersion")
_UNKNOWN_TO_SERVER: Final = ("NotImplemented", "MethodNotAllowed", "501", "405")

_BROKEN: Final[list[tuple[tuple[type[Exception], ...], type[StorageError], str]]] = [
    (
        (NoCredentialsError, PartialCredentialsError, ProfileNotFound, CredentialRetrievalError),
        ObjectsNotReady,
        "asks for credentials, and there are none: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
    ),
    ((ParamValidationError, InvalidRegionError), ObjectsNotReady, "cannot be asked: see OBJECTS_URL"),
    (
        (SSLError,),
        ObjectsNotReady,
        "has a certificate that is not trusted here: set AWS_CA_BUNDLE to that of its authority",
    ),
    ((EndpointConnectionError,), ObjectsUnavailable, "cannot be reached: is the server up, and its address right?"),
    ((ConnectTimeoutError, ReadTimeoutError), ObjectsUnavailable, "did not answer in time"),
]


@contextmanager
def speaking(doing: str, place: str) -> Iterator[None]:
    """Let errors of boto3 out as ours; `doing` is a verb such as put, `place` the words for bucket and server."""
    try:
        yield
    except (ClientError, BotoCoreError, ResponseParserError) as problem:
        raise told(problem, doing, place) from None
    except (KeyError, ValueError, RecursionError):  # what an answer lacks, says wrongly, or refers back to itself
        raise ObjectsUnavailable(f"{place} does not answer as S3 does when asked to {doing}") from None


def told(problem: Exception, doing: str, place: str) -> StorageError:
    if isinstance(problem, ClientError):
        return _answered(code_of(problem), doing, place)
    for types, error, words in _BROKEN:
        if isinstance(problem, types):
            return error(f"{place} {words}")
    return ObjectsUnavailable(f"{place} broke off while asked to {doing} ({type(problem).__name__})")


def code_of(problem: ClientError) -> str:
    """Return S3's code, or the HTTP status where an answer has none; nothing else that a server may have put there."""
    code = str(problem.response.get("Error", {}).get("Code", ""))
    status = problem.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "no status")
    return code if re.fullmatch(r"[A-Za-z0-9.]{1,48}", code) else str(status)


def is_missing(problem: ClientError) -> bool:
    return code_of(problem) in _MISSING


def is_not_allowed(problem: ClientError) -> bool:
    return _TO_DO.get(code_of(problem)) is _ALLOWED


def is_unknown_to_server(problem: ClientError) -> bool:
    """Say whether this server has no such operation at all."""
    return code_of(problem) in _UNKNOWN_TO_SERVER


def bucket_missing(place: str) -> ObjectsNotReady:
    return ObjectsNotReady(f"{place} {_BUCKET}")


def _answered(code: str, doing: str, place: str) -> StorageError:
    if code == "PreconditionFailed":
        return AlreadyThere(f"{place} {_TAKEN}")
    if code in _MISSING and doing == READ:
        return ObjectMissing(f"{place} has no such object")
    to_do = _KMS_KEY if code.startswith("KMS.") else _TO_DO.get(code)
    if to_do is not None:
        return ObjectsNotReady(f"{place} {to_do.format(code=code, doing=doing)}")
    return ObjectsUnavailable(f"{place} {_PASSING.get(code, f'failed when asked to {doing} ({code})')}")
