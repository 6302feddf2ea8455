"""Which addresses are called: those an administrator entered, and of files, which anybody may name. Pure."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.webhooks.errors import AddressRefused

MAX_LENGTH = 500
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {"https": 443, "http": 80}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Target:
    """An address taken apart. `host` is a name or the text of an address, without brackets."""

    url: str
    scheme: str
    host: str
    port: int


def callback_target(url: str) -> Target:
    """Where another system listens: https, or http on this machine. Raises AddressRefused."""
    target = _parse(url)
    if target.scheme != "https" and target.host not in LOCAL_NAMES:
        raise AddressRefused("回调地址必须以 https:// 开头（本机地址除外）。", reason="not_https")
    if _literal(target.host) is not None and not may_be_called(target.host):
        raise AddressRefused("回调地址不能是这种特殊的网络地址。", reason="special_address")
    return target


def file_target(url: str) -> Target:
    """Where somebody's file lies: https, in public. Raises AddressRefused."""
    target = _parse(url)
    if target.scheme != "https":
        raise AddressRefused("文件地址必须以 https:// 开头。", reason="not_https")
    if _literal(target.host) is not None and not is_public(target.host):
        raise AddressRefused("文件地址不能是内网地址。", reason="private_address")
    return target


def is_public(address: str) -> bool:
    """Whether it is an address of the open internet, also where it hides in one of another kind."""
    return all(each.is_global and not _is_special(each) for each in _meant(address))


def may_be_called(address: str) -> bool:
    """Portals and offices stand in the government's own network as well; nothing of theirs is at link-local addresses
    but the cloud's metadata, and nobody listens at the others."""
    return not any(
        each.is_link_local
        or each.is_multicast
        or each.is_unspecified
        # Python counts ::1 among the reserved.
        or (each.is_reserved and not each.is_loopback)
        for each in _meant(address)
    )


def _is_special(address: Address) -> bool:
    """What Python calls global and is not: groups, the private addresses of old, and those reserved, among which are
    ways of writing one of version 4 (::10.0.0.1, and 64:ff9b:1::/48 of RFC 8215)."""
    site = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_multicast or address.is_reserved or site


def _parse(url: str) -> Target:
    if not url.isprintable() or " " in url or "\\" in url or len(url) > MAX_LENGTH:
        raise _malformed()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _malformed() from None
    if parts.scheme not in _PORTS or not host or port == 0 or "%" in host:
        raise _malformed()
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused("地址里不能带用户名、密码或 # 后的部分。", reason="credentials")
    return Target(url, parts.scheme, host, port or _PORTS[parts.scheme])


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _meant(text: str) -> list[Address]:
    """The address, with those of version 4 that it stands for or leads to."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    # These two are only ways of writing one of version 4.
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    tunnelled = [address.sixtofour, *(address.teredo or ())]
    return [address, *(each for each in tunnelled if each is not None)]


def _malformed() -> AddressRefused:
    return AddressRefused("地址不完整或格式不对。", reason="malformed")
