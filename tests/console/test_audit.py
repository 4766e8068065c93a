import pytest

from tests.console.conftest import Altsieve, Recorded
from tests.console.interface import SIGHTING_FIELDS, TRAIL_FIELDS, VERDICT_FIELDS


def test_a_trail_for_programs_has_the_promised_fields(recorded: Recorded) -> None:
    trail = recorded.altsieve("audit", "pair", recorded.pair_ids[0], "--json").json
    assert set(trail) >= TRAIL_FIELDS
    assert trail["subject"] == {"kind": "pair", "value": recorded.pair_ids[0]}
    assert len(trail["sightings"]) == 2
    for sighting in trail["sightings"]:
        assert set(sighting) >= SIGHTING_FIELDS
        assert all(set(verdict) == VERDICT_FIELDS for verdict in sighting["verdicts"])
    assert {"segment", "sequence", "hash"} == set(trail["ledger"][0])


def test_the_story_of_a_pair_is_told_in_the_order_of_time(recorded: Recorded) -> None:
    out = recorded.altsieve("audit", "pair", recorded.pair_ids[0]).out
    told = (
        f"pair {recorded.pair_ids[0]} is kept",
        "  picture ",
        "  at file:///",
        "sighting ",
        "  found on the page https://pages.example/",
        "    a seed of the run",
        "    2026-11-23 12:00:00Z  200 from 192.0.2.1 for https://pages.example/",
        '  its text, from alt: "a caption, number 1"',
        "  the picture https://pictures.example/1.jpg",
        "    2026-11-23 12:00:00Z  200 from 192.0.2.2 for https://pictures.example/1.jpg",
        "  measured on its 9 bytes",
        "    jpeg, 640 x 480 pixels, 1 frame",
        "  judged at ",
        "    filter            version  list or model  verdict  evidence\n",
        "    domain-blocklist  3        list@7         clean    -",
        f"  so it was stored as pair {recorded.pair_ids[0]}",
        f"  ledger segment run:{recorded.run_id}, record ",
        "sighting ",
        "  measured as above",
        "  so it was refused: duplicate.pair, the same bytes",
        f"; that pair is {recorded.pair_ids[0]}",
    )
    place = 0
    for each in told:
        place = out.index(each, place) + len(each)


@pytest.mark.parametrize("noun", ["url", "host", "image", "run"])
def test_every_noun_has_its_trail(noun: str, recorded: Recorded) -> None:
    pair = recorded.altsieve("pairs", "--json").json_lines[0]
    subject = {
        "url": pair["image_url"],
        "host": "pages.example",
        "image": pair["image_sha256"],
        "run": recorded.run_id,
    }[noun]
    answer = recorded.altsieve("audit", noun, subject)
    assert answer.code == 0
    assert pair["image_url"] in answer.out
    assert recorded.altsieve("audit", noun, subject, "--json").json["subject"] == {"kind": noun, "value": subject}


@pytest.mark.parametrize(
    ("noun", "subject"),
    [("pair", "0" * 32), ("image", "0" * 64), ("url", "https://nowhere.example/"), ("host", "nowhere.example")],
)
def test_what_was_never_seen_is_answered_with_no(noun: str, subject: str, altsieve: Altsieve) -> None:
    answer = altsieve("audit", noun, subject)
    assert (answer.code, answer.out) == (1, f"nothing is recorded about the {noun} {subject}\n")
    assert altsieve("audit", noun, subject, "--json").json["sightings"] == []


def test_a_refused_picture_has_a_story_too(recorded: Recorded) -> None:
    out = recorded.altsieve("audit", "url", "https://pictures.example/3.jpg").out
    assert "    was not requested\n" in out
    assert "    alt-text          3        list@7         refused: alt.too-short  -\n" in out
    assert "  so it was refused: alt.too-short, " in out


def test_a_picture_that_never_arrived_has_a_story_too(recorded: Recorded) -> None:
    out = recorded.altsieve("audit", "url", "https://pictures.example/5.jpg").out
    assert "    nobody answered\n" in out
    assert (
        "    no filter was asked\n  failed: fetch.failed, the server, or the way to it, gave no usable answer\n" in out
    )


def test_the_story_of_a_host_names_who_blocked_it(recorded: Recorded) -> None:
    recorded.altsieve("blocklist", "add", "pages.example", "--why", "asked us", "--by", "Ada")
    out = recorded.altsieve("audit", "host", "pages.example").out
    assert "blocked as pages.example by list operator@1 (Ada: asked us)" in out


def test_what_the_web_wrote_cannot_control_the_terminal(recorded: Recorded) -> None:
    answer = recorded.altsieve("audit", "url", "https://nowhere.example/\x1b[2J")
    assert "\x1b" not in answer.out
