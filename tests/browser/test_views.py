from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from console.web.serving import LOOPBACK
from tests.browser.visits import Visit, browsing, visiting
from tests.console.web.shown import CAPTION, Shown, showing

VIEWS = range(21)
"""The views of `Shown` by their place: how many there are is asked below."""
STOPS = "a[href], button, input:not([type='hidden']), select, [tabindex='0']"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with showing(tmp_path_factory.mktemp("shown")) as shown:
        yield shown


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, shown: Shown) -> Iterator[Visit]:
    with visiting(browser, shown.web.port) as visit:
        yield visit


def test_all_views_are_looked_at(shown: Shown) -> None:
    assert len(shown.views) == len(VIEWS)


@pytest.mark.parametrize("number", VIEWS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_view_has_no_serious_fault_no_complaint_and_asks_no_other_host(
    browser: Browser, shown: Shown, number: int, scheme: str
) -> None:
    with visiting(browser, shown.web.port, color_scheme=scheme) as visit:
        visit.go(shown.views[number])
        assert visit.faults() == []
        assert visit.complaints == []
        assert visit.hosts == {f"{LOOPBACK}:{shown.web.port}"}


@pytest.mark.parametrize("number", VIEWS)
@pytest.mark.parametrize("times", [2, 4])
def test_a_view_that_is_enlarged_is_read_without_scrolling_sideways(
    browser: Browser, shown: Shown, number: int, times: int
) -> None:
    """A window of 1,280 pixels at 200 % shows 640 of them; WCAG 1.4.10 asks for 320. Tables scroll by themselves."""
    zoomed = {"viewport": {"width": 1280 // times, "height": 1024 // times}, "device_scale_factor": times}
    with visiting(browser, shown.web.port, **zoomed) as visit:
        visit.go(shown.views[number])
        wide = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0


@pytest.mark.parametrize("number", VIEWS)
def test_every_control_is_reached_by_tab_and_shows_that_it_is(visit: Visit, shown: Shown, number: int) -> None:
    visit.go(shown.views[number])
    controls = visit.page.locator(STOPS).count()
    reached = set()
    for _ in range(controls):
        visit.page.keyboard.press("Tab")
        place, outline = visit.page.evaluate(
            """stops => { const at = document.activeElement;
            return [[...document.querySelectorAll(stops)].indexOf(at), getComputedStyle(at).outlineStyle]; }""",
            STOPS,
        )
        assert outline != "none", visit.page.evaluate("document.activeElement.outerHTML")
        reached.add(place)
    assert reached == set(range(controls))


def test_with_the_keyboard_alone_one_skips_searches_and_follows(visit: Visit, shown: Shown) -> None:
    visit.go("/")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "main"
    visit.page.get_by_role("searchbox").focus()
    visit.page.keyboard.type(shown.pair_ids[0])
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(f"**/pairs/{shown.pair_ids[0]}")
    visit.page.get_by_role("link", name=shown.sha256).first.focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(f"**/images/{shown.sha256}")
    assert visit.complaints == []


def test_three_clicks_answer_why_a_picture_is_held(browser: Browser, shown: Shown) -> None:
    """As docs/audit.md says; without JavaScript, as for somebody who has it switched off."""
    with visiting(browser, shown.web.port, java_script_enabled=False) as visit:
        visit.go("/")
        visit.page.get_by_role("link", name="Pairs").click()
        visit.page.get_by_role("table").get_by_role("link").first.click()
        assert visit.path == f"/pairs/{shown.pair_ids[-1]}"
        assert visit.page.get_by_role("heading", name="Seen once").is_visible()
        assert visit.page.get_by_role("table").first.is_visible()


def test_a_hostile_caption_is_read_as_it_is_and_does_nothing(visit: Visit, shown: Shown) -> None:
    visit.page.on("dialog", lambda dialog: visit.complaints.append(dialog.message))
    visit.go(f"/pairs/{shown.pair_ids[0]}")
    assert CAPTION.partition(" &")[0] in visit.page.locator("q").first.inner_text()
    assert visit.page.locator("main script, main img").count() == 0
    assert visit.complaints == []
