"""Lay down every table; each column says what it holds."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware time in UTC, kept as ISO 8601 text that sorts by time: `2026-11-23T02:06:00.000000Z`."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone is not stored")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


INCIDENTS_SCHEMA = "incidents"
"""On PostgreSQL a schema of its own, whose rights differ; SQLite has none, and `storage/database.py` drops the name."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

gate = Table(
    "gate",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True, comment="always 1"),
    Column("epoch", Integer, nullable=False, comment="raised by every change of a list, a threshold or a tombstone"),
    comment="The gate epoch: which state of all gates a decision was made under.",
)

gate_change = Table(
    "gate_change",
    metadata,
    Column("epoch", Integer, primary_key=True, comment="the epoch that this change began"),
    Column("what", String(40), nullable=False, comment="stable code of the change, such as blocklist.add"),
    Column("subject", Text, nullable=False, comment="name and number of the list, or id of the tombstone"),
    Column("by", Text, nullable=False, comment="the operator"),
    Column("why", Text, nullable=False, comment="the operator's reason"),
    Column("at", Instant, nullable=False, comment="when it was committed"),
    comment="Every change of a gate, with who and why.",
)

run = Table(
    "run",
    metadata,
    Column("id", String(36), primary_key=True, comment="UUIDv7"),
    Column("spider", String(40), nullable=False, comment="pages, sitemap, ..."),
    Column("arguments", JSON, nullable=False, comment="what the operator asked for: seeds, limits, patterns"),
    Column("operator", Text, nullable=False, comment="login name of who launched it"),
    Column("contact", Text, comment="CONTACT_URL as sent in the User-Agent"),
    Column("settings", JSON, nullable=False, comment="snapshot of the settings that decide, secrets left out"),
    Column("settings_digest", String(64), nullable=False, comment="SHA-256 of the canonical snapshot"),
    Column("revisions", JSON, nullable=False, comment="filter name -> revision at the start"),
    Column("epoch", Integer, nullable=False, comment="gate epoch at its start"),
    Column("code_version", Text, nullable=False, comment="version of Altsieve, with the commit where known"),
    Column("provisional", Boolean, nullable=False, comment="ran without a fresh production list"),
    Column("state", String(12), nullable=False, comment="running, finished, stopped, broke-off"),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, comment="null while it runs, or if it was killed"),
    comment="One launch of a crawl; a resumed run keeps its row.",
)

tally = Table(
    "tally",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("outcome", String(8), primary_key=True, comment="stored, refused, unsure, failed"),
    Column("reason", String(60), primary_key=True, comment="reason code; empty for stored"),
    Column("count", Integer, nullable=False),
    comment="Counts of decided candidates, kept in the transaction of each decision.",
)

page = Table(
    "page",
    metadata,
    Column("id", String(36), primary_key=True, comment="UUIDv7"),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("url", Text, nullable=False, comment="normalised, without fragment"),
    Column("url_digest", String(64), nullable=False, comment="SHA-256 of url, for the unique key"),
    Column("host", Text, nullable=False, comment="normalised host, the unit of politeness and of leases"),
    Column("depth", Integer, nullable=False, comment="links away from its seed"),
    Column("seed", Text, nullable=False, comment="the seed it was reached from"),
    Column("found_on", Text, comment="URL of the page that linked to it; null for a seed"),
    Column("state", String(8), nullable=False, comment="pending, leased, done, failed"),
    Column("attempts", Integer, nullable=False, default=0, comment="how often it was leased"),
    Column("next_try_at", Instant, comment="not before; null for at once"),
    Column("lease_until", Instant, comment="another worker may take it after"),
    Column("failure", String(60), comment="reason code of a page that could not be read"),
    Column("failure_evidence", JSON, comment="what that rests on: a status, or the verdict's evidence"),
    UniqueConstraint("run_id", "url_digest"),
    Index(None, "run_id", "state", "id"),
    comment="The frontier: pages of a run; what --resume goes on from.",
)

picture = Table(
    "picture",
    metadata,
    Column("sha256", String(64), primary_key=True, comment="of the original bytes"),
    Column("facts", JSON, nullable=False, comment="everything measured, with the version of each instrument"),
    Column("object_key", Text, nullable=False, comment="where the bytes are, below OBJECTS_URL"),
    Column("stored_at", Instant, nullable=False),
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
    Column("number", Integer, primary_key=True, comment="never given twice"),
    Column("sha256", String(64), nullable=False, unique=True, comment="of a picture or a measurement"),
    sqlite_autoincrement=True,  # so that what was read can be told from what has been written since
    comment="Facts that triggers saw written, and that the file of hashes held does not have yet.",
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
    UniqueConstraint("run_id", "page_id", "image_key", "text_key"),
    Index(None, "run_id", "outcome", "reason"),
    Index(None, "pair_id"),
    Index(None, "page_host"),
    Index(None, "image_host"),
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
    Column("epoch", Integer, nullable=False, comment="gate epoch it was last judged under"),
    Column("stored_at", Instant, nullable=False),
    Index(None, "sha256"),
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
    comment="What was withdrawn and must not come back; of known material there is a withdrawn_match instead.",
)

