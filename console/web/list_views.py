"""Show the lists with all their revisions, and how incidents stand; no entry of a list of hashes, and no incident."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from console.web.templates import shown
from storage.blocklists import Blocklists
from storage.database import Database
from storage.hash_lists import HashLists
from storage.incident_store import Incidents
from storage.ledger import Ledger
from storage.list_revisions import Revision

_REVISIONS: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class ListViews:
    blocklists: Blocklists
    hash_lists: HashLists
    incidents: Incidents

    @classmethod
    def of(cls, db: Database, ledger: Ledger) -> "ListViews":
        return cls(blocklists=Blocklists(db, ledger), hash_lists=HashLists(db, ledger), incidents=Incidents(db, ledger))

    def told(self) -> dict[str, Callable[[Request], Response]]:
        return {"/lists": self.all_lists, "/lists/{name}": self.one_list, "/incidents": self.all_incidents}

    def all_lists(self, request: Request) -> Response:
        found: list[Revision] = [*self.hash_lists.list(), *self.blocklists.list()]
        return shown("lists.html", lists=found)

    def one_list(self, request: Request) -> Response:
        name = request.path_params["name"]
        history = self.hash_lists.history(name) or self.blocklists.history(name)
        if not history:
            raise HTTPException(404, "There is no such list.")
        newest_first = sorted(history, key=attrgetter("number"), reverse=True)
        return shown("list.html", name=name, total=len(history), history=newest_first[:_REVISIONS])

    def all_incidents(self, request: Request) -> Response:
        """By number and state alone, which is what the auditor may know."""
        return shown("incidents.html", incidents=self.incidents.numbers())
