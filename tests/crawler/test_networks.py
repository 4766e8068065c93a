"""Only the public internet and what the operator allows may be reached."""

import pytest

from crawler.networks import Networks, is_private

LOOPBACK = Networks.parse(["127.0.0.0/8", " fd00::/8 ", ""])


@pytest.mark.parametrize(
    "address",
    [
        *("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34", "64:ff9b::93.184.216.34"),
        *("9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.0.1"),
        *("172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.0.0.1"),
        *("2001:200::1", "2001:db7::1", "2003::1", "2a00::1"),
    ],
)
def test_public_addresses_may_be_reached(address: str) -> None:
    assert Networks().may_be_reached(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104  an address to refuse
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "fe80::1", "fd00::1", "ff02::1"),
        *("0.1.2.3", "172.31.255.255", "100.127.255.255", "192.0.0.1", "192.0.0.9", "192.0.2.1", "192.88.99.1"),
        *("198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "239.255.255.255", "250.1.2.3"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "::127.0.0.1", "::93.184.216.34", "::"),
        *("2002:7f00:1::", "2002:a00:1::", "2002:5db8:d822::", "2002:a9fe:a9fe::1"),
        *("64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::10.0.0.1", "64:ff9b:1::93.184.216.34", "64:ff9b:1::1"),
        *("2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1"),
        *("2001:db8::1", "3fff::1", "3fff:fff::1", "100::1", "5f00::1", "4000::1", "fc00::1", "fdff::1", "fec0::1"),
        *("febf::1", "fe80::1%1", "ff0e::1", "ff05::1:3"),
    ],
)
def test_no_other_address_may(address: str) -> None:
    assert not Networks().may_be_reached(address)


@pytest.mark.parametrize(
    ("address", "may"),
    [
        *(("127.0.0.1", True), ("::ffff:127.1.2.3", True), ("fd00::1", True)),
        *(("64:ff9b::127.0.0.1", False), ("2002:7f00:1::", False), ("::127.0.0.1", False)),
    ],
)
def test_allowed_networks_may(address: str, may: bool) -> None:
    assert LOOPBACK.may_be_reached(address) is may
    assert LOOPBACK.allows(address) is may


@pytest.mark.parametrize(
    ("network", "private"),
    [
        *(("127.0.0.0/8", True), ("10.1.0.0/16", True), ("169.254.0.0/16", True), ("100.64.0.0/10", True)),
        *(("fd00::/8", True), ("::1/128", True)),
        *(("0.0.0.0/0", False), ("8.8.8.0/24", False), ("100.0.0.0/8", False), ("::/0", False), ("2600::/12", False)),
    ],
)
def test_a_network_is_private_if_no_address_of_it_is_public(network: str, private: bool) -> None:
    assert is_private(Networks.parse([network]).allowed[0]) is private


def test_what_is_no_network_is_said_so() -> None:
    with pytest.raises(ValueError, match="everything"):
        Networks.parse(["everything"])
