"""Visit pages in chromium, and note what they ask for and complain of."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from console.web.serving import LOOPBACK

_AXE: Final = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
_SERIOUS: Final = {"serious", "critical"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A page of a browser, and all that it asked for and complained of since it was opened."""

    page: Page
    port: int
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        answer = self.page.goto(f"http://{LOOPBACK}:{self.port}{path}")
        assert answer is not None
        assert answer.status == 200, path

    @property
    def path(self) -> str:
        """Where it is, with what is asked for."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def faults(self) -> list[str]:
        """Return what axe finds serious or worse, with the elements that it finds it in."""
        self.page.evaluate(_AXE.read_text())
        found: dict[str, Any] = self.page.evaluate("async () => await axe.run(document)")
        return [
            f"{each['id']}: {[node['target'] for node in each['nodes']]}"
            for each in found["violations"]
            if each["impact"] in _SERIOUS
        ]


@contextmanager
def browsing() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    assert executable is not None, "chromium is not installed; type: sudo apt-get install chromium"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=["--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visiting(browser: Browser, port: int, **options: Any) -> Iterator[Visit]:
    """Open a page in a session of its own; `options` are those of a context of Playwright's."""
    context = browser.new_context(**options)
    try:
        visit = Visit(page=context.new_page(), port=port)
        visit.page.on("request", lambda asked: visit.hosts.add(_host_of(asked)))
        visit.page.on("console", lambda said: visit.complaints.extend(_complaint(said)))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        yield visit
    finally:
        context.close()


def _host_of(asked: Request) -> str:
    return urlsplit(asked.url).netloc


def _complaint(said: ConsoleMessage) -> list[str]:
    return [said.text] if said.type in ("error", "warning") else []
