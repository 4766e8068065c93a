"""Fetch the same pictures through img2dataset and through Altsieve, in one run, and record the ratio."""

import argparse
import csv
import json
import os
import platform
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import benchmarks.site as site
from benchmarks.record import record
from tests import models

ROOT = Path(__file__).parent.parent
WORK = ROOT / ".bench"
IMG2DATASET = "img2dataset==1.47.0"
HOST = "127.0.0.2"
KEEP_ALL = {"CONSISTENCY_MIN": "label-consistency=-1000", "MAX_PICTURES_PER_CAPTION": "0"}
"""The default models are asked and nothing is refused for what they say: the pictures are drawn by a program."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    wall_s: float
    cpu_s: float
    kept: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print("making pictures and an environment for img2dataset")
    site.make_pictures(WORK / "pictures", options.count)
    _install_peer()
    with _served(options.count) as base_url:
        rounds = [
            (_peer(base_url, options.count), _altsieve(base_url, models.SETTINGS), _altsieve(base_url, KEEP_ALL))
            for _ in range(options.rounds)
        ]
    report = _report(rounds, options.count)
    print(report)
    record(report, "make bench")


def _install_peer() -> None:
    """setuptools below 81, because a dependency of img2dataset still imports pkg_resources."""
    if not (WORK / "venv/bin/img2dataset").exists():
        subprocess.run([sys.executable, "-m", "venv", WORK / "venv"], check=True)
        subprocess.run([WORK / "venv/bin/pip", "install", "--quiet", IMG2DATASET, "setuptools<81"], check=True)


@contextmanager
def _served(count: int) -> Iterator[str]:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "benchmarks.site",
        WORK / "pictures",
        str(count),
        HOST,
        str(port),
    ]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        _wait_for(port)
        yield f"http://{HOST}:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the picture server did not start")


def _peer(base_url: str, count: int) -> Timing:
    """Run img2dataset as its users run it: no resizing, SHA-256, two processes, files on disk."""
    urls, output = WORK / "urls.tsv", WORK / "peer"
    shutil.rmtree(output, ignore_errors=True)
    with urls.open("w", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerow(["url", "caption"])
        writer.writerows([f"{base_url}/picture-{n:05}.jpg", site.caption(n)] for n in range(count))
    flags = "--input_format=tsv --url_col=url --caption_col=caption --output_format=files --resize_mode=no"
    work = "--compute_hash=sha256 --processes_count=2 --thread_count=32 --enable_wandb=False"
    wall_s, cpu_s, _ = _timed(
        [
            WORK / "venv/bin/img2dataset",
            f"--url_list={urls}",
            f"--output_folder={output}",
            *flags.split(),
            *work.split(),
        ]
    )
    return Timing(wall_s=wall_s, cpu_s=cpu_s, kept=sum(1 for _ in output.rglob("*.jpg")))


def _altsieve(base_url: str, settings: Mapping[str, str]) -> Timing:
    """Run a crawl that finds the pictures on pages, judges each and stores it with its provenance."""
    given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    data = WORK / "altsieve"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    command = ROOT / ".venv/bin/altsieve"
    os.environ["ALTSIEVE_DATABASE_URL"] = f"sqlite:///{data / 'altsieve.db'}"
    os.environ["ALTSIEVE_OBJECTS_URL"] = f"file://{data / 'objects'}"
    os.environ["ALTSIEVE_ALLOW_NETWORKS"] = "127.0.0.0/8"
    _timed([command, "db", "upgrade"])
    known = data / "known.txt"
    known.write_text("f" * 62 + "00\n")
    import_list: list[str | Path] = ["hashlist", "import", known, "--name", "bench", "--type", "sha256", "--synthetic"]
    _timed([command, *import_list])
    wall_s, cpu_s, output = _timed([command, "crawl", f"{base_url}/index.html", "--json", *given])
    return Timing(wall_s=wall_s, cpu_s=cpu_s, kept=json.loads(output.splitlines()[-1])["stored"])


def _timed(command: list[str | Path]) -> tuple[float, float, str]:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, cwd=WORK, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - start, cpu_s, done.stdout


def _report(rounds: list[tuple[Timing, Timing, Timing]], count: int) -> str:
    ratios = [sorted(each[way].wall_s / each[0].wall_s for each in rounds)[len(rounds) // 2] for way in (1, 2)]
    lines = [
        f"{count} JPEGs of about 62 kB, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "",
        "| round | img2dataset, wall / CPU s, kept | Altsieve, models that cost nothing | Altsieve, default models |",
        "|---|---|---|---|",
    ]
    lines += [_row(number, timings) for number, timings in enumerate(rounds, 1)]
    median = f"**{ratios[0]:.2f}** with models that cost nothing, {ratios[1]:.2f} with the default ones"
    return "\n".join([*lines, "", f"Ratio of wall time to img2dataset's, median: {median}."])


def _row(number: int, timings: tuple[Timing, ...]) -> str:
    cells = (f"{each.wall_s:.1f} / {each.cpu_s:.1f}, {each.kept}" for each in timings)
    return f"| {number} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
