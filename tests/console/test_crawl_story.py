import json
import signal
from pathlib import Path

import click
import msgspec
import pytest

from console.crawl_story import Story, follow, report
from console.output import Output
from console.summary import next_steps
from crawler.events import Event
from crawler.launch_spec import LaunchSpec
from storage.runs import RunSummary
from tests.console import stand_in_crawl
from tests.console.stand_in_crawl import RUN_ID

STAND_IN = ("-m", "tests.console.stand_in_crawl")
SETTINGS = {"IMAGE_MIN_SIDE_PX": "300", "LANGUAGES_WANTED": "de, en"}
RESUME = f"altsieve crawl --resume {RUN_ID} -s IMAGE_MIN_SIDE_PX=300 -s 'LANGUAGES_WANTED=de, en'"


def tell(behaviour: str, folder: Path, *, as_json: bool = False) -> tuple[Story, Path]:
    log = folder / "log"
    spec = LaunchSpec(seeds=(behaviour,), max_pages=3, settings=SETTINGS)
    return follow(spec, log, as_json=as_json, program=STAND_IN), log


def nothing_unread(run_id: str) -> dict[str, int]:
    return {}


@pytest.mark.parametrize(
    ("behaviour", "code", "said"),
    [
        ("not-ready", 3, "no list of known material: altsieve hashlist import FILE --name LIST"),
        ("die-before-the-start", 4, "the crawl broke off before its run began; the log says why:"),
        (
            "be-killed",
            4,
            f"the crawl was ended by SIGKILL; what is decided is kept. Go on with: {RESUME}",
        ),
        ("break-off", 4, f"the database cannot be written to\ngo on with: {RESUME}"),
        ("nothing", 1, "no page could be read"),
        ("judge-nothing", 1, "filter.crashed 2 times, so nobody looked and nothing of it is kept"),
    ],
)
def test_an_ending_has_its_exit_code_and_says_what_to_do(behaviour: str, code: int, said: str, tmp_path: Path) -> None:
    story, log = tell(behaviour, tmp_path)
    with pytest.raises(click.ClickException) as raised:
        report(story, Output(as_json=False), log, nothing_unread)
    assert raised.value.exit_code == code
    assert raised.value.message.startswith(said)


def test_the_summary_says_what_was_kept_what_was_not_why_and_what_to_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report(tell("finish", tmp_path)[0], Output(as_json=False), tmp_path / "log", nothing_unread)
    captured = capsys.readouterr()
    assert captured.out == (
        f"run {RUN_ID} finished after 1 min 10 s\n"
        "  pages read  3\n"
        "  pairs       4 decided\n"
        "  kept        1\n"
        "  refused     2\n"
        "            2  image.too-small  the shorter side or the file is below the least size\n"
        "  unsure      0\n"
        "  failed      1\n"
        "            1  fetch.failed  the server, or the way to it, gave no usable answer\n"
        "\n"
        "next:\n"
        f"  altsieve pairs --run {RUN_ID}\n"
        f"  altsieve refusals --run {RUN_ID}\n"
        f"  altsieve crawl --retry {RUN_ID}\n"
    )
    assert captured.err.splitlines()[0] == f"run {RUN_ID}"
    assert captured.err.splitlines()[1].startswith("pages 3 (0 waiting), pairs 4, kept 1, refused 2")


def test_after_canaries_the_report_is_what_to_type() -> None:
    for shown, wanted in ((5, True), (None, False)):
        run = msgspec.convert(stand_in_crawl.summary("finished") | {"arguments": {"canaries": shown}}, RunSummary)
        assert (f"  altsieve report {RUN_ID}" in next_steps(run)) == wanted


def test_after_a_match_the_incidents_are_what_to_type() -> None:
    for reason, wanted in (("hash.on-list", True), ("alt.missing", False)):
        run = msgspec.convert(stand_in_crawl.summary("finished") | {"refused": {reason: 1}}, RunSummary)
        assert ("  altsieve incidents list" in next_steps(run)) == wanted


def test_for_programs_there_is_one_json_object_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report(tell("finish", tmp_path, as_json=True)[0], Output(as_json=True), tmp_path / "log", nothing_unread)
    captured = capsys.readouterr()
    assert captured.err == ""
    fields = json.loads(captured.out)
    assert fields["candidates"] == fields["stored"] + sum(
        sum(fields[outcome].values()) for outcome in ("refused", "unsure", "failed")
    )


def test_a_crawl_that_died_leaves_its_complaint_in_the_log(tmp_path: Path) -> None:
    _, log = tell("die-before-the-start", tmp_path)
    assert "Traceback of a defect" in log.read_text()


def test_a_stopped_crawl_shows_its_summary_and_how_to_resume(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Story.hear

    def interrupted_once_it_runs(story: Story, event: Event, shown: object) -> None:
        heard(story, event, shown)  # type: ignore[arg-type]  # passed on as it came
        if event.event == "progress" and story.finished is None and not story.standing.recent[1:]:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Story, "hear", interrupted_once_it_runs)
    story, log = tell("until-stopped", tmp_path)
    with pytest.raises(click.ClickException) as raised:
        report(story, Output(as_json=False), log, nothing_unread)
    assert raised.value.exit_code == 4
    captured = capsys.readouterr()
    assert f"  {RESUME}\n" in captured.out
    assert "stopping; what is decided is kept. Ctrl-C again ends it at once" in captured.err
