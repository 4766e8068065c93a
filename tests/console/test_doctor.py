import tempfile
from errno import EACCES
from pathlib import Path

import pytest

from storage.incidents import new_key_pair
from tests.console.conftest import Altsieve
from tests.models import SETTINGS as PLUGGED
from tests.replayed_service import Answer, Answers, replayed
from tests.storage.incidents import office


@pytest.fixture(autouse=True)
def models_that_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PLUGGED.items():
        monkeypatch.setenv(f"ALTSIEVE_{name}", value)


def looks(altsieve: Altsieve, *options: str) -> dict[str, tuple[bool, str]]:
    return {each["check"]: (each["ready"], each["found"]) for each in altsieve("doctor", "--json", *options).json_lines}


def test_where_nothing_is_set_up_each_look_says_what_to_type(empty: Altsieve) -> None:
    answer = empty("doctor")
    assert answer.code == 3
    assert "not ready  database         " in answer.out
    assert "altsieve db upgrade" in answer.out
    assert "ok         workers          a worker that decodes pictures starts" in answer.out


def test_without_a_list_from_a_real_source_the_public_web_is_not_ready(altsieve: Altsieve) -> None:
    found = looks(altsieve)
    assert not found["known material"][0]
    assert "altsieve hashlist import FILE --name LIST" in found["known material"][1]
    assert not found["contact"][0]


def test_when_all_is_set_up_it_ends_with_0(altsieve: Altsieve) -> None:
    Path("pdq.txt").write_text("0123456789abcdef" * 4 + "\n")
    altsieve("hashlist", "import", "pdq.txt", "--name", "partner", "--type", "pdq")
    answer = altsieve("doctor", "-s", "CONTACT_URL=http://localhost/about")
    assert answer.code == 0, answer.out
    assert "not ready" not in answer.out


def test_a_list_of_digests_alone_is_not_ready_and_it_says_why(altsieve: Altsieve) -> None:
    Path("md5.txt").write_text("0123456789abcdef0123456789abcdef\n")
    altsieve("hashlist", "import", "md5.txt", "--name", "partner", "--type", "md5")
    ready, said = looks(altsieve)["known material"]
    assert not ready
    assert "partner@1 holds digests only, which find no altered copy" in said


def test_a_stale_list_is_not_ready(altsieve: Altsieve) -> None:
    Path("pdq.txt").write_text("0123456789abcdef" * 4 + "\n")
    altsieve("hashlist", "import", "pdq.txt", "--name", "partner", "--type", "pdq")
    ready, said = looks(altsieve, "-s", "HASH_LIST_MAX_AGE_HOURS=0")["known material"]
    assert not ready
    assert "partner@1" in said


@pytest.mark.parametrize("name", ["altsieve.signing-key", "altsieve.hmac-key"])
def test_a_key_that_others_can_read_is_not_ready(altsieve: Altsieve, name: str) -> None:
    Path("data", name).chmod(0o644)
    ready, said = looks(altsieve)["keys"]
    assert not ready
    assert "chmod 600" in said


def test_objects_that_cannot_be_written_are_not_ready(altsieve: Altsieve) -> None:
    Path("file").touch()
    assert not looks(altsieve, "-s", "OBJECTS_URL=file://./file/objects")["objects"][0]


def test_a_state_folder_that_cannot_be_written_is_not_ready(
    altsieve: Altsieve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*, dir: Path) -> None:
        raise PermissionError(EACCES, "Permission denied", str(dir))

    monkeypatch.setattr(tempfile, "TemporaryFile", denied)  # who tests as root may write anywhere
    ready, said = looks(altsieve)["state folder"]
    assert not ready
    assert "data cannot be written to (Permission denied)" in said


def test_looking_leaves_nothing_behind(altsieve: Altsieve) -> None:
    altsieve("doctor")
    assert not [path for path in Path("data/objects").rglob("*") if path.is_file()]
    assert altsieve("verify").code == 0


@pytest.mark.parametrize("key", ["zz", "00" * 32])
def test_a_key_that_no_incident_can_be_sealed_to_is_not_ready(altsieve: Altsieve, key: str) -> None:
    ready, said = looks(altsieve, "-s", f"INCIDENT_PUBLIC_KEY={key}")["incident key"]
    assert not ready
    assert "type: export ALTSIEVE_INCIDENT_PUBLIC_KEY=" in said


