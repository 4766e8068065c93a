from pathlib import Path

import pytest

from tests.console.conftest import Altsieve
from tests.storage.incidents import office


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
