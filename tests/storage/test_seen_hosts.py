import pytest
from sqlalchemy import select, update

from filters.indexes.host_names import NotAHost
from storage.frontier import NewPage
from storage.seen_hosts import failed_on, seen_on
from storage.tables import page, sighting
from tests.storage import samples
from tests.storage.one_crawl import WAIT_S, Crawl

HOSTS = ("example.org", "a.example.org", "b.a.example.org", "badexample.org", "example.org.net", "192.0.2.7")


def hosts_found(crawl: Crawl, host: str) -> set[str]:
    with crawl.records.db.read() as conn:
        return set(conn.execute(select(sighting.c.image_host).where(seen_on(host))).scalars())


@pytest.mark.parametrize("of_old", [False, True])
def test_a_host_is_found_with_its_subdomains_and_nothing_else(crawl: Crawl, of_old: bool) -> None:
    page_id = crawl.new_page()
    seen = (samples.refused(page_id, number, image_url=f"https://{host}/") for number, host in enumerate(HOSTS))
    crawl.record(page_id, *seen)
    if of_old:
        with crawl.records.db.write() as conn:
            conn.execute(update(sighting).values(page_host_reversed=None, image_host_reversed=None))
    assert hosts_found(crawl, "Example.org.") == {"example.org", "a.example.org", "b.a.example.org"}
    assert hosts_found(crawl, "a.example.org") == {"a.example.org", "b.a.example.org"}
    assert hosts_found(crawl, "192.0.2.7") == {"192.0.2.7"}
    assert hosts_found(crawl, "pages.example") == set(HOSTS)
    assert hosts_found(crawl, "0.2.7") == set()


@pytest.mark.parametrize("of_old", [False, True])
def test_a_host_s_failed_pages_are_found_with_those_of_its_subdomains(crawl: Crawl, of_old: bool) -> None:
    crawl.frontier.add([NewPage(url=f"https://{host}/", depth=0, seed="s") for host in HOSTS])
    for leased in crawl.frontier.lease(len(HOSTS)):
        if leased.host != "b.a.example.org":
            crawl.recorder.fail_page(leased.page_id, "fetch.timeout").result(timeout=WAIT_S)
    if of_old:
        with crawl.records.db.write() as conn:
            conn.execute(update(page).values(host_reversed=None))
    with crawl.records.db.read() as conn:
        found = set(conn.execute(select(page.c.host).where(failed_on("example.org"))).scalars())
    assert found == {"example.org", "a.example.org"}


def test_what_is_no_host_is_not_looked_for() -> None:
    with pytest.raises(NotAHost):
        seen_on("no host")
