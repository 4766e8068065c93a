"""Ask every configured matcher about a picture, off the event loop; whatever goes wrong becomes a failed answer."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawler.matchers.arachnid import ArachnidShield
from crawler.matchers.breaker import CircuitBreaker
from crawler.matchers.classifiers import Classifier, ContentSafety
from crawler.matchers.hma import HasherMatcherActioner
from crawler.matchers.matcher import Matcher, Question, Said
from crawler.matchers.photodna import PhotoDna
from filters.facts import Picture, RemoteAnswer, RemoteSays
from filters.lineup import BadSetting, Thresholds
from filters.matcher_address import MatcherAddress, MatcherKind
from storage.errors import NotReady
from storage.services import Credentials, Service, ServiceTrouble

_GRACE_S = 1.0
"""Beyond the time of a question, for a service that does not even end its headers."""


@dataclass(kw_only=True, eq=False)
class Asked:
    """One matcher, with what is known of how it fares, and threads of its own: one that hangs holds up no other."""

    name: str
    matcher: Matcher
    threads: ThreadPoolExecutor
    breaker: CircuitBreaker = field(default_factory=CircuitBreaker)

    def answer(self, question: Question) -> RemoteAnswer:
        """Never raise: whatever a service can bring about is an answer that says so."""
        if not self.breaker.lets_through():
            return self.failure("circuit-open")
        try:
            said = self.matcher.ask(question)
        except ServiceTrouble as trouble:
            code = trouble.code
        except Exception:  # noqa: BLE001  an answer that nobody foresaw must not be taken for clean, nor end the run
            code = "crashed"
        else:
            self.breaker.answered()
            return self._answer(said)
        if code not in _OF_THE_PICTURE:
            self.breaker.failed()
        return self.failure(code)

    def failure(self, code: str) -> RemoteAnswer:
        return self._answer(Said(says=RemoteSays.FAILED), code)

    def _answer(self, said: Said, failure: str | None = None) -> RemoteAnswer:
        return RemoteAnswer(
            matcher=self.name,
            version=self.matcher.version,
            says=said.says,
            asked_at=datetime.now(UTC),
            label=said.label,
            distance_bits=said.distance_bits,
            failure=failure,
        )


_OF_THE_PICTURE = frozenset({"format", "no-hash", "status-400", "status-413", "status-415"})
"""Failures that say nothing of the service: the next picture may be answered for."""


class RemoteMatchers:
    """The matchers of a run; `names` is empty if none is configured, and then nothing is ever asked."""

    def __init__(self, matchers: Sequence[Asked], *, timeout_s: float, min_quality: int) -> None:
        self._matchers = tuple(matchers)
        self._timeout_s = timeout_s
        self._min_quality = min_quality

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> "RemoteMatchers":
        """Raise `NotReady` if one wants credentials that the environment does not hold."""
        try:
            thresholds = Thresholds.from_settings(settings)
        except BadSetting as bad:
            raise NotReady(str(bad)) from None
        at_once = int(_above_0(settings, "REMOTE_MATCHERS_AT_ONCE"))
        addresses = [MatcherAddress.read(each) for each in thresholds.remote_matchers]
        return cls(
            [
                Asked(
                    name=each.name, matcher=_matcher(each), threads=ThreadPoolExecutor(at_once, f"matcher-{each.kind}")
                )
                for each in addresses
            ],
            timeout_s=_above_0(settings, "REMOTE_MATCHER_TIMEOUT_S"),
            min_quality=thresholds.pdq_min_quality,
        )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self._matchers)

    async def ask(self, body: bytes, picture: Picture) -> tuple[RemoteAnswer, ...]:
        return tuple(await asyncio.gather(*(self._answer(each, body, picture) for each in self._matchers)))

    async def _answer(self, asked: Asked, body: bytes, picture: Picture) -> RemoteAnswer:
        """The time counts from now: a service so slow that questions queue up is too slow."""
        until = time.monotonic() + self._timeout_s
        question = Question(body=body, picture=picture, min_quality=self._min_quality, until=until)
        answer = asyncio.get_running_loop().run_in_executor(asked.threads, asked.answer, question)
        try:
            return await asyncio.wait_for(answer, self._timeout_s + _GRACE_S)
        except TimeoutError:
            asked.breaker.failed()
            return asked.failure("timeout")

    def close(self) -> None:
        for each in self._matchers:
            each.threads.shutdown(wait=False, cancel_futures=True)


def _above_0(settings: Mapping[str, object], name: str) -> float:
    try:
        number = float(str(settings[name]))
    except ValueError:
        number = 0.0
    if not 1 <= number < 1_000:
        raise NotReady(f"{name} must be a number from 1 to 1000")
    return number


def _matcher(address: MatcherAddress) -> Matcher:
    prefix = f"ALTSIEVE_MATCHER_{address.kind.upper().replace('-', '_')}"
    credentials = Credentials.of(prefix)
    service = Service(address.url, credentials)
    if address.kind is MatcherKind.ARACHNID:
        if credentials.basic is None:
            raise NotReady(f"{address.name} wants credentials: set {prefix}_USER and {prefix}_PASSWORD")
        return ArachnidShield(service)
    if address.kind in _WITH_KEY and credentials.token is None:
        raise NotReady(f"{address.name} wants its key: set {prefix}_TOKEN")
    if address.kind in _SENT_THE_PICTURE:
        return _SENT_THE_PICTURE[address.kind](service, credentials)
    return HasherMatcherActioner(service)


_WITH_KEY = frozenset({MatcherKind.PHOTODNA, MatcherKind.CONTENT_SAFETY})
_SENT_THE_PICTURE: Mapping[MatcherKind, Callable[[Service, Credentials], Matcher]] = {
    MatcherKind.PHOTODNA: PhotoDna,
    MatcherKind.CONTENT_SAFETY: ContentSafety,
    MatcherKind.CLASSIFIER: Classifier,
}
