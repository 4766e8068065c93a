"""Refuse pairs whose page or picture says, in any protocol, that it is not to be used."""

from collections.abc import Iterable, Iterator

from filters.decision import Filter, Needs, Subject
from filters.reason import Reason
from filters.revision import revision_of
from filters.signals.signal import Protocol, Says, Scope, Signal, merged
from filters.verdict import Outcome, Verdict


class ConsentReason(Reason):
    ROBOTS = "consent.robots", Outcome.REFUSED, "robots.txt of the host says no, or could not be read"
    OPT_OUT = "consent.opt-out", Outcome.REFUSED, "the owner says that it is not to be used"
    RESERVED = "rights.reserved", Outcome.REFUSED, "the picture's own file says that it is not to be used"
    UNKNOWN = "consent.unknown", Outcome.REFUSED, "nobody allows it, and CONSENT_UNKNOWN_MEANS is deny"
    NOT_ASKED = "consent.not-asked", Outcome.UNSURE, "what the owner says was not looked for"


class Consent(Filter):
    """Refuse a pair if its page's host, its page, or the host, answer or file of its picture says no.

    Example: a page with `<meta name="robots" content="noai">`; a picture sent with `tdm-reservation: 1`.
    Near miss: `X-Robots-Tag: otherbot: noai`, which speaks to somebody else.
    Evidence: of a refusal, the signal that says no: `protocol`, `scope`, `found_in`, `raw`, `url`, `at`, and the
    SHA-256 of its `document` if it has one, and whether to `retry` (transient: a document could not be read); else
    `consent` (allow, unknown) and from how many `signals`.

    Any signal that denies denies; else any that allows allows; else it is unknown, and `unknown_means` counts. Signals
    of a protocol that is switched off are recorded and do not count. What nobody has asked for is unsure.
    """

    name = "consent"
    version = "1"
    needs = Needs.ADDRESS

    def __init__(
        self, *, protocols: Iterable[str] = tuple(map(str, Protocol)), unknown_means: Says = Says.ALLOW
    ) -> None:
        self._protocols = frozenset(protocols) | {Protocol.ROBOTS.value}
        self._unknown_means = unknown_means
        self.revision = revision_of([[*sorted(self._protocols)], unknown_means.value])

    def judge(self, subject: Subject) -> Verdict:
        if (missing := _not_asked(subject)) is not None:
            return self.unsure(ConsentReason.NOT_ASKED, scope=missing.value)
        heard = self._that_count(_heard(subject))
        if (objection := self.objection(heard)) is not None:
            return objection
        said = merged(heard)
        everything = subject.facts is not None and subject.facts.picture is not None
        if said is Says.UNKNOWN and self._unknown_means is Says.DENY and everything:
            return self.refused(ConsentReason.UNKNOWN, consent=said.value, signals=len(heard))
        return self.clean(consent=said.value, signals=len(heard))

    def objection(self, signals: Iterable[Signal]) -> Verdict | None:
        """Return the verdict for the first signal that counts and says no, as a gate asks before a request is made."""
        said_no = (each for each in self._that_count(signals) if each.saying.says is Says.DENY)
        return next(map(self.denied, said_no), None)

    def denied(self, signal: Signal) -> Verdict:
        """Return the verdict for a signal that says no."""
        return self.refused(
            _reason_of(signal),
            protocol=signal.saying.protocol.value,
            scope=signal.scope.value,
            found_in=signal.saying.found_in,
            raw=signal.saying.raw,
            url=signal.url,
            at=signal.at.isoformat(),
            document=signal.document,
            retry="transient" if signal.may_change_soon else "permanent",
        )

    def _that_count(self, signals: Iterable[Signal]) -> list[Signal]:
        return [each for each in signals if each.saying.protocol.value in self._protocols]


def _not_asked(subject: Subject) -> Scope | None:
    """Return what nobody has looked at although it was there to be looked at."""
    if subject.candidate.visit.consent is None:
        return Scope.PAGE
    if subject.fetched is not None and subject.fetched.consent is None:
        return Scope.IMAGE_RESPONSE
    decoded = subject.facts is not None and subject.facts.picture is not None
    if decoded and subject.facts is not None and subject.facts.rights is None:
        return Scope.IMAGE_FILE
    return None


def _heard(subject: Subject) -> Iterator[Signal]:
    yield from subject.candidate.visit.consent or ()
    if subject.fetched is None:
        return
    yield from subject.fetched.consent or ()
    if subject.facts is not None and subject.facts.rights is not None:
        for each in subject.facts.rights.sayings:
            yield Signal(
                saying=each, scope=Scope.IMAGE_FILE, url=subject.fetched.final_url, at=subject.fetched.fetched_at
            )


def _reason_of(signal: Signal) -> ConsentReason:
    if signal.saying.protocol is Protocol.ROBOTS:
        return ConsentReason.ROBOTS
    return ConsentReason.RESERVED if signal.scope is Scope.IMAGE_FILE else ConsentReason.OPT_OUT
