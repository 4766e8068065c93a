"""Hear what owners say of a page or a picture: its host before it is asked for, its answers, the page itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scrapy.http import Response

from crawler.consent_documents import ConsentDocuments, named_by, named_in_evidence
from crawler.gates import NotNow
from crawler.origins import HostSays, Origins
from crawler.readings import Clock, NoRoom, utc_now
from filters.candidate import Candidate, PageVisit
from filters.facts import Fetched
from filters.signals.headers import read_headers, rsl_links
from filters.signals.page import PageStatements, inline_terms, read_statements
from filters.signals.rsl import Rsl
from filters.signals.signal import Document, Saying, Scope, Signal
from filters.verdict import Evidence, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearing:
    """`agent` is the name that owners may address us by, as in `User-agent: Altsieve`."""

    origins: Origins
    documents: ConsentDocuments
    agent: str
    now: Clock = utc_now

    async def of_host(self, url: str, scope: Scope) -> HostSays:
        return await self.origins.say(url, scope)

    async def of_answer(self, url: str, response: Response, scope: Scope) -> tuple[Signal, ...]:
        """Return what the headers say, and the licences that they name. They are read whole, not as recorded."""
        headers = _headers(response)
        said = self._signals(read_headers(headers, self.agent), scope, url)
        return (*said, *await self.origins.licensed(rsl_links(headers, url), url, scope, "header link"))

    async def of_page(self, visit: PageVisit, response: Response, statements: PageStatements) -> PageVisit:
        """Return the visit with what the page says of itself, and the licences that it names, beside what was heard."""
        if visit.consent is None:
            return visit
        url = visit.final_url
        said = self._signals(read_statements(statements, url, self.agent), Scope.PAGE, url)
        try:
            licensed = await self.origins.licensed(statements.rsl_links, url, Scope.PAGE, "link license")
        except (NoRoom, NotNow):
            return replace(visit, consent=None)
        return replace(visit, consent=self.on_hand(visit.page_id, (*visit.consent, *said, *licensed)))

    async def of_pictures(
        self, candidates: list[Candidate], response: Response, statements: PageStatements
    ) -> list[Candidate]:
        """Return candidates with what the licences that their page names, or holds, say of each picture."""
        licences = (*rsl_links(_headers(response), response.url), *statements.rsl_links)
        inside = inline_terms(statements, response.url)
        if not licences and not inside:
            return candidates
        return [await self._licensed(self._with_terms(each, inside), licences) for each in candidates]

    def _with_terms(self, candidate: Candidate, inside: Iterable[Rsl]) -> Candidate:
        visit = candidate.visit
        sayings = [saying for each in inside if (saying := each.says(candidate.image_url)) is not None]
        if visit.consent is None or not sayings:
            return candidate
        heard = (*visit.consent, *self._signals(sayings, Scope.PAGE, visit.final_url))
        return replace(candidate, visit=replace(visit, consent=heard))

    async def _licensed(self, candidate: Candidate, licences: Iterable[str]) -> Candidate:
        visit = candidate.visit
        try:
            said = await self.origins.licensed(licences, candidate.image_url, Scope.PAGE, "link license")
        except (NoRoom, NotNow):
            return replace(candidate, visit=replace(visit, consent=None))
        heard = visit.consent if visit.consent is None else self.on_hand(visit.page_id, (*visit.consent, *said))
        return replace(candidate, visit=replace(visit, consent=heard))

    def on_hand(self, page_id: str, signals: tuple[Signal, ...] | None) -> tuple[Signal, ...] | None:
        """Keep their documents until the page ends; if one of them is gone, nobody has asked."""
        return signals if self.documents.pin(page_id, named_by(signals)) else None

    def with_documents(self, page_id: str, fetched: Fetched) -> Fetched:
        """Return a picture, maybe of another page, as this page may rely on it."""
        consent = self.on_hand(page_id, fetched.consent)
        return fetched if consent is fetched.consent else replace(fetched, consent=consent)

    def keep_evidence(self, page_id: str, verdict: Verdict) -> None:
        self.documents.pin(page_id, named_in_evidence((verdict,)))

    def named_in(self, evidence: Evidence) -> tuple[Document, ...]:
        """Return the body of the document that a verdict rests on, if it is to be recorded."""
        named = evidence.get("document")
        return self.documents.bodies([named]) if isinstance(named, str) else ()

    def let_go(self, page_id: str) -> None:
        self.documents.release(page_id)

    def _signals(self, sayings: Iterable[Saying], scope: Scope, url: str) -> tuple[Signal, ...]:
        at = self.now()
        return tuple(Signal(saying=each, scope=scope, url=url, at=at) for each in sayings)


def _headers(response: Response) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
