"""Only servers that prove who they are are heard over TLS, and no proxy stands between."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.crawler.crawls import Place
from tests.mock_site import CAPTION, HOSTS, Web, page, picture, serving

SECURE = "127.0.0.24"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.made_in(tmp_path)


def certified(folder: Path, host: str) -> tuple[ssl.SSLContext, Path]:
    """Return what a server shows that signs for itself, and the file of its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Web, Path]]:
    context, certificate = certified(tmp_path, SECURE)
    with serving((SECURE,), tls=context) as web:
        yield web, certificate


def test_a_server_that_nobody_vouches_for_is_told_nothing(place: Place, secure: tuple[Web, Path]) -> None:
    with serving() as web:
        shown = (secure[0].url(picture("kite")), picture("lighthouse"))
        crawl = place.crawl(web.plant_page("/", *((each, CAPTION) for each in shown)), RETRY_TIMES="0")
    assert secure[0].log == []
    assert crawl.counts()["stored"] == 1


def test_a_server_that_is_vouched_for_is_heard_and_its_head_has_an_end(
    place: Place, secure: tuple[Web, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(secure[1]))
    with serving() as web:
        shown = (secure[0].url(picture("kite")), secure[0].url("/endless-headers"))
        crawl = place.crawl(web.plant_page("/", *((each, CAPTION) for each in shown)))
    assert crawl.counts() == {"stored": 1, "refused": {}, "unsure": {}, "failed": {"fetch.too-large": 1}}


@pytest.mark.only("folder", why="a proxy may stand before the store itself, as for any client of S3")
def test_no_proxy_is_asked(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as web:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, web.url("", host=2))
        crawl = place.crawl(web.url(page(picture("kite"))))
        assert [each for each in web.log if each.host == HOSTS[2]] == []
    assert crawl.counts()["stored"] == 1
