"""Every hop of every request passes the gates, and a refusal is final."""

from itertools import pairwise
from pathlib import Path

import pytest

from storage.operators import login_name
from tests.crawler.crawls import Place
from tests.mock_site import CAPTION, HOSTS, Reply, page, picture, serving


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.made_in(tmp_path)


def to(url: str) -> str:
    return f"/redirect?to={url}"


def test_an_address_outside_the_allowed_networks_is_never_reached(place: Place) -> None:
    with serving() as web:
        other = web.url(picture("lighthouse"), host=1)
        port = web.port
        spellings = [
            other,
            other.replace(HOSTS[1], "2130706454"),
            other.replace(HOSTS[1], "0x7f.22"),
            other.replace(HOSTS[1], "127.0.0.22."),
            f"http://localhost:{port}/picture/lighthouse.jpg",
            f"http://[::1]:{port}/picture/lighthouse.jpg?v6",
            f"http://[::ffff:127.0.0.22]:{port}/picture/lighthouse.jpg?mapped",
            to(other),
        ]
        start = page(*spellings, picture("hills-at-dusk"), links=[to(web.url(page(), host=1))])
        crawl = place.crawl(web.url(start), ALLOW_NETWORKS=f"{HOSTS[0]}/32", DOWNLOAD_DELAY="0")
        assert web.paths(host=1) == []
    assert crawl.counts()["stored"] == 1
    assert crawl.counts()["refused"] == {"network.private": 5}  # the first four are one address
    assert crawl.finished.summary["pages_failed"] == 1


def test_a_blocked_host_is_not_asked_for_anything_not_even_by_a_redirect(place: Place) -> None:
    place.block(HOSTS[1])
    with serving() as web:
        blocked = web.url(picture("lighthouse"), host=1)
        web.answers["/to-picture"] = Reply(status=302, headers={"Location": blocked})
        web.answers["/to-page"] = Reply(status=302, headers={"Location": web.url("/page", host=1)})
        shown = [(each, CAPTION) for each in (blocked, "/to-picture", picture("hills-at-dusk"))]
        crawl = place.crawl(web.plant_page("/", *shown, links=["/to-page"]))
        assert [each for each in web.log if each.host == HOSTS[1]] == []
    assert crawl.counts() == {"stored": 1, "refused": {"domain.blocked": 2}, "unsure": {}, "failed": {}}
    by_where = {str((each.evidence or {})["where"]) for each in place.refusals()}
    assert by_where == {"image", "image hop"}
    assert crawl.finished.summary["pages_failed"] == 1


def test_robots_txt_counts_for_pages_pictures_and_hops(place: Place) -> None:
    with serving() as web:
        robots = Reply(body=b"User-agent: Altsieve\nDisallow: /picture/\n", content_type="text/plain")
        web.answers[HOSTS[1], "/robots.txt"] = robots
        forbidden = web.url(picture("lighthouse"), host=1)
        crawl = place.crawl(web.url(page(forbidden, to(forbidden), picture("hills-at-dusk"))))
        assert web.paths(host=1) == []
    assert crawl.counts() == {"stored": 1, "refused": {"consent.robots": 2}, "unsure": {}, "failed": {}}


def test_a_redirect_keeps_to_the_pace_of_its_target(place: Place) -> None:
    with serving() as web:
        targets = [web.url(f"/status/404?{number}", host=1) for number in range(6)]
        start = page(*(web.url(to(each), host=number % 2 * 2) for number, each in enumerate(targets)))
        place.crawl(web.url(start), DOWNLOAD_DELAY="0.3", CONCURRENT_REQUESTS_PER_DOMAIN="1")
        times = [each.at for each in web.log if each.host == HOSTS[1]]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(times) == 9  # with robots.txt, tdmrep.json and ai.txt
    assert min(gaps) > 0.25


def test_a_host_without_a_delay_has_no_more_requests_at_once_than_it_may(place: Place) -> None:
    with serving() as web:
        silent = [web.url(f"/silence?{number}", host=1) for number in range(4)]
        place.crawl(web.url(page(*silent)), ALLOWED_NETWORKS_CONCURRENCY="1", FETCH_TIMEOUT_S="0.5", RETRY_TIMES="0")
        times = [each.at for each in web.log if each.path.startswith("/silence")]
    assert len(times) == 4
    assert times[-1] - times[0] > 1  # three times half a second; two at once would take one time


def test_the_honest_user_agent_names_the_contact(place: Place) -> None:
    with serving() as web:
        place.crawl(web.url(page(picture("kite"))), CONTACT_URL="https://contact.example/", USER_AGENT="Mozilla/5.0")
        agents = {each.agent for each in web.log}
    assert len(agents) == 1
    assert agents.pop().startswith("Altsieve/")


def test_a_run_records_who_answers_for_it_and_on_what_basis(place: Place) -> None:
    with serving() as web:
        told = place.crawl(web.url(page()), OPERATOR="The Archive", LEGAL_BASIS="Art. 4 DSM directive").finished.summary
        silent = place.crawl(web.url(page())).finished.summary
    assert (told["operator"], told["legal_basis"]) == ("The Archive", "Art. 4 DSM directive")
    assert (silent["operator"], silent["legal_basis"]) == (login_name(), None)
    assert told["policy_digest"] == silent["policy_digest"] != told["settings_digest"]


def test_every_hop_of_a_pair_is_in_its_provenance(place: Place) -> None:
    with serving() as web:
        place.crawl(web.url(page(to(web.url(picture("kite"), host=1)))))
        [pair] = place.pairs()
        assert pair.image_url == web.url(to(web.url(picture("kite"), host=1)))
        assert pair.final_image_url == web.url(picture("kite"), host=1)
