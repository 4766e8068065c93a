"""Read what the filters compare with from the database."""

from dataclasses import dataclass, replace
from datetime import timedelta

from filters.indexes.known_list import KnownList
from filters.lineup import Material
from filters.models import NO_MODELS, Models
from storage import gate
from storage.database import Database
from storage.index_folder import tidy_indexes
from storage.material import load_material, require_none_to_be_sealed


@dataclass(frozen=True, kw_only=True)
class RunLists:
    """The lists of one run (`crawler.lineup_watch.Lists`)."""

    db: Database
    networks: tuple[str, ...]
    provisional: bool
    max_age: timedelta
    sealed: bool
    """Whether there is an INCIDENT_PUBLIC_KEY."""
    models: Models = NO_MODELS
    """Those of the run: they do not change while it goes on."""
    planted: KnownList | None = None
    """What the run is shown beside the pictures of the web; it is in no database."""

    def epoch(self) -> int:
        with self.db.read() as conn:
            return gate.epoch(conn)

    def load(self, floor: Material | None) -> Material:
        """The first time is the opening of the run: what earlier revisions have left beside the database goes."""
        if floor is None:
            tidy_indexes(self.db)
        material = load_material(self.db, self.networks, self.provisional, self.max_age, floor=floor)
        material = replace(material, models=self.models)
        if not self.sealed:
            require_none_to_be_sealed(material)
        if self.planted is None or material.known is None:
            return material
        return replace(material, known=replace(material.known, planted=self.planted))