doomed_object = Table(
    "doomed_object",
    metadata,
    Column("object_key", Text, primary_key=True, comment="where the bytes are, below OBJECTS_URL"),
    Column(
        "for_good",
        Boolean,
        nullable=False,
        comment="whether no crawl can store it again, so that it may be deleted while one is at work",
    ),
    sqlite_with_rowid=False,
    comment="Bytes that nothing keeps any more and that are still to be deleted, should a crash come in between.",
)

event = Table(
    "event",
    metadata,
    Column("id", String(36), primary_key=True, comment="random (UUIDv4), so that it says nothing of time or order"),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("day", Date, nullable=False, comment="no finer time is kept"),
    Column("outcome", String(8), nullable=False),
    Column("filter", String(40), nullable=False),
    Column("filter_version", String(20), nullable=False),
    Column("reason", String(60), nullable=False, comment="hash.on-list, hash.near-list, page.incident"),
    Index(None, "run_id", "reason"),
    sqlite_with_rowid=False,  # here and below: a rowid would tell between which other rows this one was written
    comment="A match with known material, or a pair beside one: nothing here points to a place or a picture.",
)

incident = Table(
    "incident",
    metadata,
    Column("event_id", ForeignKey("event.id"), primary_key=True),
    Column(
        "sealed", LargeBinary, comment="with a data key of its own, that is in incident_key; null if there was none"
    ),
    Column("key_id", String(16), comment="first half of SHA-256 of the public key it was sealed to"),
    Column(
        "form", Integer, nullable=False, server_default="1", comment="1: HPKE to the public key; 2: data key beside"
    ),
    Column("due", Date, comment="by when it is to be exported; null if it is not to be reported"),
    sqlite_with_rowid=False,
    schema=INCIDENTS_SCHEMA,
    comment="What an authority needs of a match, readable only with the safety officer's private key.",
)

incident_key = Table(
    "incident_key",
    metadata,
    Column("event_id", String(36), primary_key=True),
    Column("sealed", LargeBinary, nullable=False, comment="the data key, HPKE to INCIDENT_PUBLIC_KEY"),
    sqlite_with_rowid=False,
    schema=INCIDENTS_SCHEMA,
    comment="Data keys of incidents. To purge one is to delete its key: what it sealed stays, and says nothing.",
)

incident_act = Table(
    "incident_act",
    metadata,
    Column("id", String(36), primary_key=True, comment="UUIDv7"),
    Column("event_id", String(36), nullable=False),
    Column("act", String(10), nullable=False, comment="read, exported, submitted, closed, held, released, purged"),
    Column("by", Text, nullable=False, comment="the operator"),
    Column("why", Text, nullable=False),
    Column("details", JSON, nullable=False, comment="format of an export, number of a report"),
    Column("at", Instant, nullable=False),
    Index(None, "event_id"),
    schema=INCIDENTS_SCHEMA,
    comment="What was done with an incident, and by whom; never changed, never deleted.",
)

withdrawn_match = Table(
    "withdrawn_match",
    metadata,
    Column(
        "key", String(64), primary_key=True, comment="HMAC-SHA-256 of the picture's SHA-256: it says nothing itself"
    ),
    sqlite_with_rowid=False,
    schema=INCIDENTS_SCHEMA,
    comment="Pictures that were held until a list came that has them: refused for good, even if the list goes.",
)

