"""Hold made-up hashes, and read a text as a list."""

import hashlib
import io

from storage.hash_formats import Columns, HashFormat, ListedHash, read_hashes
from storage.list_lines import Rejected

PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
SHA256 = hashlib.sha256(b"one").hexdigest()


def md5(word: str = "one") -> str:
    return hashlib.md5(word.encode(), usedforsecurity=False).hexdigest()


def sha1(word: str = "one") -> str:
    return hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest()


def read(
    text: str | bytes,
    type_name: str | None = None,
    layout: HashFormat | None = None,
    *,
    columns: str | None = None,
    scheme: str = "",
) -> list[ListedHash | Rejected]:
    source = io.BytesIO(text.encode() if isinstance(text, str) else text)
    named = None if columns is None else Columns.read(columns)
    return list(read_hashes(source, type_name=type_name, layout=layout, columns=named, severity_scheme=scheme))


def reasons(found: list[ListedHash | Rejected]) -> list[str]:
    return [each.reason.value for each in found if isinstance(each, Rejected)]


def hashes(found: list[ListedHash | Rejected]) -> list[ListedHash]:
    return [each for each in found if isinstance(each, ListedHash)]
