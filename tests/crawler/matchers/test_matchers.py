"""Each matcher's recorded shapes: what it knows is a match, what it does not is none, all else is no answer."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any, Final

import pytest

from crawler.matchers.arachnid import ArachnidShield
from crawler.matchers.classifiers import Classifier, ContentSafety
from crawler.matchers.hma import HasherMatcherActioner
from crawler.matchers.matcher import Matcher, Question, Said
from crawler.matchers.photodna import PhotoDna
from filters.facts import Picture, RemoteSays
from storage.services import Credentials, Service, ServiceTrouble
from tests.filters.subjects import ORIENTATIONS, PDQ, flipped, picture, view
from tests.replayed_service import Answer, Answers, Asked, Replayed, replayed

WHO = Credentials.of("A", {"A_USER": "somebody", "A_PASSWORD": "word", "A_TOKEN": "key"})
BODY: Final = b"the bytes of a picture"
HASHES = [PDQ, *ORIENTATIONS]
MAKE: dict[str, Callable[[Service], Matcher]] = {
    "arachnid": ArachnidShield,
    "hma": HasherMatcherActioner,
    "photodna": lambda service: PhotoDna(service, WHO),
    "content-safety": lambda service: ContentSafety(service, WHO),
    "classifier": lambda service: Classifier(service, WHO),
}


def about(shown: Picture | None = None) -> Question:
    return Question(body=BODY, picture=shown or picture(), min_quality=50, until=time.monotonic() + 5)


def said_by(kind: str, answer: Answers, shown: Picture | None = None) -> tuple[Said, Replayed]:
    with replayed(answer) as there:
        return MAKE[kind](Service(there.url, WHO)).ask(about(shown)), there


def arachnid(label: Any, of: str = PDQ) -> Answers:
    """Answer as `POST /v1/pdq/` does, with `label` for one of the hashes."""

    def answer(asked: Asked) -> Answer:
        sent = json.loads(asked.body)["hashes"]
        known = base64.b64encode(bytes.fromhex(of)).decode()
        return Answer.of(
            {
                "scanned_hashes": {
                    each: {
                        "classification": label if each == known else "no-known-match",
                        "match_type": "near" if each == known else None,
                        "near_match_details": None,
                    }
                    for each in sent
                }
            }
        )

    return answer


def hma(matches: Any, *, size: int = 5, present: bool = True, of: str = PDQ) -> Answers:
    """Answer as Hasher-Matcher-Actioner does, with `matches` for one of the hashes."""

    def answer(asked: Asked) -> Answer:
        if asked.path == "/m/index/status":
            return Answer.of({"pdq": {"built_to": 1700146048, "present": present, "size": size}})
        assert (asked.path, asked.query["signal_type"], asked.query["include_distance"]) == (
            "/m/raw_lookup",
            "pdq",
            "true",
        )
        return Answer.of({"matches": matches if asked.query["signal"] == of else []})

    return answer


def photodna(match: Any, *, code: Any = 3000, details: Any = None) -> Answers:
    return lambda _: Answer.of(
        {
            "Status": {"Code": code, "Description": "OK", "Exception": None},
            "ContentId": None,
            "IsMatch": match,
            "MatchDetails": details,
            "TrackingId": "recorded",
        }
    )


def priorities(*words: Any) -> Answers:
    return lambda _: Answer.of({"reviewPriorities": [*words], "modelVersion": "recorded"})


def judged(**said: Any) -> Answers:
    return lambda _: Answer.of(said)


FLAGS = {"AdvancedInfo": [], "MatchFlags": [{"AdvancedInfo": [], "Source": "Test", "Violations": ["A1"]}]}


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [
        ("arachnid", arachnid("no-known-match"), Said(says=RemoteSays.NO_MATCH)),
        ("arachnid", arachnid("csam"), Said(says=RemoteSays.MATCH, label="csam")),
        ("arachnid", arachnid("csam", ORIENTATIONS[5]), Said(says=RemoteSays.MATCH, label="csam")),
        (
            "arachnid",
            arachnid("harmful-abusive-material"),
            Said(says=RemoteSays.SUSPECT, label="harmful-abusive-material"),
        ),
        ("arachnid", arachnid("test"), Said(says=RemoteSays.SUSPECT, label="test")),
        ("hma", hma([]), Said(says=RemoteSays.NO_MATCH)),
        (
            "hma",
            hma([{"bank_content_id": 7, "distance": "12"}, {"bank_content_id": 1001, "distance": "4"}]),
            Said(says=RemoteSays.MATCH, label="1001", distance_bits=4),
        ),
        (
            "hma",
            hma([{"bank_content_id": 1, "distance": "?"}], of=ORIENTATIONS[7]),
            Said(says=RemoteSays.MATCH, label="1", distance_bits=0),
        ),
        ("hma", hma([1001]), Said(says=RemoteSays.MATCH, label="1001", distance_bits=0)),
        ("photodna", photodna(False), Said(says=RemoteSays.NO_MATCH)),
        ("photodna", photodna(True, details=FLAGS), Said(says=RemoteSays.MATCH, label="A1")),
        ("photodna", photodna(True), Said(says=RemoteSays.MATCH)),
        ("content-safety", priorities("VERY_LOW"), Said(says=RemoteSays.NO_MATCH)),
        ("content-safety", priorities("LOW"), Said(says=RemoteSays.NO_MATCH)),
        *(
            ("content-safety", priorities(word), Said(says=RemoteSays.SUSPECT, label=word))
            for word in ("MEDIUM", "HIGH", "VERY_HIGH")
        ),
        ("classifier", judged(says="no-match", score=0.1, label="safe"), Said(says=RemoteSays.NO_MATCH)),
        ("classifier", judged(says="suspect", score=1), Said(says=RemoteSays.SUSPECT)),
        ("classifier", judged(says="match", label="A1" * 50), Said(says=RemoteSays.MATCH, label="A1" * 30)),
    ],
)
def test_recorded_answer_is_understood(kind: str, answer: Answers, said: Said) -> None:
    assert said_by(kind, answer)[0] == said


BROKEN: list[tuple[str, Answers, str]] = [
    *((kind, lambda _: Answer(status=500), "status-500") for kind in MAKE),
    *((kind, lambda _: Answer(status=401), "status-401") for kind in MAKE),
    *((kind, lambda _: Answer(body=b"<html>"), "not-understood") for kind in MAKE),
    *((kind, lambda _: Answer(body=b"{}"), "not-understood") for kind in MAKE),
    *((kind, lambda _: Answer(body=b"[]"), "not-understood") for kind in MAKE),
    *((kind, lambda _: Answer(body=b"null"), "not-understood") for kind in MAKE),
    ("arachnid", lambda _: Answer.of({"scanned_hashes": {}}), "not-understood"),
    ("arachnid", arachnid("a class that nobody has heard of"), "not-understood"),
    ("arachnid", arachnid(None), "not-understood"),
    ("hma", hma([], size=0), "index-missing"),
    ("hma", hma([], present=False), "index-missing"),
    ("hma", hma(None), "not-understood"),
    ("photodna", photodna(None), "not-understood"),
    ("photodna", photodna("False"), "not-understood"),
    ("photodna", photodna(False, code=3208), "code-3208"),
    ("photodna", photodna(False, code=None), "not-understood"),
    *(("content-safety", priorities(*words), "not-understood") for words in ((), ("LOW", "LOW"), ("low",), (1,))),
    *(
        ("classifier", judged(**said), "not-understood")
        for said in (
            {"score": 0.1},
            {"says": "failed"},
            {"says": "clean"},
            {"says": None},
            {"says": "no-match", "score": "0.1"},
            {"says": "no-match", "score": 1.1},
            {"says": "no-match", "score": True},
            {"says": "no-match", "label": 7},
        )
    ),
]


@pytest.mark.parametrize(("kind", "answer", "code"), BROKEN)
def test_all_but_a_clear_answer_is_none(kind: str, answer: Answers, code: str) -> None:
    with pytest.raises(ServiceTrouble, match=f"^{code}$"):
        said_by(kind, answer)


def test_a_lookup_that_answers_400_is_no_answer() -> None:
    def answer(asked: Asked) -> Answer:
        return hma([])(asked) if asked.path == "/m/index/status" else Answer.of({"message": "invalid"}, 400)

    with pytest.raises(ServiceTrouble, match="status-400"):
        said_by("hma", answer)


def test_shield_is_sent_each_telling_hash_in_base64_and_no_picture() -> None:
    flat = view(pdq=flipped(PDQ, 9), quality=49)
    _, there = said_by("arachnid", arachnid("no-known-match"), picture(views=(view(), flat, view())))
    [asked] = there.asked
    assert (asked.method, asked.path) == ("POST", "/v1/pdq/")
    sent = [base64.b64decode(each).hex() for each in json.loads(asked.body)["hashes"]]
    assert sent == list(dict.fromkeys(HASHES))
    assert asked.headers["authorization"].startswith("Basic ")


def test_shield_is_asked_in_several_requests_about_many_frames() -> None:
    views = tuple(view(pdq=f"{number:02x}" * 32) for number in range(120))
    said, there = said_by("arachnid", arachnid("csam", "77" * 32), picture(views=views, frames=120))
    assert [len(json.loads(each.body)["hashes"]) for each in there.asked] == [100, 21]
    assert said.says is RemoteSays.MATCH


def test_hma_is_asked_about_every_orientation_and_never_by_chance() -> None:
    _, there = said_by("hma", hma([]))
    assert {each.query["signal"] for each in there.asked if each.path == "/m/raw_lookup"} == set(HASHES)
    assert {each.path for each in there.asked} == {"/m/index/status", "/m/raw_lookup"}
    assert [each.body for each in there.asked if each.body] == []


def test_photodna_is_sent_the_bytes_with_the_key() -> None:
    _, there = said_by("photodna", photodna(False))
    [asked] = there.asked
    assert (asked.method, asked.body) == ("POST", BODY)
    assert asked.headers["ocp-apim-subscription-key"] == "key"
    assert asked.headers["content-type"] == "image/jpeg"


def test_classifiers_are_sent_the_bytes_and_their_keys_in_a_header() -> None:
    _, google = said_by("content-safety", priorities("LOW"))
    _, ours = said_by("classifier", judged(says="no-match"))
    ([to_google], [to_ours]) = google.asked, ours.asked
    assert (to_google.method, to_google.path, to_google.query) == ("POST", "/v1beta1/images:classify", {})
    assert json.loads(to_google.body) == {"images": [base64.b64encode(BODY).decode()]}
    assert to_google.headers["x-goog-api-key"] == "key"
    assert (to_ours.method, to_ours.body, to_ours.headers["content-type"]) == ("POST", BODY, "image/jpeg")


@pytest.mark.parametrize(
    ("kind", "shown", "code"),
    [
        ("arachnid", picture(views=(view(quality=49),)), "no-hash"),
        ("hma", picture(views=(view(quality=0),)), "no-hash"),
        ("photodna", Picture(format="webp", width_px=1, height_px=1, frames=1, views=(view(),)), "format"),
        ("content-safety", Picture(format="avif", width_px=1, height_px=1, frames=1, views=(view(),)), "format"),
        ("classifier", Picture(format="jxl", width_px=1, height_px=1, frames=1, views=(view(),)), "format"),
    ],
)
def test_a_picture_that_cannot_be_asked_about_gets_no_answer(kind: str, shown: Picture, code: str) -> None:
    with pytest.raises(ServiceTrouble, match=f"^{code}$"):
        said_by(kind, {"arachnid": arachnid("no-known-match"), "hma": hma([])}.get(kind, photodna(False)), shown)


def test_a_question_shows_no_bytes() -> None:
    assert "bytes of a picture" not in repr(about())
