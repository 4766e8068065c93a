"""Look hosts up in a generated blocklist through a Python set and through the mapped trie, in one run."""

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from benchmarks.record import record
from filters.indexes.host_trie import open_trie, write_trie
from filters.indexes.hosts import BlockedHosts, HostList

ROOT: Final = Path(__file__).parent.parent
WORK: Final = ROOT / ".bench" / "blocklists"
DIGEST: Final = "0f" * 32
RUNS: Final = 5
WORDS: Final = 20_000
PUBLIC: Final = (
    ("com",) * 50
    + ("net",) * 8
    + ("org",) * 6
    + ("ru",) * 6
    + ("de",) * 4
    + ("co.uk", "info", "xyz", "top", "fr", "nl")
)
SHARED: Final = ("blogspot.com", "tumblr.com", "wordpress.com", "livejournal.com")


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """`grown_mib` is resident memory after the look-ups less that before the list was loaded, mapped pages included.

    Look-ups are counted by CPU time, so that other programs on the machine do not count.
    """

    load_s: float
    grown_mib: float
    lookups_per_s: float
    found: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--domains", type=int, default=4_500_000)
    parser.add_argument("--hosts", type=int, default=400_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("set", "trie", "write", "find"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(_PARTS[options.only](options.rounds)))
        return
    print("making the list")
    _make(options.domains, options.hosts)
    write_s = float(_in_its_own_process("write", options.rounds)["write_s"])
    runs = [(_measure("set", options.rounds), _measure("trie", options.rounds)) for _ in range(RUNS)]
    parts = {"set": _best(each for each, _ in runs), "trie": _best(each for _, each in runs)}
    find_per_s = _in_its_own_process("find", options.rounds)["find_per_s"]
    report = _report(options.domains, write_s, parts, find_per_s)
    print(report)
    record(report, "python -m benchmarks.blocklists")


def _make(domains: int, hosts: int) -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    made, wanted = WORK / "made.txt", f"{domains} {hosts}"
    if made.exists() and made.read_text() == wanted:
        return
    chosen = random.Random(20_261_123)  # noqa: S311 - a list to measure with, and the same each time
    words = [
        "".join(chosen.choice("bcdfghklmnprstvw") + chosen.choice("aeiou") for _ in range(chosen.randint(1, 4)))
        for _ in range(WORDS)
    ]
    listed: dict[str, None] = {}
    while len(listed) < domains:
        listed[_domain(chosen, words)] = None
    names = list(listed)
    (WORK / "domains.txt").write_text("\n".join(names))
    asked: list[str] = []
    while len(asked) < hosts:
        asked.append(_host(chosen, words, chosen.choice(names)))
        asked.append(_host(chosen, words, _domain(chosen, words) + chosen.choice(("x.com", ".example", ".co"))))
    chosen.shuffle(asked)
    (WORK / "hosts.txt").write_text("\n".join(asked))
    made.write_text(wanted)


def _domain(chosen: random.Random, words: list[str]) -> str:
    label = chosen.choice(("", "", "", "-")).join(chosen.choices(words, k=chosen.randint(1, 3)))
    if chosen.random() < 0.2:
        label += str(chosen.randint(0, 999))
    return f"{label}.{chosen.choice(SHARED if chosen.random() < 0.15 else PUBLIC)}"


def _host(chosen: random.Random, words: list[str], domain: str) -> str:
    """Half of the hosts are below the domain, by one or two labels."""
    labels = chosen.choices(("www", "img", "cdn", chosen.choice(words)), k=chosen.choice((0, 0, 1, 2)))
    return ".".join((*labels, domain))


def _in_its_own_process(part: str, rounds: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.blocklists", "--only", part, "--rounds", str(rounds)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    measured: dict[str, float] = json.loads(answer.stdout)
    return measured


def _measure(part: str, rounds: int) -> Measured:
    return Measured(**_in_its_own_process(part, rounds))


def _best(runs: Iterable[Measured]) -> Measured:
    """Set and trie take turns; the fastest of each counts, and the most memory."""
    measured = list(runs)
    return Measured(
        load_s=min(each.load_s for each in measured),
        grown_mib=max(each.grown_mib for each in measured),
        lookups_per_s=max(each.lookups_per_s for each in measured),
        found=measured[0].found,
    )


def _write(_: int) -> dict[str, float]:
    started = time.perf_counter()
    with (WORK / "domains.txt").open() as lines:
        write_trie(WORK / "list.hosts", ((line.rstrip("\n"), "listed") for line in lines), digest=DIGEST)
    return {"write_s": time.perf_counter() - started}


def _with_a_set(rounds: int) -> dict[str, float]:
    def load() -> Callable[[str], list[str]]:
        with (WORK / "domains.txt").open() as lines:
            listed = {line.rstrip("\n") for line in lines}

        def covering(host: str) -> list[str]:
            return [name for name in _itself_and_parents(host) if name in listed]

        return covering

    return asdict(_measured(load, rounds))


def _with_the_trie(rounds: int) -> dict[str, float]:
    return asdict(_measured(lambda: open_trie(WORK / "list.hosts", DIGEST).covering, rounds))


def _itself_and_parents(host: str) -> list[str]:
    names = [host]
    at = host.find(".")
    while at >= 0:
        names.append(host[at + 1 :])
        at = host.find(".", at + 1)
    return names


def _measured(load: Callable[[], Callable[[str], list[str]]], rounds: int) -> Measured:
    hosts = (WORK / "hosts.txt").read_text().split("\n")
    before = _resident_mib()
    started = time.perf_counter()
    covering = load()
    load_s = time.perf_counter() - started
    fastest, found = float("inf"), 0
    for _ in range(rounds):
        started = time.process_time()
        found = sum(1 for host in hosts if covering(host))
        fastest = min(fastest, time.process_time() - started)
    return Measured(load_s=load_s, grown_mib=_resident_mib() - before, lookups_per_s=len(hosts) / fastest, found=found)


def _find(rounds: int) -> dict[str, float]:
    """Ask as a gate does: whole addresses, normalised, in both readings, with what is nested in them."""
    hosts = BlockedHosts(
        (HostList(name="big", number=1, digest=DIGEST, entries=open_trie(WORK / "list.hosts", DIGEST)),)
    )
    urls = [
        f"https://{host}/pictures/heron.jpg?w=640" for host in (WORK / "hosts.txt").read_text().split("\n")[:100_000]
    ]
    fastest = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for url in urls:
            hosts.find(url)
        fastest = min(fastest, time.process_time() - started)
    return {"find_per_s": len(urls) / fastest}


_PARTS: Final = {"set": _with_a_set, "trie": _with_the_trie, "write": _write, "find": _find}


def _resident_mib() -> float:
    resident_pages = int(Path("/proc/self/statm").read_text().split()[1])
    return resident_pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _report(domains: int, write_s: float, parts: dict[str, Measured], find_per_s: float) -> str:
    trie, held = parts["trie"], parts["set"]
    if trie.found != held.found:
        raise SystemExit(f"the trie found {trie.found} hosts and the set {held.found}")
    return "\n".join((*_table(domains, trie, held), *_below(write_s, trie, held, find_per_s)))


def _table(domains: int, trie: Measured, held: Measured) -> Iterator[str]:
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    yield f"{domains:,} domains; {trie.found:,} of the hosts are covered. {machine}."
    yield ""
    yield "| | set | mapped trie |"
    yield "|---|---|---|"
    yield f"| load, s | {held.load_s:.2f} | {trie.load_s:.3f} |"
    yield f"| resident memory it adds, MiB | {held.grown_mib:.0f} | {trie.grown_mib:.0f} |"
    yield f"| hosts a CPU second, all parent domains | {held.lookups_per_s:,.0f} | {trie.lookups_per_s:,.0f} |"


def _below(write_s: float, trie: Measured, held: Measured, find_per_s: float) -> Iterator[str]:
    size_mib = (WORK / "list.hosts").stat().st_size / 2**20
    yield ""
    yield f"The index file has {size_mib:.1f} MiB and was written in {write_s:.0f} s, once for all processes."
    yield f"Look-ups a CPU second, trie : set: **{trie.lookups_per_s / held.lookups_per_s:.2f}**."
    yield f"Memory, set : trie: **{held.grown_mib / trie.grown_mib:.0f}**."
    yield f"Whole addresses, normalised and unwrapped as a gate asks: {find_per_s:,.0f} a CPU second."


if __name__ == "__main__":
    main()
