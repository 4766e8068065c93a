"""Hold what was measured on the bytes of a picture; measuring knows no threshold and no list."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from filters.candidate import Hop
from filters.signals.signal import Licence, Saying, Signal


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """How a picture was reached. `hops` ends with the answer that carried the bytes; no bytes are held here."""

    hops: tuple[Hop, ...]
    status: int
    headers: tuple[tuple[str, str], ...]
    requested_at: datetime
    fetched_at: datetime
    consent: tuple[Signal, ...] | None = None
    """What the picture's host, and each answer on the way, say of its use; None: nobody has asked."""

    @property
    def final_url(self) -> str:
        return self.hops[-1].url

    def __repr__(self) -> str:
        return f"<Fetched status={self.status} hops={len(self.hops)}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Digests:
    """Digests of the original bytes, lower-case hex, and their number."""

    md5: str
    sha1: str
    sha256: str
    size_bytes: int

    def __repr__(self) -> str:
        return f"<Digests {self.size_bytes} bytes>"


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """Perceptual hashes of one way to see one frame: `frame 0`, `frame 0 over white`, `frame 0 over black`, ...

    `pdq` and each of `orientations` are 64 lower-case hex digits (256 bits, most significant first); `pdq_quality` is
    0-100. `orientations` are the eight dihedral PDQ hashes of a 64x64 shrink. `phash16` is imagehash's 16x16 pHash,
    64 hex digits.
    """

    name: str
    pdq: str
    pdq_quality: int
    orientations: tuple[str, ...]
    phash16: str

    def __repr__(self) -> str:
        return f"<View {self.name}>"


class Flaw(StrEnum):
    """What is wrong with the file itself, found while measuring. The value is the reason code a filter gives for it."""

    FORMAT = "image.format"
    UNDECODABLE = "image.undecodable"
    TRUNCATED = "image.truncated"
    BOMB = "image.bomb"
    TRAILING_DATA = "image.trailing-data"
    TOO_MANY_FRAMES = "image.too-many-frames"
    INSPECTION_CRASHED = "inspection.crashed"
    INSPECTION_TOO_SLOW = "inspection.too-slow"


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """What one decode found. `width_px` and `height_px` are those shown, after the EXIF orientation is applied."""

    format: str
    """Pillow's format name in lower case: jpeg, png, webp, gif, avif, bmp, tiff."""
    width_px: int
    height_px: int
    frames: int
    views: tuple[View, ...]
    """Of every frame, in order; never empty; `views[0]` is frame 0 as stored."""

    def __repr__(self) -> str:
        return f"<Picture {self.format} {self.width_px}x{self.height_px}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """What the picture's own file says of its use (XMP, C2PA), and the licences that it names."""

    sayings: tuple[Saying, ...] = ()
    licences: tuple[Licence, ...] = ()


class Private(StrEnum):
    """What was taken out of a file's metadata; the words are stored."""

    GPS = "gps"
    """Where a device was, by coordinates."""
    PLACE = "place"
    """Where it was taken, or what place it shows, by name."""
    SERIAL = "serial"
    """Numbers of a camera, a lens or a file, and the maker's note, which holds such."""
    OWNER = "owner"
    """Whose device it was. Who made the picture is kept: rights rest on it."""
    THUMBNAIL = "thumbnail"
    """A small picture in the metadata, which may show what was cut away."""
    HISTORY = "history"
    """How the file was made from others: their ids, names and paths."""
    UNREAD = "unread"
    """Metadata that could not be read, or that nothing says the meaning of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredBytes:
    """The bytes that are stored in place of the original ones: of the same size, showing the same picture.

    `removed` is sorted and empty if the original bytes are stored. `sha256` is lower-case hex, and None if what is
    private could not be taken out; `failure` then says why with a stable code, and nothing is stored.
    """

    removed: tuple[Private, ...] = ()
    sha256: str | None
    size_bytes: int
    failure: str | None = None

    def __repr__(self) -> str:
        return f"<StoredBytes {self.size_bytes} bytes>"


class RemoteSays(StrEnum):
    """What a remote matcher can say of a picture."""

    NO_MATCH = "no-match"
    MATCH = "match"
    SUSPECT = "suspect"
    """It knows the picture as something that nobody has confirmed, or that is not to be reported."""
    FAILED = "failed"
    """It gave no answer that can be relied on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoteAnswer:
    """What one remote matcher said of a picture. `repr` does not tell whether it knows it.

    `matcher` is its kind and host, `version` that of the adapter which asked it. `label` is the matcher's own word for
    what it knows the picture as, `distance_bits` how far it was from it, `failure` a stable code of why it failed.
    """

    matcher: str
    version: str
    says: RemoteSays
    asked_at: datetime
    label: str | None = None
    distance_bits: int | None = None
    failure: str | None = None

    def __repr__(self) -> str:
        return f"<RemoteAnswer {self.matcher}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """One number that a model gave. `repr` does not tell it.

    `revision` is the model's (digest of its files), `value` is in the model's own unit; it is None if the model gave no
    number that counts, and `failure` then says why with a stable code (crashed, too-slow,
    not-a-number, not-ready, no-glimpse).
    """

    model: str
    revision: str
    value: float | None
    failure: str | None = None

    def __repr__(self) -> str:
        return f"<Score {self.model}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Digests always; `picture` once it was decoded; `flaw` if something is wrong with the file.

    Before inspection both are None. After it at least one is set; both are when it could be measured all the same
    (`image.trailing-data`). `rights` is None until the file's metadata was read, `remote` while no remote matcher was
    asked, `safety` while no safety model was, and `stored` unless private metadata was looked for. `fit` belongs to the
    pair, not to the picture: how well its caption fits, by each model that measures its language; None while none was
    asked.
    `measured_by` names each instrument as (name, version).
    """

    digests: Digests
    picture: Picture | None = None
    flaw: Flaw | None = None
    rights: Rights | None = None
    measured_by: tuple[tuple[str, str], ...] = ()
    remote: tuple[RemoteAnswer, ...] | None = None
    safety: tuple[Score, ...] | None = None
    fit: tuple[Score, ...] | None = None
    stored: StoredBytes | None = None

    @property
    def stored_sha256(self) -> str | None:
        """SHA-256 of the bytes that are stored, or are to be; None if they may not be."""
        return self.digests.sha256 if self.stored is None else self.stored.sha256

    @property
    def of_picture(self) -> "Facts":
        """Return what holds of the picture whatever its caption."""
        return replace(self, fit=None)

    def __repr__(self) -> str:
        return f"<Facts {self.picture!r} {self.flaw}>"
