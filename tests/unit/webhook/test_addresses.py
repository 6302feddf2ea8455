"""Which addresses of portals and of files are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.webhook.markdown import with_whole_links
from core.webhooks.addresses import callback_target, file_target, is_public, may_be_called
from core.webhooks.errors import AddressRefused

INSIDE = [
    "127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "255.255.255.255", "224.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:db8::1",
    "fec0::1", "::10.0.0.1", "64:ff9b:1::a00:1", "fe80::1%eth0", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_files_are_not_fetched_from_inside(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_files_are_fetched_from_the_open_internet(address: str) -> None:
    assert is_public(address)
    assert may_be_called(address)


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "127.0.0.1", "192.168.1.1", "fc00::1", "::1", "::ffff:10.0.0.1"]
)
def test_a_portal_may_stand_in_our_own_network(address: str) -> None:
    assert may_be_called(address)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fe80::1",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_nobody_is_called_at_special_addresses(address: str) -> None:
    assert not may_be_called(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://portal.example/x", "ftp://portal.example/x", "https:///x", "https://a b/", "https://u:p@portal.example/",
        "https://portal.example/#x", "https://169.254.169.254/", "https://[fe80::1]/", "javascript:alert(1)", "",
        "https://portal.example:0/", "https://portal.example:99999/", "https://[::1", "/x", "https://portal.example\\@evil/",
        "https://0.0.0.0/", "https://" + "a" * 500, "http://127.0.0.1.example.org/", "https://[fe80::1%25eth0]/",
    ],
)  # fmt: skip
def test_callback_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        callback_target(url)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://portal.example.gov.cn/bangban?x=1", "portal.example.gov.cn", 443),
        ("https://10.1.2.3:8443/", "10.1.2.3", 8443), ("http://localhost:9000/", "localhost", 9000),
        ("http://127.0.0.1/", "127.0.0.1", 80), ("http://[::1]:9000/", "::1", 9000),
    ],
)  # fmt: skip
def test_callback_addresses_that_are_taken(url: str, host: str, port: int) -> None:
    target = callback_target(url)
    assert (target.host, target.port) == (host, port)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example/a.png",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://10.0.0.1/a",
        "file:///etc/passwd",
        "https://169.254.169.254/latest/meta-data",
    ],
)
def test_addresses_of_files_that_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        file_target(url)


@given(st.text(max_size=80) | st.text(max_size=40).map(lambda rest: f"https://{rest}"))
def test_any_text_is_an_address_or_refused(url: str) -> None:
    for read in (callback_target, file_target):
        try:
            target = read(url)
        except AddressRefused:
            continue
        assert target.host
        assert target.scheme in ("http", "https")


def test_links_on_our_own_server_are_written_out() -> None:
    text = "见 [办事指南](/guide/1) 和 ![图](</pic/a b.png>)，[别处](//other.example) [外面](https://x.example/)"
    assert with_whole_links(text, "https://kf.example") == (
        "见 [办事指南](https://kf.example/guide/1) 和 ![图](<https://kf.example/pic/a b.png>)，"
        "[别处](//other.example) [外面](https://x.example/)"
    )
