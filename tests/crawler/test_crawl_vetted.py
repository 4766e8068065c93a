"""A run of vetted sources takes pictures from no other host, and asks none of them for one."""

from pathlib import Path

from tests.crawler.crawls import Place
from tests.mock_site import HOSTS, page, picture, serving


def test_only_pictures_of_vetted_hosts_are_asked_for_and_kept(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path, VETTED_ONLY="True")
    place.vet(HOSTS[1])
    with serving() as web:
        vetted = web.url(picture("lighthouse"), host=1)
        leads_away = web.url(f"/redirect?to={web.url(picture('kite'))}", host=1)
        crawl = place.crawl(web.url(page(vetted, leads_away, picture("hills-at-dusk"))))
        assert picture("hills-at-dusk") not in web.paths()
    assert crawl.counts() == {"stored": 1, "refused": {"source.not-vetted": 2}, "unsure": {}, "failed": {}}
    assert [each.image_url for each in place.pairs()] == [vetted]


def test_without_vetted_only_the_list_says_nothing(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    place.vet(HOSTS[1])
    with serving() as web:
        crawl = place.crawl(web.url(page(picture("hills-at-dusk"))))
    assert crawl.counts()["stored"] == 1