def test_an_overdue_incident_is_something_to_do_but_what_is_not_ready_comes_first(altsieve: Altsieve) -> None:
    with office(Path("data"), due_days=-1):
        pass
    ready, said = looks(altsieve)["incidents"]
    assert ready
    assert "2 should have been exported by now" in said
    assert altsieve("doctor").code == 3
    Path("pdq.txt").write_text("0123456789abcdef" * 4 + "\n")
    altsieve("hashlist", "import", "pdq.txt", "--name", "partner", "--type", "pdq")
    answer = altsieve("doctor", "-s", "CONTACT_URL=http://localhost/about")
    assert (answer.code, "to do      incidents" in answer.out) == (1, True), answer.out


def test_the_gate_is_tried_end_to_end(altsieve: Altsieve) -> None:
    assert looks(altsieve)["gate"][0]
    ready, said = looks(altsieve, "-s", "IMAGE_MAX_PIXELS=1000")["gate"]
    assert not ready
    assert "altsieve hashlist test --self" in said


def test_an_incident_key_that_a_list_demands_is_not_ready_without(altsieve: Altsieve) -> None:
    Path("pdq.txt").write_text("0123456789abcdef" * 4 + "\n")
    options = ("--name", "partner", "--type", "pdq", "--needs-incident-key")
    assert altsieve("hashlist", "import", "pdq.txt", *options).code == 0
    ready, said = looks(altsieve)["incident key"]
    assert (ready, "partner@1" in said) == (False, True)
    assert looks(altsieve, "-s", f"INCIDENT_PUBLIC_KEY={new_key_pair()[1]}")["incident key"][0]


def test_matchers_are_asked_about_a_picture_of_our_own(altsieve: Altsieve) -> None:
    assert looks(altsieve)["matchers"] == (True, "none is asked")
    status = Answer.of({"pdq": {"present": True, "size": 9}})

    def knows(*matches: int) -> Answers:
        return lambda asked: status if asked.path == "/m/index/status" else Answer.of({"matches": list(matches)})

    with replayed(knows()) as there:
        setting = ("-s", f"REMOTE_MATCHERS=hma={there.url}")
        answered = looks(altsieve, *setting)["matchers"]
        there.answer = lambda _: Answer(status=500)
        down = looks(altsieve, *setting)["matchers"]
        there.answer = knows(7)
        lying = looks(altsieve, *setting)["matchers"]
    assert answered == (True, f"hma@{there.url.removeprefix('http://')} answered")
    assert (down[0], lying[0]) == (False, False)
    assert "status-500" in down[1]
    assert "picture of ours" in lying[1]
    wanting = looks(altsieve, "-s", "REMOTE_MATCHERS=arachnid=https://shield.test")["matchers"]
    assert not wanting[0]
    assert "ALTSIEVE_MATCHER_ARACHNID_USER" in wanting[1]


def test_a_list_that_could_not_be_fetched_is_to_do(altsieve: Altsieve) -> None:
    assert looks(altsieve)["exchanges"] == (True, "no list is fetched from one")
    altsieve("hashlist", "connect", "shared", "--exchange", "ncmec", "--url", "https://lists.test", "--why", "x")
    assert "was never fetched" in looks(altsieve)["exchanges"][1]
    assert altsieve("hashlist", "fetch", "shared").code == 3
    [found] = [each for each in altsieve("doctor", "--json").json_lines if each["check"] == "exchanges"]
    assert (found["ready"], found["wrong"]) == (True, True)
    assert "altsieve hashlist fetch shared" in found["found"]


def test_models_that_answer_as_they_did_are_ready(altsieve: Altsieve) -> None:
    assert looks(altsieve)["models"] == (True, "calm, fits say of harmless pictures what they should")


@pytest.mark.parametrize("broken", ["always_0", "always_1", "nan"])
def test_a_model_that_answers_otherwise_is_not_ready(altsieve: Altsieve, broken: str) -> None:
    named = f"SAFETY_MODELS=tests.filters.measure.models.plugged:{broken}"
    answer = altsieve("doctor", "-s", named)
    assert answer.code == 3
    assert "not ready  models" in answer.out
    assert "brightness: brightness says" in answer.out


def test_without_a_model_nothing_would_be_kept(altsieve: Altsieve) -> None:
    ready, said = looks(altsieve, "-s", "SAFETY_MODELS=")["models"]
    assert not ready
    assert "must name one each" in said
