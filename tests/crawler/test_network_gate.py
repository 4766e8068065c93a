"""Nothing is asked of a private address however it is spelt, of an unusual port, or of an address on a list."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.resolver import dnscache
from scrapy.settings import Settings
from twisted.internet.error import DNSLookupError

from crawler.launch_spec import LaunchSpec
from crawler.network_gate import GuardedResolver, ports_of
from crawler.networks import Networks
from filters.network_gate import NetworkReason, not_reachable
from filters.verdict import Verdict
from tests.crawler.crawls import Place, as_setting
from tests.crawler.names import NAMES
from tests.mock_site import CAPTION, HOSTS, Reply, picture, serving

LOCAL, METADATA = "127.0.0.1", "169.254.169.254"
SPELLINGS = {
    LOCAL: (
        *("127.0.0.1", "2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "127.1", "0x7f.1", "127.0.0.1."),
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "127%2e0%2e0%2e1", "someone@127.0.0.1"),
        *("\uff11\uff12\uff17.0.0.1", "127\u30020\u30020\u30021", "[2002:7f00:1::]", "[64:ff9b::7f00:1]", "[::1]"),
    ),
    METADATA: (
        *("169.254.169.254", "2852039166", "0xa9fea9fe", "025177524776", "0251.0376.0251.0376", "169.254.43518"),
        *("169.254.169.254.", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "%31%36%39.254.169.254"),
        *("\uff11\uff16\uff19.254.169.254", "0xa9.254.0251.0xfe", "[2002:a9fe:a9fe::]", "[64:ff9b::a9fe:a9fe]"),
    ),
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.made_in(tmp_path)


@pytest.fixture
def resolver() -> Iterator[GuardedResolver]:
    dnscache.clear()
    nothing: Any = None  # what is in the cache is not looked up
    yield GuardedResolver(nothing, 100, 1.0, Networks.parse(["127.0.0.0/8"]))
    dnscache.clear()


def looked_up(resolver: GuardedResolver, name: str, address: str) -> str | None:
    """Have a name resolve to an address; return what the resolver answers, None for a refusal."""
    dnscache[name] = address
    answers: list[Any] = []
    resolver.getHostByName(name).addBoth(answers.append)
    if isinstance(answers[0], str):
        return answers[0]
    assert answers[0].check(DNSLookupError)
    return None


@pytest.mark.parametrize("by", ["directly", "by a redirect"])
def test_no_spelling_of_a_private_address_is_asked(place: Place, by: str) -> None:
    with serving((HOSTS[0], LOCAL)) as web:
        urls = [f"http://{host}:{web.port}/secret.jpg" for hosts in SPELLINGS.values() for host in hosts]
        shown = urls
        if by == "by a redirect":
            shown = [f"/redirects/{number}.jpg" for number in range(len(urls))]
            for path, url in zip(shown, urls, strict=True):
                location = url.encode().decode("latin-1")
                web.answers[path] = Reply(status=302, headers={"Location": location})
        start = web.plant_page("/", *((each, CAPTION) for each in (*shown, picture("kite"))))
        ports = f"80,443,{web.port}"
        crawl = place.crawl(start, ALLOW_NETWORKS=f"{HOSTS[0]}/32", ALLOWED_PORTS=ports, RETRY_TIMES="0")
        assert [each for each in web.log if each.host == LOCAL] == []
    counts = crawl.counts()
    assert crawl.exit_code == 0
    assert counts["stored"] == 1
    assert set(counts["refused"]) == {"network.private"}
    assert set(counts["failed"]) <= {"fetch.failed"}


def test_no_name_that_leads_to_a_private_address_is_asked(place: Place) -> None:
    addresses = (LOCAL, METADATA, "::ffff:127.0.0.1", "10.0.0.1", "0.0.0.0", "64:ff9b::7f00:1")  # noqa: S104  to be refused
    names = {f"{number}.names.example": address for number, address in enumerate(addresses)}
    with serving((HOSTS[0], LOCAL)) as web:
        shown = [f"http://{name}:{web.port}/secret.jpg" for name in names]
        start = web.plant_page("/", *((each, CAPTION) for each in (*shown, picture("kite"))))
        crawl = place.crawl(
            start,
            ALLOW_NETWORKS=f"{HOSTS[0]}/32",
            ALLOWED_PORTS=f"80,443,{web.port}",
            TWISTED_DNS_RESOLVER=NAMES,
            MADE_UP_NAMES=as_setting(names),
        )
        assert [each for each in web.log if each.host == LOCAL] == []
    assert crawl.counts() == {"stored": 1, "refused": {"network.private": 6}, "unsure": {}, "failed": {}}


def test_only_usual_ports_are_asked_outside_the_allowed_networks(place: Place) -> None:
    public = "93.184.216.34"
    names = {"inside.example": HOSTS[0], "outside.example": public}
    with serving() as web:
        web.answers["/to-ssh"] = Reply(status=302, headers={"Location": f"http://{public}:22/a.jpg"})
        shown = (
            *(f"http://{public}:22/a.jpg", f"https://{public}:8444/a.jpg", "http://outside.example:25/a.jpg"),
            *("/to-ssh", f"http://inside.example:{web.port}{picture('kite')}"),
        )
        start = web.plant_page("/", *((each, CAPTION) for each in shown))
        crawl = place.crawl(start, TWISTED_DNS_RESOLVER=NAMES, MADE_UP_NAMES=as_setting(names))
    assert crawl.counts() == {"stored": 1, "refused": {"network.port": 4}, "unsure": {}, "failed": {}}


def test_an_address_on_a_list_is_not_connected_to_whatever_its_name(place: Place) -> None:
    place.block(HOSTS[1])
    with serving() as web:
        listed = f"http://cdn.example:{web.port}{picture('lighthouse')}"
        start = web.plant_page("/", (listed, CAPTION), (picture("kite"), CAPTION))
        names = as_setting({"cdn.example": HOSTS[1]})
        crawl = place.crawl(start, TWISTED_DNS_RESOLVER=NAMES, MADE_UP_NAMES=names)
        assert [each for each in web.log if each.host == HOSTS[1]] == []
    assert crawl.counts() == {"stored": 1, "refused": {"domain.blocked": 1}, "unsure": {}, "failed": {}}


@pytest.mark.parametrize("address", [METADATA, "10.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1"])
def test_a_name_is_not_resolved_to_a_private_address(resolver: GuardedResolver, address: str) -> None:
    assert looked_up(resolver, "Name.example.", address) is None
    assert resolver.refused == {"name.example": not_reachable(NetworkReason.PRIVATE)}
    assert looked_up(resolver, "name.example", "93.184.216.34") == "93.184.216.34"
    assert resolver.refused == {}


def test_a_name_that_moves_out_of_the_allowed_networks_is_outside(resolver: GuardedResolver) -> None:
    assert looked_up(resolver, "moves.example", LOCAL) == LOCAL
    assert resolver.allowed == {"moves.example"}
    assert looked_up(resolver, "moves.example", "93.184.216.34") == "93.184.216.34"
    assert resolver.allowed == set()


def test_a_name_asked_at_an_unusual_port_stays_inside_the_allowed_networks(resolver: GuardedResolver) -> None:
    resolver.keep_inside("moves.example")
    assert looked_up(resolver, "moves.example", LOCAL) == LOCAL
    assert looked_up(resolver, "moves.example", "93.184.216.34") is None
    assert resolver.refused == {"moves.example": not_reachable(NetworkReason.PORT)}


def test_a_list_is_asked_of_the_address_that_is_connected_to(resolver: GuardedResolver) -> None:
    verdict = not_reachable(NetworkReason.SCHEME)
    asked: list[str] = []

    def blocked(address: str) -> Verdict | None:
        asked.append(address)
        return verdict if address == "93.184.216.34" else None

    resolver.blocked = blocked
    assert looked_up(resolver, "listed.example", "93.184.216.34") is None
    assert resolver.refused == {"listed.example": verdict}
    assert looked_up(resolver, "other.example", "93.184.216.35") == "93.184.216.35"
    assert asked == ["93.184.216.34", "93.184.216.35"]


@pytest.mark.parametrize("ports", ["", "0", "65536", "80,http", "-80"])
def test_what_is_no_port_is_said_so(ports: str) -> None:
    with pytest.raises(ValueError, match=r"port|literal"):
        ports_of(Settings({"ALLOWED_PORTS": ports}))


def test_a_run_ends_when_no_name_can_be_resolved_any_more(place: Place) -> None:
    with serving() as web:
        shown = [f"http://{number}.invalid/a.jpg" for number in range(6)]
        web.plant_page("/", *((each, CAPTION) for each in shown))
        spec = LaunchSpec(seeds=(f"http://pages.invalid:{web.port}/",), provisional=True)
        crawl = place.crawl(
            spec=spec,
            CONTACT_URL="https://contact.example/",
            TWISTED_DNS_RESOLVER=NAMES,
            MADE_UP_NAMES=as_setting({"pages.invalid": HOSTS[0]}),
            UNRESOLVED_HOSTS_AT_MOST="4",
            RETRY_TIMES="0",
        )
    assert crawl.exit_code == 4
    assert "the names of 4 hosts in a row could not be resolved" in crawl.failed.message
    assert (crawl.finished.state, crawl.finished.summary["pages_failed"]) == ("broke-off", 0)
    assert crawl.finished.summary["pages_pending"] == 1
