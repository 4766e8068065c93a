"""Lay down the tables of crawls: runs, their frontier, and what owners said of use."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.catalogue import Instant, metadata

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
    Column("holder", String(32), comment="random name of the process that works on it: no other one records anything"),
    Column("legal_basis", Text, comment="LEGAL_BASIS, as the operator put it; null if none was told"),
    Column("policy_digest", String(64), comment="SHA-256 of settings digest and revisions; null: of old"),
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

shadow = Table(
    "shadow",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("filter", String(40), primary_key=True, comment="that refused the candidate"),
    Column("reason", String(60), primary_key=True, comment="for which"),
    Column(
        "other",
        String(40),
        primary_key=True,
        comment="a filter that would not have kept it either; - if none of those asked, empty: how many were sampled",
    ),
    Column("count", Integer, nullable=False),
    comment="Of a sample of ordinary refusals: what the filters after the one that refused would have said.",
)

page = Table(
    "page",
    metadata,
    Column("id", String(36), primary_key=True, comment="UUIDv7"),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("url", Text, nullable=False, comment="normalised, without fragment"),
    Column("url_digest", String(64), nullable=False, comment="SHA-256 of url, for the unique key"),
    Column("host", Text, nullable=False, comment="normalised host, the unit of politeness and of leases"),
    Column("host_reversed", Text, comment="host backwards, so that its subdomains follow it; null: of old"),
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
    Index(None, "host_reversed", sqlite_where=text("state = 'failed'"), postgresql_where=text("state = 'failed'")),
    comment="The frontier: pages of a run; what --resume goes on from.",
)

consent_document = Table(
    "consent_document",
    metadata,
    Column("sha256", String(64), primary_key=True, comment="of the body; evidence names it"),
    Column("kind", String(20), nullable=False, comment="robots.txt, tdmrep.json, ai.txt or rsl"),
    Column("body", LargeBinary, nullable=False, comment="as it was received, packed with zlib"),
    comment="What a host said of the use of its pages and pictures: each text once, whichever host sent it.",
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
