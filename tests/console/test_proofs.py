import json
from pathlib import Path

import pytest

from tests.console.conftest import Altsieve, Recorded
from tests.places import Place
from tests.storage import samples
from tests.storage.one_crawl import crawling


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture
def proof(recorded: Recorded, tmp_path: Path) -> str:
    return write(tmp_path / "pair.proof", recorded.altsieve("audit", "prove", recorded.pair_ids[0]).out)


@pytest.fixture
def key(recorded: Recorded, tmp_path: Path) -> str:
    return write(tmp_path / "altsieve.key", recorded.altsieve("audit", "key").out)


def test_a_proof_is_checked_where_there_is_no_database(
    recorded: Recorded, proof: str, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for name in Place.of(tmp_path / "data").beside_defaults:
        monkeypatch.setenv(name, "")
    answer = recorded.altsieve("audit", "check", proof, "--key", key)
    assert (answer.code, answer.err) == (0, "")
    assert f"the proof of pair {recorded.pair_ids[0]} holds" in answer.out
    assert "  decision stored, recorded at 20" in answer.out
    assert "  decision refused duplicate.pair, recorded at 20" in answer.out
    assert "    of https://pictures.example/1.jpg\n    on https://pages.example/" in answer.out
    assert "signed before" not in answer.out
    assert list(elsewhere.iterdir()) == []


def test_the_key_may_be_given_as_it_is(recorded: Recorded, proof: str) -> None:
    key = recorded.altsieve("audit", "key", "--json").json["key"]
    said = recorded.altsieve("audit", "check", proof, "--key", key, "--json").json
    assert (said["holds"], said["pair_id"], said["key"]) == (True, recorded.pair_ids[0], key)
    assert [each["header"]["outcome"] for each in said["records"]] == ["stored", "refused"]
    assert all(each["signed_at"] > each["header"]["time"] for each in said["records"])


def test_the_caption_is_in_no_proof(recorded: Recorded, proof: str) -> None:
    assert "a caption, number 1" in recorded.altsieve("audit", "pair", recorded.pair_ids[0]).out
    assert "a caption" not in Path(proof).read_text(encoding="utf-8")


def test_a_checkpoint_that_was_kept_shows_that_nothing_was_changed_since(
    recorded: Recorded, key: str, tmp_path: Path
) -> None:
    kept = write(tmp_path / "kept.txt", recorded.altsieve("audit", "checkpoint").out)
    recorded.altsieve("blocklist", "add", "blocked.example", "--why", "a test")
    answer = recorded.altsieve("audit", "prove", recorded.pair_ids[0], "--since", kept)
    proof = write(tmp_path / "since.proof", answer.out)
    answer = recorded.altsieve("audit", "check", proof, "--key", key, "--since", kept)
    assert answer.code == 0
    assert answer.out.endswith(" lines of checkpoints that were signed before\n")
    assert answer.out.count(", before the checkpoint that you kept\n") == 2
    later = write(tmp_path / "later.txt", recorded.altsieve("audit", "checkpoint").out)
    answer = recorded.altsieve("audit", "check", proof, "--key", key, "--since", later)
    assert (answer.code, answer.out.partition(":")[0]) == (1, "proof.since")


def test_a_proof_that_was_changed_does_not_hold(recorded: Recorded, proof: str, key: str) -> None:
    changed = Path(proof).read_text(encoding="utf-8").replace("stored", "failed", 1)
    Path(proof).write_text(changed, encoding="utf-8")
    answer = recorded.altsieve("audit", "check", proof, "--key", key)
    assert (answer.code, answer.out.partition(":")[0]) == (1, "proof.record")
    finding = json.loads(recorded.altsieve("audit", "check", proof, "--key", key, "--json").out)
    assert finding["code"] == "proof.record"


def test_the_key_must_be_given_and_be_one(recorded: Recorded, proof: str, tmp_path: Path) -> None:
    assert recorded.altsieve("audit", "check", proof).code == 2
    for given in ("no-key", write(tmp_path / "none", "no key"), ""):
        answer = recorded.altsieve("audit", "check", proof, "--key", given)
        assert (answer.code, "--key: " in answer.err) == (2, True)


def test_what_is_no_checkpoint_is_refused(recorded: Recorded, proof: str, key: str) -> None:
    for arguments in (("prove", recorded.pair_ids[0]), ("check", proof, "--key", key)):
        answer = recorded.altsieve("audit", *arguments, "--since", proof)
        assert (answer.code, "is no checkpoint of altsieve/" in answer.err) == (2, True)


def test_what_is_no_proof_and_what_is_not_recorded_is_answered_with_no(recorded: Recorded, key: str) -> None:
    answer = recorded.altsieve("audit", "check", key, "--key", key)
    assert (answer.code, "not a proof" in answer.err) == (1, True)
    answer = recorded.altsieve("audit", "prove", "0" * 32)
    assert (answer.code, "holds nothing about a pair" in answer.err) == (1, True)


def test_without_a_database_nothing_is_proved(empty: Altsieve) -> None:
    answer = empty("audit", "prove", "0" * 32)
    assert (answer.code, "altsieve db upgrade" in answer.err) == (3, True)


def test_a_record_that_is_newer_than_what_was_kept_is_said_to_be(recorded: Recorded, key: str, tmp_path: Path) -> None:
    kept = write(tmp_path / "kept.txt", recorded.altsieve("audit", "checkpoint").out)
    with crawling(Path("data")) as crawl:
        page_id = crawl.new_page("later")
        later = samples.kept(page_id, 50)
        crawl.record(page_id, later)
        crawl.end()
    answer = recorded.altsieve("audit", "prove", later.pair.pair_id, "--since", kept)
    proof = write(tmp_path / "later.proof", answer.out)
    told = recorded.altsieve("audit", "check", proof, "--key", key, "--since", kept).out
    assert told.count(", after the checkpoint that you kept\n") == 1
    assert "the checkpoint that you kept" not in recorded.altsieve("audit", "check", proof, "--key", key).out
