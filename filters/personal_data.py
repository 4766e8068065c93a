"""Refuse captions that hold personal data: e-mail addresses, telephone, account and identity numbers."""

from filters.decision import Filter, Needs, Subject
from filters.measure.personal_data import KEEP, MEASURED_BY, personal_data
from filters.reason import Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class PersonalDataReason(Reason):
    FOUND = "caption.personal-data", Outcome.REFUSED, "the caption holds an e-mail address or a number of a person"


class PersonalData(Filter):
    """Refuse a pair whose caption holds an e-mail address, or a telephone, account, card or identity number.

    Example: "Jane Doe, jane [at] example [dot] org", "Call +49 30 901820", an IBAN, "SSN 078-05-1120".
    Near miss: "icon@2x.png", "ISBN 978-3-16-148410-0", "1920x1080", "Lisbon, 1998-2004", "@heron_fan".
    Evidence: `kinds`, each once and in order, and `found`, how many there are; never the text.

    With `PERSONAL_DATA` at `keep` nothing is refused. At `mask` captions are masked before anything is made of them, so
    that this filter finds nothing any more; what was held before masking was asked for it refuses. Titles of pages are
    masked at `refuse` too. Numbers count by their check digits and numbering plans, or by a word before them; names and
    addresses of houses do not count.
    """

    name = "personal-data"
    version = "1"
    needs = Needs.ADDRESS

    def __init__(self, *, policy: str = "refuse") -> None:
        self._keep = policy == KEEP
        self.revision = revision_of({"keep": self._keep, "measured_by": MEASURED_BY})

    def judge(self, subject: Subject) -> Verdict:
        if self._keep:
            return self.clean()
        found = personal_data(subject.candidate.text)
        if not found:
            return self.clean()
        kinds = sorted({each.kind.value for each in found})
        return self.refused(PersonalDataReason.FOUND, kinds=", ".join(kinds), found=len(found))
