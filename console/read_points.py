"""Name what is read back from disks and stores, and what notices that a byte of it is another one."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPoint:
    """Something that is relied on when it is read."""

    name: str
    damage: str
    noticed: str
    then: str


READS: Final = (
    ReadPoint(
        name="object:corrupted-read",
        damage="a byte of a picture in the folder",
        noticed="`verify`: `object.differs`",
        then="withdraw it, or bring it back from a backup",
    ),
    ReadPoint(
        name="object-of-s3:corrupted-read",
        damage="a byte of the store's answer",
        noticed="the digest of what was read",
        then="it is read again; if that differs too, `object.differs`",
    ),
    ReadPoint(
        name="index:corrupted-read",
        damage="a byte of the index of a list",
        noticed="the index's own digest, when it is opened",
        then="it is built anew from the rows",
    ),
    ReadPoint(
        name="checkpoint:corrupted-read",
        damage="a byte of a signed line",
        noticed="`verify`: its signature, and the chain of lines",
        then="bring the file back from a backup",
    ),
    ReadPoint(
        name="ledger:corrupted-read",
        damage="a byte of a record's header in the database file",
        noticed="`verify`: the leaf in the Merkle tree",
        then="bring the database back from a backup",
    ),
)
