"""Give lists of known material policies, entries their source, incidents a life; add re-scans and what they compare.

Revision 0003, follows 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _lists()
    _sightings()
    _incidents()
    _rescans()


def _lists() -> None:
    trouble = "why the newest fetch from its exchange does not count; null if it does"
    op.add_column("list", sa.Column("trouble", sa.Text(), comment=trouble))
    op.add_column("list", sa.Column("trouble_at", sa.String(27), comment="since when"))
    policy = "of a list of hashes: what a match means, how old it may be; null for the default"
    op.add_column("revision", sa.Column("policy", sa.JSON(), comment=policy))
    checkpoint = "how far an exchange was read when it was made; null if it was not fetched"
    op.add_column("revision", sa.Column("checkpoint", sa.JSON(), comment=checkpoint))
    as_of = "when its entries were had from their source; null: when it was made"
    op.add_column("revision", sa.Column("as_of", sa.String(27), comment=as_of))
    for name, comment in {
        "source_entry": "who listed it, and under which id: member/id",
        "severity": "scheme:label as the source says it, never read",
    }.items():
        op.add_column("hash_entry", sa.Column(name, sa.Text(), nullable=False, server_default="", comment=comment))
    op.execute("UPDATE hash_entry SET distance_bits = NULL WHERE distance_bits = 31")  # from now on the policy says it
    op.create_index(op.f("ix_hash_entry_list_source_entry"), "hash_entry", ["list", "source_entry"])


def _sightings() -> None:
    came = "of the picture's bytes, if they came: its facts are in picture or measurement"
    op.add_column("sighting", sa.Column("sha256", sa.String(64), comment=came))
    op.create_index(op.f("ix_sighting_image_key"), "sighting", ["image_key"])
    op.create_index(op.f("ix_sighting_sha256"), "sighting", ["sha256"])
    op.create_table(
        "measurement",
        sa.Column("sha256", sa.String(64), nullable=False, comment="of the bytes, which were not kept"),
        sa.Column("facts", sa.JSON(), nullable=False, comment="as of a picture that is kept"),
        sa.Column("measured_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_measurement")),
        comment="What was measured of a picture of which no pair was kept: new lists are compared with it too.",
    )
    before = "of a pair: the picture's; null from before this was kept"
    op.add_column("tombstone", sa.Column("sha256", sa.String(64), comment=before))
    taken_back = "stable code of the verdict that a re-scan gave; null if a person took it back"
    op.add_column("tombstone", sa.Column("reason", sa.String(60), comment=taken_back))
    bars = "whether it is refused wherever it is found again; a re-scan leaves that to the filter that refused"
    op.add_column("tombstone", sa.Column("bars", sa.Boolean(), nullable=False, server_default="1", comment=bars))
    act = "the act in the ledger by which a person took it back"
    op.add_column("tombstone", sa.Column("act", sa.String(36), comment=act))
    near = "of a picture: its views, so that a copy saved anew stays out; null for none"
    op.add_column("tombstone", sa.Column("near", sa.JSON(), comment=near))
    digests = "of a picture: all of them, so that a list that comes later is compared with it"
    op.add_column("tombstone", sa.Column("digests", sa.JSON(), comment=digests))
    at_once = "whether no crawl can store it again, so that it may be deleted while one is at work"
    op.create_table(
        "doomed_object",
        sa.Column("object_key", sa.Text(), nullable=False, comment="where the bytes are, below OBJECTS_URL"),
        sa.Column("for_good", sa.Boolean(), nullable=False, comment=at_once),
        sa.PrimaryKeyConstraint("object_key", name=op.f("pk_doomed_object")),
        sqlite_with_rowid=False,
        comment="Bytes that nothing keeps any more and that are still to be deleted, should a crash come in between.",
    )


def _incidents() -> None:
    form = sa.Column(
        "form",
        sa.Integer(),
        nullable=False,
        server_default="1",
        comment="1: HPKE to the public key; 2: data key beside",
    )
    op.add_column("incident", form)
    due = sa.Column("due", sa.Date(), comment="by when it is to be exported; null if it is not to be reported")
    op.add_column("incident", due)
    op.create_table(
        "incident_key",
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="the data key, HPKE to INCIDENT_PUBLIC_KEY"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_incident_key")),
        sqlite_with_rowid=False,
        comment="Data keys of incidents. To purge one is to delete its key: what it sealed stays, and says nothing.",
    )
    op.create_table(
        "incident_act",
        sa.Column("id", sa.String(36), nullable=False, comment="UUIDv7"),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column(
            "act",
            sa.String(10),
            nullable=False,
            comment="read, exported, submitted, closed, held, released, purged",
        ),
        sa.Column("by", sa.Text(), nullable=False, comment="the operator"),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False, comment="format of an export, number of a report"),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_act")),
        comment="What was done with an incident, and by whom; never changed, never deleted.",
    )
    op.create_index(op.f("ix_incident_act_event_id"), "incident_act", ["event_id"])
    for verb in _on_sqlite("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER incident_act_no_{verb.lower()} BEFORE {verb} ON incident_act "
            "BEGIN SELECT RAISE(ABORT, 'acts on incidents are never changed'); END"
        )
    op.create_table(
        "withdrawn_match",
        sa.Column(
            "key",
            sa.String(64),
            nullable=False,
            comment="HMAC-SHA-256 of the picture's SHA-256: it says nothing itself",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_withdrawn_match")),
        sqlite_with_rowid=False,
        comment="Pictures that were held until a list came that has them: refused for good, even if the list goes.",
    )


def _rescans() -> None:
    op.create_table(
        "unindexed",
        sa.Column("number", sa.Integer(), nullable=False, comment="never given twice"),
        sa.Column("sha256", sa.String(64), nullable=False, comment="of a picture or a measurement"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_unindexed")),
        sa.UniqueConstraint("sha256", name=op.f("uq_unindexed_sha256")),
        sqlite_autoincrement=True,
        comment="Facts that triggers saw written, and that the file of hashes held does not have yet.",
    )
    for table in ("picture", "measurement"):
        for trigger in _on_sqlite(*_UNINDEXED_TRIGGERS):
            op.execute(trigger.replace("TABLE", table))
    op.create_table(
        "canary_result",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("edit", sa.String(40), nullable=False, comment="how the picture declared known was altered"),
        sa.Column("injected", sa.Integer(), nullable=False, comment="how many the run was shown"),
        sa.Column("found", sa.Integer(), nullable=False, comment="how many of them it took for known material"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_canary_result_run_id")),
        sa.PrimaryKeyConstraint("run_id", "edit", name=op.f("pk_canary_result")),
        comment="How many harmless pictures declared known a run was shown, and how many it found.",
    )
    op.create_table(
        "rescan",
        sa.Column("id", sa.String(36), nullable=False, comment="UUIDv7"),
        sa.Column("epoch", sa.Integer(), nullable=False, comment="the gate epoch that all that is held is brought to"),
        sa.Column("since", sa.Integer(), comment="the epoch up to which it had been judged before; null for all of it"),
        sa.Column("revisions", sa.JSON(), nullable=False, comment="filter name -> revision that judged"),
        sa.Column("settings_digest", sa.String(64), nullable=False, comment="of the thresholds that judged"),
        sa.Column("state", sa.String(10), nullable=False, comment="running, done"),
        sa.Column("position", sa.Text(), comment="how far it has come; --resume goes on from there"),
        sa.Column("counts", sa.JSON(), nullable=False, comment="looked at, withdrawn by reason, matches, not judged"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("started_at", sa.String(27), nullable=False),
        sa.Column("finished_at", sa.String(27)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescan")),
        comment="One re-scan: once it is done, all that is held and was judged before its epoch was judged again in "
        "it.",
    )


def _on_sqlite(*steps: str) -> tuple[str, ...]:
    """PostgreSQL has triggers of its own, which 0005 makes: it was not supported before."""
    return steps if op.get_bind().dialect.name == "sqlite" else ()


_ANEW = "BEGIN DELETE FROM unindexed WHERE sha256 = NEW.sha256; INSERT INTO unindexed (sha256) VALUES (NEW.sha256); END"
_NO_MORE = "BEGIN DELETE FROM unindexed WHERE sha256 = OLD.sha256; END"
_UNINDEXED_TRIGGERS = (
    "CREATE TRIGGER TABLE_unindexed_insert AFTER INSERT ON TABLE " + _ANEW,
    "CREATE TRIGGER TABLE_unindexed_update AFTER UPDATE OF facts ON TABLE " + _ANEW,
    "CREATE TRIGGER TABLE_unindexed_delete AFTER DELETE ON TABLE " + _NO_MORE,
)
