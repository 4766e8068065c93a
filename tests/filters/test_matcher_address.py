import pytest

from filters.matcher_address import MatcherAddress, service_url


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("arachnid=https://shield.test/", "arachnid@shield.test", "https://shield.test"),
        (" HMA=http://hma:5000 ", "hma@hma:5000", "http://hma:5000"),
        ("hma=http://127.0.0.1:5000/base/", "hma@127.0.0.1:5000", "http://127.0.0.1:5000/base"),
        ("photodna=https://Match.test/photodna/v1.0/Match", "photodna@match.test", None),
        ("content-safety=https://contentsafety.test", "content-safety@contentsafety.test", None),
        ("classifier=http://safer:8080/judge", "classifier@safer:8080", "http://safer:8080/judge"),
        ("hma=http://[::1]:5000", "hma@[::1]:5000", "http://[::1]:5000"),
    ],
)
def test_address_is_kind_and_url(text: str, name: str, url: str | None) -> None:
    address = MatcherAddress.read(text)
    assert address.name == name
    assert url is None or address.url == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://shield.test",
        "other=https://shield.test",
        "hma=",
        "hma=ftp://hma.test",
        "hma=https://",
        "hma=https://name:word@hma.test",
        "hma=https://hma.test/?token=word",
        "hma=https://hma.test/#word",
        "hma=http://hma.test",
        "hma=http://1.1.1.1",
        "hma=http://16843009",
        "hma=http://0x1010101",
        "hma=https://hma.test:word",
        "hma=https://[::1",
    ],
)
def test_what_is_no_address_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"kind=url|address of a service|another network") as refused:
        MatcherAddress.read(text)
    assert "word" not in str(refused.value)


def test_service_url_has_no_slash_at_its_end() -> None:
    assert service_url("https://lists.test/v2/") == "https://lists.test/v2"
