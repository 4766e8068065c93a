"""Lay down the tables of what was seen, what is held of it, and what was taken back."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.catalogue import Instant, metadata

picture = Table(
    "picture",
    metadata,
    Column("sha256", String(64), primary_key=True, comment="of the original bytes"),
    Column("facts", JSON, nullable=False, comment="everything measured, with the version of each instrument"),
    Column("object_key", Text, nullable=False, comment="where the bytes are, below OBJECTS_URL"),
    Column(
        "stored_sha256",
        String(64),
        comment="of the bytes in the store, from which private metadata was removed; null: they are the original",
    ),
    Column("stored_at", Instant, nullable=False),
    Index(
        None,
        "stored_sha256",
        sqlite_where=text("stored_sha256 IS NOT NULL"),
        postgresql_where=text("stored_sha256 IS NOT NULL"),
    ),
    comment="A picture that is kept.",
)

measurement = Table(
    "measurement",
    metadata,
    Column("sha256", String(64), primary_key=True, comment="of the bytes, which were not kept"),
    Column("facts", JSON, nullable=False, comment="as of a picture that is kept"),
    Column("measured_at", Instant, nullable=False),
    comment="What was measured of a picture of which no pair was kept: new lists are compared with it too.",
)

unindexed = Table(
    "unindexed",
    metadata,
    Column("number", Integer().with_variant(BigInteger(), "postgresql"), primary_key=True, comment="never given twice"),
    Column("sha256", String(64), nullable=False, unique=True, comment="of a picture or a measurement"),
    sqlite_autoincrement=True,  # so that what was read can be told from what has been written since
    comment="Facts that triggers saw written, and that the file of hashes held does not have yet.",
)

held_index = Table(
    "held_index",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True, comment="always 1"),
    Column("token", String(32), nullable=False, comment="of the file that took in what was in `unindexed` last"),
    comment="Which file of hashes held has what `unindexed` no longer names; any other one is built anew.",
)

sighting = Table(
    "sighting",
    metadata,
    Column("id", String(36), primary_key=True, comment="UUIDv7"),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("page_id", ForeignKey("page.id"), nullable=False),
    Column("image_key", String(64), nullable=False, comment="HMAC-SHA-256 of the image URL"),
    Column("text_key", String(64), nullable=False, comment="HMAC-SHA-256 of source and text"),
    Column(
        "sha256", String(64), comment="of the picture's bytes, if they came: its facts are in picture or measurement"
    ),
    Column("page_url", Text, nullable=False),
    Column("page_host", Text, nullable=False),
    Column("image_url", Text, nullable=False, comment="data: URIs as digest and length"),
    Column("image_host", Text, nullable=False),
    Column("outcome", String(8), nullable=False, comment="stored, refused, unsure, failed"),
    Column("filter", String(40), comment="the filter that was not clean; null for stored and failed"),
    Column("filter_version", String(20)),
    Column("revision", String(64), comment="of the list, model or thresholds that answered"),
    Column("reason", String(60), comment="stable code; null for stored"),
    Column("evidence", JSON, nullable=False),
    Column("candidate", JSON, comment="all that the page said; only for kept pairs and further sightings of them"),
    Column("fetched", JSON, comment="how the picture was reached; null if it was not requested"),
    Column("verdicts", JSON, nullable=False, comment="every verdict in order"),
    Column("epoch", Integer, nullable=False, comment="gate epoch it was judged under"),
    Column("pair_id", String(32), comment="the pair it became, or the one it is a further sighting of"),
    Column("judged_at", Instant, nullable=False),
    Column("page_host_reversed", Text, comment="page_host backwards, so that its subdomains follow it; null: of old"),
    Column("image_host_reversed", Text, comment="image_host likewise"),
    UniqueConstraint("run_id", "page_id", "image_key", "text_key"),
    Index(None, "run_id", "outcome", "reason"),
    Index(None, "reason", "id", sqlite_where=text("reason IS NOT NULL"), postgresql_where=text("reason IS NOT NULL")),
    Index(None, "pair_id"),
    Index(None, "page_host"),
    Index(None, "image_host"),
    Index(None, "page_host_reversed"),
    Index(None, "image_host_reversed"),
    Index(None, "image_key"),
    Index(None, "sha256"),
    comment="One reference to a picture on a page, and its decision. There is none for a match with known material.",
)

pair = Table(
    "pair",
    metadata,
    Column("id", String(32), primary_key=True, comment="first half of SHA-256(picture digest, 0x00, caption)"),
    Column("sha256", ForeignKey("picture.sha256"), nullable=False),
    Column("text_digest", String(64), nullable=False, comment="SHA-256 of the cleaned caption"),
    Column("sighting_id", ForeignKey("sighting.id"), nullable=False, comment="the first sighting"),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("state", String(12), nullable=False, comment="kept, provisional, withdrawn"),
    Column("fit", JSON, comment="how well its caption fits, by each model that was asked; null: none was"),
    Column("epoch", Integer, nullable=False, comment="gate epoch it was last judged under"),
    Column("stored_at", Instant, nullable=False),
    Index(None, "sha256"),
    Index(None, "text_digest"),
    Index(None, "run_id"),
    comment="A clean image + text pair.",
)

tombstone = Table(
    "tombstone",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(8), nullable=False, comment="picture or pair"),
    Column("key", String(64), nullable=False, comment="SHA-256 of the picture, or id of the pair"),
    Column("sha256", String(64), comment="of a pair: the picture's; null from before this was kept"),
    Column(
        "reason", String(60), comment="stable code of the verdict that a re-scan gave; null if a person took it back"
    ),
    Column(
        "bars",
        Boolean,
        nullable=False,
        server_default="1",
        comment="whether it is refused wherever it is found again; a re-scan leaves that to the filter that refused",
    ),
    Column("act", String(36), comment="the act in the ledger by which a person took it back"),
    Column("near", JSON, comment="of a picture: its views, so that a copy saved anew stays out; null for none"),
    Column("digests", JSON, comment="of a picture: all of them, so that a list that comes later is compared with it"),
    Column("why", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("kind", "key"),
    Index(None, "sha256"),
    comment="What was withdrawn and must not come back; of known material there is a withdrawn_match instead.",
)

object_intent = Table(
    "object_intent",
    metadata,
    Column("object_key", Text, primary_key=True, comment="where bytes are about to be put, below OBJECTS_URL"),
    Column("run_id", ForeignKey("run.id"), nullable=False, comment="that puts them"),
    Column("at", Instant, nullable=False),
    sqlite_with_rowid=False,
    comment="Objects that may be in the store without a picture: written before they are put, gone when one has them.",
)

doomed_object = Table(
    "doomed_object",
    metadata,
    Column("object_key", Text, primary_key=True, comment="where the bytes are, below OBJECTS_URL"),
    Column("for_good", Boolean, nullable=False, default=True, comment="always true; the release before asks for it"),
    Column("doomed_at", Instant, comment="a put that was tried before may still arrive; null: long ago"),
    sqlite_with_rowid=False,
    comment="Bytes that nothing keeps any more and that are still to be deleted, should a crash come in between.",
)

rescan = Table(
    "rescan",
    metadata,
    Column("id", String(36), primary_key=True, comment="UUIDv7"),
    Column("epoch", Integer, nullable=False, comment="the gate epoch that all that is held is brought to"),
    Column("since", Integer, comment="the epoch up to which it had been judged before; null for all of it"),
    Column("revisions", JSON, nullable=False, comment="filter name -> revision that judged"),
    Column("settings_digest", String(64), nullable=False, comment="of the thresholds that judged"),
    Column("state", String(10), nullable=False, comment="running, done"),
    Column("position", Text, comment="how far it has come; --resume goes on from there"),
    Column("counts", JSON, nullable=False, comment="looked at, withdrawn by reason, matches, not judged"),
    Column("by", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    comment="One re-scan: once it is done, all that is held and was judged before its epoch was judged again in it.",
)
