"""List ways to damage the database of a finished run, each with the code of the finding it must lead to.

`$here` is the third record of its segment, a pair that was stored; of pairs and pictures there are two.
"""

_SPELLED_OUT = {
    "$here": "segment = :segment AND sequence = 2",
    "$first picture": "sha256 = (SELECT min(sha256) FROM picture)",
    "$last picture": "sha256 = (SELECT max(sha256) FROM picture)",
    "$first": "id = (SELECT min(id) FROM pair)",
    "$last": "id = (SELECT max(id) FROM pair)",
}
DAMAGES: dict[str, tuple[str, list[str]]] = {
    "a record is changed": (
        "record.changed",
        ["UPDATE ledger_record SET header = replace(header, 'stored', 'failed') WHERE $here"],
    ),
    "a leaf is changed": ("record.changed", ["UPDATE ledger_record SET leaf = 'ff' WHERE $here"]),
    "a record is filed elsewhere": ("record.changed", ["UPDATE ledger_record SET subject = 'x' WHERE $here"]),
    "a record is dropped": (
        "record.missing",
        ["DELETE FROM ledger_body WHERE $here", "DELETE FROM ledger_record WHERE $here"],
    ),
    "two records change places": (
        "record.moved",
        [
            "UPDATE ledger_record SET sequence = -5 + sequence WHERE segment = :segment AND sequence IN (2, 3)",
            "UPDATE ledger_body SET sequence = -5 + sequence WHERE segment = :segment AND sequence IN (2, 3)",
            "UPDATE ledger_record SET sequence = -sequence WHERE sequence < 0",
            "UPDATE ledger_body SET sequence = -sequence WHERE sequence < 0",
        ],
    ),
    "a body is changed": (
        "body.changed",
        ["UPDATE ledger_body SET body = replace(body, 'pages', 'other') WHERE $here"],
    ),
    "a salt is changed": ("body.changed", ["UPDATE ledger_body SET salt = '00' WHERE $here"]),
    "a body is dropped": ("body.missing", ["DELETE FROM ledger_body WHERE $here"]),
    "a body is blanked in secret": ("body.missing", ["UPDATE ledger_body SET body = NULL, salt = NULL WHERE $here"]),
    "a segment's sum is changed": (
        "segment.differs",
        ["UPDATE ledger_segment SET size = size + 1 WHERE name = :segment"],
    ),
    "a segment's sum is dropped": ("segment.differs", ["DELETE FROM ledger_segment WHERE name = :segment"]),
    "a segment is dropped": (
        "segment.cut-off",
        [
            "DELETE FROM ledger_body WHERE segment = 'incidents'",
            "DELETE FROM ledger_record WHERE segment = 'incidents'",
            "DELETE FROM ledger_segment WHERE name = 'incidents'",
        ],
    ),
    "a sighting is dropped": ("sighting.missing", ["DELETE FROM sighting WHERE outcome = 'failed'"]),
    "a sighting is made up": (
        "sighting.unrecorded",
        [
            "CREATE TEMP TABLE made_up AS SELECT * FROM sighting WHERE outcome = 'failed'",
            "UPDATE made_up SET id = '0', image_key = 'k'",
            "INSERT INTO sighting SELECT * FROM made_up",
            "UPDATE tally SET count = 2 WHERE outcome = 'failed'",
        ],
    ),
    "an outcome is changed": (
        "sighting.differs",
        ["UPDATE sighting SET outcome = 'refused' WHERE outcome = 'unsure'"],
    ),
    "a reason is changed": (
        "sighting.differs",
        ["UPDATE sighting SET reason = 'alt.missing' WHERE outcome = 'refused'"],
    ),
    "an epoch is changed": ("sighting.differs", ["UPDATE sighting SET epoch = 7 WHERE outcome = 'refused'"]),
    "a page is changed": (
        "sighting.differs",
        ["UPDATE sighting SET page_url = 'https://other.example/' WHERE outcome = 'refused'"],
    ),
    "a kept caption is changed": (
        "sighting.differs",
        ["UPDATE sighting SET candidate = replace(candidate, 'caption', 'motto') WHERE outcome = 'stored'"],
    ),
    "a verdict is dropped": (
        "sighting.undecided",
        ["UPDATE sighting SET verdicts = json_remove(verdicts, '$[3]') WHERE outcome = 'stored'"],
    ),
    "a verdict is not clean": (
        "sighting.undecided",
        ["UPDATE sighting SET verdicts = json_set(verdicts, '$[3].outcome', 'unsure') WHERE outcome = 'stored'"],
    ),
    "a pair is dropped": ("pair.missing", ["DELETE FROM pair WHERE $first"]),
    "a pair has another's sighting": (
        "pair.undecided",
        ["UPDATE pair SET sighting_id = (SELECT id FROM sighting WHERE outcome = 'failed') WHERE $first"],
    ),
    "a pair has the sighting of another pair": (
        "pair.undecided",
        ["UPDATE pair SET sighting_id = (SELECT sighting_id FROM pair WHERE $last) WHERE $first"],
    ),
    "a pair has no sighting": ("pair.undecided", ["UPDATE pair SET sighting_id = 'none' WHERE $first"]),
    "a pair has another picture": (
        "pair.differs",
        ["UPDATE pair SET sha256 = (SELECT sha256 FROM picture WHERE sha256 <> pair.sha256)"],
    ),
    "a pair has no picture": ("pair.no-picture", ["DELETE FROM picture WHERE $first picture"]),
    "a picture has no pair": ("picture.unused", ["DELETE FROM pair WHERE $first"]),
    "a picture has the facts of another": (
        "picture.differs",
        ["UPDATE picture SET facts = (SELECT facts FROM picture WHERE $last picture) WHERE $first picture"],
    ),
    "an event is dropped": ("event.missing", ["DELETE FROM event WHERE reason = 'page.incident'"]),
    "an event is made up": (
        "event.unrecorded",
        [
            "CREATE TEMP TABLE made_up AS SELECT * FROM event LIMIT 1",
            "UPDATE made_up SET id = '0'",
            "INSERT INTO event SELECT * FROM made_up",
        ],
    ),
    "an event's reason is changed": (
        "event.differs",
        ["UPDATE event SET reason = 'hash.near-list' WHERE reason = 'hash.on-list'"],
    ),
    "an event's day is changed": ("event.differs", ["UPDATE event SET day = '2001-01-01'"]),
    "an incident is dropped": ("incident.missing", ["DELETE FROM incident"]),
    "a data key is dropped": ("incident.key-missing", ["DELETE FROM incident_key"]),
    "an act is dropped": (
        "act.missing",
        ["DELETE FROM incident_act WHERE act = 'closed'"],
    ),
    "an act is changed": (
        "act.unrecorded",
        ["UPDATE incident_act SET why = 'no reason' WHERE act = 'closed'"],
    ),
    "an act is made up": (
        "act.unrecorded",
        ["INSERT INTO incident_act SELECT '0', event_id, act, by, why, details, at FROM incident_act"],
    ),
    "what was purged comes back": (
        "incident.not-purged",
        [
            "UPDATE incident_act SET act = 'purged' WHERE act = 'closed'",
        ],
    ),
    "a deadline is put off": ("incident.differs", ["UPDATE incident SET due = '2099-01-01'"]),
    "an incident is changed": ("incident.differs", ["UPDATE incident SET sealed = zeroblob(8)"]),
    "a tally is changed": ("tally.differs", ["UPDATE tally SET count = count + 1 WHERE outcome = 'stored'"]),
    "a tally is dropped": ("tally.differs", ["DELETE FROM tally WHERE outcome = 'failed'"]),
}


def spelled_out(statement: str) -> str:
    for short, long in _SPELLED_OUT.items():
        statement = statement.replace(short, long)
    return statement
