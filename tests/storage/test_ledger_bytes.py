import secrets
from pathlib import Path

import pytest
from sqlalchemy import select

from filters.verdict import Outcome, Verdict
from storage.ledger import Record
from storage.tables import ledger_body, ledger_record, ledger_segment
from tests.storage import samples
from tests.storage.records import opened

BODY = {
    "page_url": "https://pages.example/\u00e9?a=1.0,b",
    "evidence": {"score": 7.227850346680498e-06, "needed": -1000.0, "none": None, "big": 2**53, "odd": float("nan")},
    "verdicts": (Verdict(outcome=Outcome.CLEAN, filter="f", filter_version="1", revision="r", evidence={"n": 1.0}),),
    "lineup": ["f", 'quote "1.0," here'],
}
HEADER = (
    '{"commitment":"COMMITMENT","epoch":4,"kind":"decision","outcome":"stored","reason":null,"schema":1,'
    '"segment":"run:r","sequence":0,"settings_digest":"d","subject":"s","time":"2026-11-23T12:00:00.000000Z"}'
)
WRITTEN = (
    '{"evidence":{"big":"9007199254740992","needed":-1000,"none":null,"odd":"nan","score":0.000007227850346680498},'
    '"lineup":["f","quote \\"1.0,\\" here"],"page_url":"https://pages.example/\u00e9?a=1.0,b",'
    '"verdicts":[{"evidence":{"n":1},"filter":"f","filter_version":"1","outcome":"clean","reason":null,"revision":"r"}]}'
)
COMMITMENT = "6ae8432516d3d92f6e6b3a103097b247057a6724d0dc4adf59e2dcdfbe0f36a8"
LEAVES = [
    "6ac7102e14f11039782eeacc6ef7d853699af604baec48b3d5e5ba1b5e1e8411",
    "f36e8986e35b39da3ff8223767e8e4139076ce73076a361752fbe29eef276471",
    "8fb7f3c68911e907a84f2171a08bfca74753277e428359e9742363756dffc37f",
]
PEAKS = ["6ef60d3f9c11f6595ea01d16fd594364cd6c8a083e4bde3c7694d1f3874a9e7a", LEAVES[2]]


def test_the_bytes_of_the_ledger_are_what_they_have_always_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "token_bytes", lambda size: bytes(range(size)))
    record = Record(
        kind="decision",
        subject="s",
        outcome="stored",
        reason=None,
        epoch=4,
        settings_digest="d",
        body=BODY,
        at=samples.NOON,
    )
    with opened(tmp_path) as records:
        with records.db.write() as conn:
            records.ledger.append_all(conn, "run:r", [record, record, record])
        with records.db.read() as conn:
            rows = conn.execute(select(ledger_record).where(ledger_record.c.segment == "run:r")).all()
            body = conn.execute(
                select(ledger_body.c.body).where(ledger_body.c.segment == "run:r").limit(1)
            ).scalar_one()
            peaks = conn.execute(select(ledger_segment.c.peaks).where(ledger_segment.c.name == "run:r")).scalar_one()
    assert body == WRITTEN
    assert rows[0].header == HEADER.replace("COMMITMENT", COMMITMENT)
    assert [each.leaf for each in rows] == LEAVES
    assert peaks == PEAKS
