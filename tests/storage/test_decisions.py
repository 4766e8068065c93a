from dataclasses import replace

import pytest

from filters.lineup import MATCH_REASONS
from filters.verdict import Outcome
from storage.canonical import as_json
from storage.decisions import Said, body_of, said_of_refused, said_of_withdrawn, sighting_row
from storage.drafts import Draft, drafted
from storage.errors import SecretInTheClear
from storage.keys import KeyRing
from storage.recordable import recordable, recordable_url
from storage.shares import Entry, Refused
from tests.storage import samples

_KEYS = KeyRing(signing=bytes(32), hiding=bytes(32))


def _draft(entry: Entry) -> Draft:
    return drafted(_KEYS, samples.share("p", entry)).drafts[0]


def _said(refused: Refused) -> Said:
    return said_of_refused(refused, _draft(refused).verdicts, ())


@pytest.mark.parametrize(
    "url", ["data:image/gif;base64,R0lGOD", "DATA:,x", " data:text/plain,R0lGOD", "\ndata:;,R0lGOD"]
)
def test_a_data_uri_becomes_digest_and_length(url: str) -> None:
    said = recordable_url(url)
    assert said.startswith("data:;sha256=")
    assert said.endswith(f";length={len(url)}")
    assert "R0lGOD" not in said


@pytest.mark.parametrize("url", ["https://pictures.example/data:1", "database.jpg", "", "blob:x"])
def test_other_addresses_stay(url: str) -> None:
    assert recordable_url(url) == url


def test_data_uris_are_replaced_wherever_they_stand_but_in_captions() -> None:
    uri = "data:image/png;base64,R0lGOD"
    visit = replace(samples.candidate("p", 1).visit, title="data: of 2020", found_on=uri)
    found = replace(
        samples.candidate("p", 1, text="data: sales, 2020"), visit=visit, image_url=uri, image_url_found=uri
    )
    fetched = replace(samples.fetched(uri), headers=(("location", uri),))
    said = recordable({"candidate": found, "fetched": fetched})
    assert "R0lGOD" not in str(said)
    assert said["candidate"]["text"] == said["candidate"]["text_raw"] == "data: sales, 2020"
    assert said["candidate"]["visit"]["title"] == "data: of 2020"


@pytest.mark.parametrize("reason", sorted(MATCH_REASONS))
def test_a_match_is_never_said_of_a_sighting(reason: str) -> None:
    decision = samples.decided("exact-hash", reason)
    with pytest.raises(SecretInTheClear):
        _said(Refused(candidate=samples.candidate("p", 1), fetched=None, decision=decision))


def test_unsure_of_a_hash_is_no_match() -> None:
    assert _said(samples.unsure("p", 1)).outcome is Outcome.UNSURE


def test_a_decision_that_refuses_nothing_is_no_refusal() -> None:
    clean = Refused(candidate=samples.candidate("p", 1), fetched=None, decision=samples.accepting())
    with pytest.raises(ValueError, match="not clean"):
        _said(clean)


def test_the_verdicts_before_a_withdrawal_stay() -> None:
    said = said_of_withdrawn(samples.kept("p", 1), "pair")
    assert [each["filter"] for each in said.verdicts.read()] == [
        *(each for each in samples.LINEUP if each != "withdrawn"),
        "withdrawn",
    ]
    assert said.decisive is not None
    assert said.decisive.filter == "withdrawn"
    assert said.evidence == {"withdrawn": "pair"}


def test_evidence_that_is_no_number_is_said_all_the_same() -> None:
    decision = samples.decided("alt-text", "alt.too-short")
    odd = replace(decision.verdicts[-1], evidence={"score": float("nan"), "text": "\ud800"})
    refused = replace(samples.refused("p", 1), decision=replace(decision, verdicts=(*decision.verdicts[:-1], odd)))
    row = sighting_row(_said(refused), _draft(refused), samples.NOON)
    assert as_json(row["evidence"]) == b'{"score":"nan","text":"?"}'


def test_the_ledger_says_of_a_caption_only_its_digest() -> None:
    kept = samples.kept("p", 1)
    row = sighting_row(said_of_withdrawn(kept, "pair"), _draft(kept), samples.NOON)
    with_text = row | {"candidate": recordable(kept.candidate)}
    assert body_of(row, ["a"])["candidate_sha256"] is None
    assert len(body_of(with_text, ["a"])["candidate_sha256"]) == 64
    assert "a caption" not in str(body_of(with_text, ["a"]))
