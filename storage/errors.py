"""Name what can be wrong with the records, for the operator.

    StorageError
    ├── NotReady             exit 3: the message says what to type next
    │   ├── NotMigrated
    │   ├── KeysMissing
    │   ├── CheckpointsMissing
    │   ├── DatabaseNotReady it cannot be reached, or not used by who tries
    │   └── NotSupported
    ├── DatabaseUnavailable  its connection broke off within a transaction, of which nothing was stored
    │   └── OutcomeUnknown   or, at its end, nobody knows: it is not written again unseen
    ├── DatabaseBusy         others write for longer than one waits
    ├── NoSuchRun
    ├── RunIsHeld            another process works on it
    ├── RunWasTaken          another process has reopened it meanwhile: this one records nothing more
    ├── ObjectMissing        there are no bytes under a key
    ├── ObjectsUnavailable   the object store cannot be reached, or did not answer as it should
    │   └── ObjectsNotReady  and will not until the operator does what the message says: a NotReady too
    ├── CannotOpen           a sealed incident: wrong key, changed, or purged
    ├── NoSuchIncident
    ├── NotAllowed           what an incident's state forbids, such as to purge one that is held
    ├── UnknownPage          a share names a page that its run does not have
    └── SecretInTheClear     a match with known material was handed in as if it were an ordinary refusal

No message ever holds an address, a caption or a hash of what was judged.
"""


class StorageError(Exception):
    """Something is wrong with the records or with how they are used."""


class NotReady(StorageError):
    """Something must be set up first; the message says what to type."""


class NotMigrated(NotReady):
    pass


class KeysMissing(NotReady):
    pass


class CheckpointsMissing(NotReady):
    pass


class DatabaseNotReady(NotReady):
    pass


class NotSupported(NotReady):
    pass


class DatabaseUnavailable(StorageError):
    pass


class OutcomeUnknown(DatabaseUnavailable):
    pass


class DatabaseBusy(StorageError):
    pass


class NoSuchRun(StorageError):
    pass


class RunIsHeld(StorageError):
    pass


class RunWasTaken(StorageError):
    pass


class ObjectMissing(StorageError):
    pass


class ObjectsUnavailable(StorageError):
    pass


class ObjectsNotReady(ObjectsUnavailable, NotReady):
    pass


class CannotOpen(StorageError):
    pass


class NoSuchIncident(StorageError):
    pass


class NothingToReview(StorageError):
    pass


class NotAllowed(StorageError):
    pass


class UnknownPage(StorageError):
    pass


class SecretInTheClear(StorageError):
    pass