canary_result = Table(
    "canary_result",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("edit", String(40), primary_key=True, comment="how the picture declared known was altered"),
    Column("injected", Integer, nullable=False, comment="how many the run was shown"),
    Column("found", Integer, nullable=False, comment="how many of them it took for known material"),
    comment="How many harmless pictures declared known a run was shown, and how many it found.",
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

list_ = Table(
    "list",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("kind", String(8), nullable=False, comment="hosts, hashes or sources"),
    Column("origin", String(10), nullable=False, comment="by-hand, imported, shipped or synthetic"),
    Column("number", Integer, nullable=False, comment="its newest revision; 0 until the first one counts"),
    Column("trouble", Text, comment="why the newest fetch from its exchange does not count; null if it does"),
    Column("trouble_at", Instant, comment="since when"),
    comment="A list that a filter compares with.",
)

revision = Table(
    "revision",
    metadata,
    Column("list", ForeignKey("list.name"), primary_key=True),
    Column("number", Integer, primary_key=True, comment="counts from 1; above the list's own while it is written"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the sorted entries that count in it"),
    Column("entries", Integer, nullable=False, comment="how many count in it"),
    Column("added", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    Column("rejected", Integer, nullable=False, comment="lines of the source that could not be read"),
    Column("source", Text, comment="where an import came from: its file name and format, or what --source says"),
    Column("licence", Text, comment="of an import, as the operator gave it"),
    Column("file_digest", String(64), comment="SHA-256 of the file that was imported"),
    Column("policy", JSON, comment="of a list of hashes: what a match means, how old it may be; null for the default"),
    Column("checkpoint", JSON, comment="how far an exchange was read when it was made; null if it was not fetched"),
    Column("as_of", Instant, comment="when its entries were had from their source; null: when it was made"),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Instant, nullable=False),
    comment="One state of a list.",
)

host_entry = Table(
    "host_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("list", ForeignKey("list.name"), nullable=False),
    Column("host", Text, nullable=False, comment="what it covers, as filters/indexes/entries.py writes it"),
    Column("action", String(5), nullable=False, comment="block, allow (by a person), lift (within its own list)"),
    Column("why", Text, nullable=False),
    Column("since", Integer, nullable=False, comment="first revision it counts in"),
    Column("until", Integer, comment="first revision it no longer counts in"),
    ForeignKeyConstraint(["list", "since"], ["revision.list", "revision.number"]),
    Index(None, "list", "host"),
    Index(None, "list", "action", "until"),
    comment="A host on a blocklist, or allowed by a person.",
)

source_entry = Table(
    "source_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("list", ForeignKey("list.name"), nullable=False),
    Column("host", Text, nullable=False, comment="normalised; stands for all its subdomains too"),
    Column("licence", Text, nullable=False, comment="under which its pictures may be used"),
    Column("why", Text, nullable=False),
    Column("since", Integer, nullable=False, comment="first revision it counts in"),
    Column("until", Integer, comment="first revision it no longer counts in"),
    ForeignKeyConstraint(["list", "since"], ["revision.list", "revision.number"]),
    Index(None, "list", "host"),
    comment="A host that a person has vetted; with --vetted-only pictures are kept from no other.",
)

hash_entry = Table(
    "hash_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("list", ForeignKey("list.name"), nullable=False),
    Column("type", String(10), nullable=False, comment="md5, sha1, sha256, pdq, phash16"),
    Column("value", String(64), nullable=False, comment="lower-case hex"),
    Column(
        "category", String(20), nullable=False, comment="NEGATIVE_CLASS, INVESTIGATION_SEED, ..., as ThreatExchange"
    ),
    Column(
        "distance_bits", Integer, comment="how far a near match may be; null for an exact type or the list's policy"
    ),
    Column(
        "source_entry", Text, nullable=False, server_default="", comment="who listed it, and under which id: member/id"
    ),
    Column(
        "severity", Text, nullable=False, server_default="", comment="scheme:label as the source says it, never read"
    ),
    Column("since", Integer, nullable=False, comment="first revision it counts in"),
    Column("until", Integer, comment="first revision it no longer counts in"),
    ForeignKeyConstraint(["list", "since"], ["revision.list", "revision.number"]),
    Index(None, "list", "type", "value"),
    Index(None, "list", "source_entry"),
    comment="A hash on a list of known material.",
)

consent_document = Table(
    "consent_document",
    metadata,
    Column("sha256", String(64), primary_key=True, comment="of the body; evidence names it"),
    Column("kind", String(20), nullable=False, comment="robots.txt, tdmrep.json, ai.txt or rsl"),
    Column("body", LargeBinary, nullable=False, comment="as it was received, packed with zlib"),
    comment="What a host said of the use of its pages and pictures: each text once, whichever host sent it.",
)

ledger_segment = Table(
    "ledger_segment",
    metadata,
    Column("name", String(60), primary_key=True, comment="run:ID, incidents, operators"),
    Column("size", Integer, nullable=False, comment="records in it"),
    Column(
        "peaks", JSON, nullable=False, comment="roots of its perfect subtrees, left to right, hex: enough to append"
    ),
    comment="A Merkle tree (RFC 6962) of one writer's records.",
)

ledger_record = Table(
    "ledger_record",
    metadata,
    Column("segment", ForeignKey("ledger_segment.name"), primary_key=True),
    Column("sequence", Integer, primary_key=True, comment="counts from 0 without a gap"),
    Column("header", Text, nullable=False, comment="canonical JSON (RFC 8785)"),
    Column("subject", String(80), nullable=False, comment="the header's subject, for look-up"),
    Column("leaf", String(64), nullable=False, comment="SHA-256(0x00, header)"),
    Index(None, "subject"),
    sqlite_with_rowid=False,
    comment="Headers of the ledger; never changed, never deleted.",
)

ledger_body = Table(
    "ledger_body",
    metadata,
    Column("segment", String(60), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("salt", String(64), comment="32 random bytes, hex; null once blanked"),
    Column("body", Text, comment="canonical JSON; null once blanked for a right-holder"),
    ForeignKeyConstraint(["segment", "sequence"], ["ledger_record.segment", "ledger_record.sequence"]),
    sqlite_with_rowid=False,
    comment="What a header commits to: SHA-256(salt, body).",
)


def without_schemas() -> MetaData:
    """Return the tables as SQLite knows them."""
    plain = MetaData(naming_convention=metadata.naming_convention)
    for each in metadata.sorted_tables:
        each.to_metadata(plain, schema=None)  # type: ignore[arg-type]  # documented: None is no schema
    return plain
