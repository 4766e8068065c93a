import json
from pathlib import Path
from typing import Final

import pytest

from filters.indexes.host_names import NotAHost, normalise_host, other_readings

DATA: Final = Path(__file__).parents[2] / "data" / "whatwg-urls.json"
CASES: Final[list[tuple[str, str | None]]] = [(url, host) for url, host in json.loads(DATA.read_text())]

DIFFERENT: Final[dict[str, tuple[str | None, str]]] = {
    **dict.fromkeys(
        (
            "http://a.b.c.xn--pokxncvks",
            "http://10.0.0.xn--pokxncvks",
            "http://a.b.c.XN--pokxncvks",
            "http://a.b.c.Xn--pokxncvks",
            "http://10.0.0.XN--pokxncvks",
            "http://10.0.0.xN--pokxncvks",
            "https://xn--/",
        ),
        (None, "the standard has since let pass what is no punycode; no such name can be registered"),
    ),
    "http://./": (None, "a host of dots only has no label that a list could name"),
    "http://../": (None, "a host of dots only has no label that a list could name"),
    "http://foo.09..": (None, "without its final dots it ends in a number, and is no IPv4 address"),
}
"""Where we differ on purpose: what we say, and why. All are refused: unsure, never clean."""


def test_every_case_of_the_whatwg_data_is_asked() -> None:
    assert len(CASES) == 380
    assert sum(host is None for _, host in CASES) == 197
    assert set(DIFFERENT) <= {url for url, _ in CASES}


@pytest.mark.parametrize(("url", "host"), CASES)
def test_host_of_the_whatwg_data_is_read_as_expected(url: str, host: str | None) -> None:
    expected = DIFFERENT[url][0] if url in DIFFERENT else host and host.removesuffix(".").strip("[]")
    assert _read(url) == (expected or None)


def test_each_difference_is_one() -> None:
    assert {url for url, host in CASES if url in DIFFERENT and host is not None} == set(DIFFERENT)


def _read(url: str) -> str | None:
    try:
        return normalise_host(url)
    except NotAHost:
        return None


@pytest.mark.parametrize(
    ("url", "readings"),
    [
        ("http://good.example\\@bad.example/", ["bad.example"]),
        ("http://fa\u00df.de/", ["fass.de"]),
        ("http://bad%2eexample/", []),
        ("http://[fe80::1%25eth0]/", []),
        ("http://[2001:db8::1]/", ["2001:db8::1"]),
        ("http://b<d.example/", []),
        ("http://[bad/", []),
        ("bad.example", []),
        ("http://" + "\u00fc" * 300 + ".test/", []),
    ],
)
def test_other_software_may_read_another_host(url: str, readings: list[str]) -> None:
    assert list(other_readings(url)) == readings
