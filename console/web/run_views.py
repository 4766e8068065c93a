"""Show runs: all of them, one with all that it was decided by, and two side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from console.web.beside import beside
from console.web.counted import by_filter, counted
from console.web.templates import shown
from storage.errors import NoSuchRun
from storage.runs import Runs, RunSummary

_AT_ONCE: Final = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class RunViews:
    runs: Runs

    def told(self) -> dict[str, Callable[[Request], Response]]:
        return {"/runs": self.all_runs, "/runs/{run}": self.run, "/runs/{run}/beside": self.beside}

    def all_runs(self, request: Request) -> Response:
        older = request.query_params.get("older", "")
        return shown("runs.html", some=self.runs.newest(older=older, most=_AT_ONCE))

    def run(self, request: Request) -> Response:
        run = self._run(request.path_params["run"])
        reasons = {"refused": run.refused, "unsure": run.unsure, "failed": run.failed}
        is_first = not self.runs.newest(older=run.run_id, most=1).rows
        return shown(
            "run.html", run=run, rows=counted(reasons, run=run.run_id), filters=by_filter(reasons), is_first=is_first
        )

    def beside(self, request: Request) -> Response:
        """Show what a run did otherwise than another one, which is the one before it unless another is named."""
        run, named = self._run(request.path_params["run"]), request.query_params.get("other", "").strip()
        before = self.runs.newest(older=run.run_id, most=_AT_ONCE).rows
        if not named and not before:
            raise HTTPException(404, "There is no run before this one.")
        other = self._run(named) if named else before[0]
        return shown("beside.html", run=run, other=other, before=before, told=beside(run, other))

    def _run(self, run_id: str) -> RunSummary:
        try:
            return self.runs.show(run_id)
        except NoSuchRun:
            raise HTTPException(404, "There is no such run.") from None
