"""List the write points in the order of the protocol, with what a crash leaves there and who clears it away."""

from typing import Final

from console.write_points import Inside
from console.write_steps import of_files, of_objects, transaction

_NOTHING = "nothing"
_NOBODY = "nobody has to"
_RESUMED = "the resumed run reads the page again"
_SWEPT = "the sweep of the next run gives them up and deletes the bytes"
_AGAIN = "whoever runs the command again"


_INTENTS = "intents without objects"
_PUT = "objects that an intent names and no picture has"
_DOOMED = "doomed keys, and their bytes"
_DELETED = "doomed keys without bytes"
_UNSIGNED = "records that no checkpoint covers yet"
_SIGNS = "the next checkpoint covers them"

_CRAWL: Final = (
    *transaction("run.start", "crawl", (_NOTHING, _NOBODY), ("a run without pages", "the operator resumes it")),
    *transaction("pages", "crawl", (_NOTHING, _RESUMED), ("pages to be read", "the resumed run reads them")),
    *transaction(
        "lease",
        "crawl",
        ("pages to be read", "the resumed run reads them"),
        ("pages leased to a process that is gone", "the resumed run takes its leases back"),
        nth=2,
    ),
    *transaction("intent", "crawl", (_NOTHING, _RESUMED), (_INTENTS, _SWEPT), nth=2, cut_off=True),
    of_objects("put.before", _INTENTS, _SWEPT, moment="put.before", nth=2),
    of_objects(
        "put.half-written",
        "intents, and a file or an upload that is not whole",
        "the sweep deletes what is not whole",
        moment="put.before",
        nth=2,
        inside=Inside.HALF,
    ),
    of_objects(
        "put.unnamed",
        "intents, and a whole file that has no name yet",
        "the sweep deletes it",
        moment="put.before",
        nth=2,
        inside=Inside.UNNAMED,
    ),
    of_objects("put.unanswered", _PUT, _SWEPT, moment="put.before", nth=2, inside=Inside.UNANSWERED),
    of_objects("put.after", _PUT, _SWEPT, moment="put.after", nth=2),
    *transaction(
        "final",
        "crawl",
        (_PUT, f"{_SWEPT}; {_RESUMED}"),
        ("pairs that are stored, though nobody was told", "the resumed run finds them recorded"),
        nth=2,
        cut_off=True,
    ),
    of_files("checkpoint.before", "crawl", _UNSIGNED, _SIGNS, moment="checkpoint.before", nth=2),
    of_files(
        "checkpoint.half-written",
        "crawl",
        "a torn last line",
        "the next checkpoint seals it off and covers the same records",
        moment="checkpoint.before",
        nth=2,
        inside=Inside.HALF,
    ),
    of_files(
        "checkpoint.unsynced",
        "crawl",
        "a last line that a power cut may tear or take away",
        "the next checkpoint covers the same records",
        moment="checkpoint.before",
        nth=2,
        inside=Inside.UNSYNCED,
    ),
    of_files("checkpoint.after", "crawl", _NOTHING, _NOBODY, moment="checkpoint.after", nth=2),
    *transaction("give-up", "crawl", (_PUT, _SWEPT), (_DOOMED, "the sweep of the next run deletes them"), cut_off=True),
    of_objects("delete.before", _DOOMED, "the sweep of the next run deletes them", moment="delete.before"),
    of_objects(
        "delete.unsynced",
        "doomed keys, and files that a power cut may bring back",
        "the sweep of the next run deletes them again",
        moment="delete.before",
        inside=Inside.UNSYNCED,
    ),
    of_objects("delete.after", _DELETED, "the sweep of the next run forgets them", moment="delete.after"),
    *transaction(
        "forget",
        "crawl",
        (_DELETED, "the sweep of the next run forgets them"),
        ("nothing; with S3 a doomed key for an hour, lest a put arrive late", "the sweep of a run after that hour"),
    ),
    *transaction(
        "take-back",
        "crawl",
        ("a match that is not recorded yet", f"{_RESUMED} and finds it again"),
        (f"the incident, and of what was kept of its picture {_DOOMED}", "the sweep of the next run deletes them"),
        cut_off=True,
    ),
    *transaction(
        "run.end",
        "crawl",
        ("a run that seems to be at work, but nobody holds its lock", "it is shown as broke-off and can be resumed"),
        ("a run that has ended", _NOBODY),
    ),
)
_WITHDRAW: Final = (
    *transaction(
        "withdrawal",
        "withdraw",
        ("everything as it was", _AGAIN),
        (f"a tombstone and no row, {_DOOMED}", "the same command again, a re-scan, or the next run"),
        cut_off=True,
    ),
    of_objects(
        "withdrawal.delete.before", f"a tombstone, {_DOOMED}", "likewise", moment="delete.before", work="withdraw"
    ),
    of_objects(
        "withdrawal.delete.unsynced",
        "a tombstone, doomed keys, and files that a power cut may bring back",
        "likewise",
        moment="delete.before",
        work="withdraw",
        inside=Inside.UNSYNCED,
    ),
    of_objects(
        "withdrawal.delete.after", f"a tombstone, {_DELETED}", "likewise", moment="delete.after", work="withdraw"
    ),
)
_IMPORT: Final = (
    *transaction(
        "list-import.begin",
        "import-list",
        (_NOTHING, _AGAIN),
        ("a revision that does not count", "the next change of the list takes it away"),
    ),
    *transaction(
        "list-import.rows",
        "import-list",
        ("a revision that does not count", "the next change of the list takes it away"),
        ("a revision with rows that do not count", "the next change of the list takes them away"),
    ),
    of_files(
        "index.before", "import-list", "a revision with rows that do not count", "likewise", moment="index.before"
    ),
    of_files(
        "index.half-written",
        "import-list",
        "half an index of a revision that does not count",
        "the next import of a list tidies it away",
        moment="index.before",
        inside=Inside.HALF,
    ),
    of_files(
        "index.unsynced",
        "import-list",
        "an index that a power cut may damage, of a revision that does not count",
        "likewise",
        moment="index.before",
        inside=Inside.UNSYNCED,
    ),
    of_files(
        "index.after", "import-list", "an index of a revision that does not count", "likewise", moment="index.after"
    ),
    *transaction(
        "list-import.seal",
        "import-list",
        ("an index of a revision that does not count", "likewise"),
        ("a revision that counts, with its index", "the next import tidies away older indexes"),
        cut_off=True,
    ),
)
_HALF_DONE = "a re-scan that is not done"
_RESCANNED = "the next one goes on with it"
_RESCAN: Final = (
    *transaction("rescan.begin", "rescan", (_NOTHING, _AGAIN), (_HALF_DONE, _RESCANNED)),
    of_files(
        "held-hashes.before",
        "rescan",
        f"{_HALF_DONE}, and a file of hashes that is behind",
        "the next one brings it up to date",
        moment="held-hashes.before",
    ),
    of_files(
        "held-hashes.half-written",
        "rescan",
        "a file of hashes of which the end does not count",
        "the next one brings it up to date",
        moment="held-hashes.before",
        inside=Inside.HALF,
    ),
    of_files("held-hashes.after", "rescan", _HALF_DONE, _RESCANNED, moment="held-hashes.after"),
    *transaction(
        "rescan.withdraw",
        "rescan",
        (f"{_HALF_DONE}: the pair is held", _RESCANNED),
        (f"{_HALF_DONE}: the pair is gone, {_DOOMED}", _RESCANNED),
        cut_off=True,
    ),
    *transaction(
        "rescan.match",
        "rescan",
        (f"{_HALF_DONE}: the match is held", _RESCANNED),
        (f"{_HALF_DONE}: an incident instead of the match, {_DOOMED}", _RESCANNED),
        cut_off=True,
    ),
    of_files(
        "forget-hashes.before",
        "rescan",
        "hashes of a picture that is gone in the file of hashes",
        "the next one blanks them",
        moment="forget-hashes.before",
    ),
    of_files("forget-hashes.after", "rescan", _HALF_DONE, _RESCANNED, moment="forget-hashes.after"),
    *transaction("rescan.step", "rescan", (_HALF_DONE, _RESCANNED), (_HALF_DONE, _RESCANNED), nth=2),
)
_SET_UP: Final = (
    of_files("keys.before", "set-up", "an empty folder", _AGAIN, moment="keys.before"),
    of_files(
        "keys.after", "set-up", "keys of an empty ledger", "the same command goes on with them", moment="keys.after"
    ),
    of_files(
        "first-checkpoint.before",
        "set-up",
        "keys of an empty ledger",
        "the same command goes on with them",
        moment="first-checkpoint.before",
    ),
    of_files(
        "first-checkpoint.after",
        "set-up",
        "keys, and a checkpoint of an empty ledger",
        "the same command goes on with them",
        moment="first-checkpoint.after",
    ),
)
_MIGRATE: Final = transaction(
    "migration",
    "migrate",
    ("the tables as they were", "the same command again"),
    ("the new tables", _NOBODY),
    cut_off=True,
)

POINTS: Final = (*_CRAWL, *_WITHDRAW, *_IMPORT, *_RESCAN, *_SET_UP, *_MIGRATE)
