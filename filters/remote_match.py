"""Refuse pictures that a remote matcher knows."""

from collections.abc import Mapping, Sequence

from filters.decision import Filter, Needs, Subject
from filters.facts import RemoteAnswer, RemoteSays
from filters.reason import Reason, SuspectReason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class RemoteMatchReason(Reason):
    REMOTE_MATCH = "hash.remote-match", Outcome.REFUSED, "a remote matcher knows the picture as known material"
    NOT_READY = "remote.not-ready", Outcome.UNSURE, "a remote matcher was not asked, or gave no answer to rely on"


class RemoteMatch(Filter):
    """Refuse a picture if a remote matcher says that it is known material; clean only if every one says it is not.

    Example: Arachnid Shield calls one of the picture's PDQ hashes `csam`.
    Near miss: every configured matcher has answered, and none knows the picture.
    Evidence: `matchers`, the names of those that had to answer and did, when clean (empty: the setting REMOTE_MATCHERS
    names none); `matcher`, `label` (its own word for what it knows) and `distance_bits` of a match; `matcher` and
    `failure` of one that gave no answer, which is unsure.

    The crawl asks the matchers before this filter is asked, and only about pictures that every other filter finds
    clean; their answers are among the facts. A matcher's name is its kind and host: `hma@hma.example`.
    """

    name = "remote-match"
    version = "1"
    needs = Needs.REMOTE

    def __init__(self, matchers: Sequence[str] = ()) -> None:
        self._matchers = tuple(sorted(matchers))
        self.revision = revision_of([*self._matchers])

    def judge(self, subject: Subject) -> Verdict:
        if subject.facts is None:
            return self.unsure(RemoteMatchReason.NOT_READY, matcher=None, failure="not-measured")
        answers = {each.matcher: each for each in subject.facts.remote or ()}
        for says, reason in _REFUSED_FOR.items():
            for answer in answers.values():  # of any matcher: one that is configured no more has said it all the same
                if answer.says is says:
                    return self._known(reason, answer)
        doubt = self._unanswered(answers)
        return self.clean(matchers=", ".join(self._matchers)) if doubt is None else doubt

    def _known(self, reason: Reason, answer: RemoteAnswer) -> Verdict:
        return self.refused(reason, matcher=answer.matcher, label=answer.label, distance_bits=answer.distance_bits)

    def _unanswered(self, answers: Mapping[str, RemoteAnswer]) -> Verdict | None:
        for name in self._matchers:
            answer = answers.get(name)
            if answer is None:
                return self.unsure(RemoteMatchReason.NOT_READY, matcher=name, failure="not-asked")
            if answer.says is not RemoteSays.NO_MATCH:
                return self.unsure(RemoteMatchReason.NOT_READY, matcher=name, failure=answer.failure)
        return None


_REFUSED_FOR: Mapping[RemoteSays, Reason] = {
    RemoteSays.MATCH: RemoteMatchReason.REMOTE_MATCH,
    RemoteSays.SUSPECT: SuspectReason.SUSPECT,
}
