"""Read what the filters compare with from the database."""

from dataclasses import dataclass
from datetime import timedelta

from filters.lineup import Material
from storage import gate
from storage.database import Database
from storage.host_indexes import tidy_indexes
from storage.material import load_material


@dataclass(frozen=True, kw_only=True)
class RunLists:
    """The lists of one run (`crawler.lineup_watch.Lists`)."""

    db: Database
    networks: tuple[str, ...]
    provisional: bool
    max_age: timedelta

    def epoch(self) -> int:
        with self.db.read() as conn:
            return gate.epoch(conn)

    def load(self, floor: Material | None) -> Material:
        """The first time is the opening of the run: what earlier revisions have left beside the database goes."""
        if floor is None:
            tidy_indexes(self.db)
        return load_material(self.db, self.networks, self.provisional, self.max_age, floor=floor)
