"""Reads pip's configuration, because uv does not: indexes, wheel folders, certificate."""

from __future__ import annotations

import configparser
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

SYSTEM_BUNDLES = (
    "etc/ssl/certs/ca-certificates.crt",
    "etc/pki/tls/certs/ca-bundle.crt",
    "etc/ssl/cert.pem",
)


@dataclass(frozen=True)
class PipSettings:
    """What an administrator told pip, as far as it matters to uv. Local folders exist."""

    index: str | None = None
    extra_indexes: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    certificate: str | None = None
    no_index: bool = False

    def uv_options(self) -> list[str]:
        """The same, in uv's words. Like pip, uv then takes the best version of all indexes."""
        options: list[str] = []
        if self.no_index:
            options.append("--no-index")
        if self.index:
            options += ["--default-index", self.index]
        for address in self.extra_indexes:
            options += ["--index", address]
        if self.extra_indexes:
            options += ["--index-strategy", "unsafe-best-match"]
        for host in self.trusted_hosts:
            options += ["--allow-insecure-host", host]
        return options + self.find_links_options()

    def find_links_options(self) -> list[str]:
        return [part for place in self.find_links for part in ("--find-links", place)]


def read(environ: Mapping[str, str], *, system: Path = Path("/")) -> PipSettings:
    """pip's own order: global, user and named files, then `PIP_*` variables, the last one wins."""
    values: dict[str, str] = {}
    for path in _files(environ, system):
        values.update(_file_values(path))
    for name in ("index-url", "extra-index-url", "find-links", "trusted-host", "cert", "no-index"):
        given = environ.get("PIP_" + name.upper().replace("-", "_"))
        if given:
            values[name] = given
    certificate = values.get("cert")
    return PipSettings(
        index=next(iter(_existing(values.get("index-url", ""))), None),
        extra_indexes=_existing(values.get("extra-index-url", "")),
        find_links=_existing(values.get("find-links", "")),
        trusted_hosts=tuple(values.get("trusted-host", "").split()),
        certificate=certificate if certificate and Path(certificate).is_file() else None,
        no_index=values.get("no-index", "").lower() in ("1", "true", "yes", "on"),
    )


def certificates(environ: Mapping[str, str], *, system: Path = Path("/")) -> str | None:
    """The file of the authorities that this machine trusts: pip's, else the system's."""
    named = read(environ, system=system).certificate
    bundles = (system / place for place in SYSTEM_BUNDLES)
    return named or next((str(path) for path in bundles if path.is_file()), None)


def _files(environ: Mapping[str, str], system: Path) -> Iterator[Path]:
    named = environ.get("PIP_CONFIG_FILE")
    if named == "/dev/null":  # pip's way to say: no files at all
        return
    yield system / "etc/xdg/pip/pip.conf"
    yield system / "etc/pip.conf"
    if environ.get("HOME"):
        home = Path(environ["HOME"])
        yield home / ".pip/pip.conf"
        if sys.platform == "darwin":
            yield home / "Library/Application Support/pip/pip.conf"
        yield Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip/pip.conf"
    if named:
        yield Path(named)


def _file_values(path: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return {}  # pip itself will complain about it to its owner
    values: dict[str, str] = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            values.update({k.replace("_", "-"): v for k, v in parser.items(section)})
    return values


def _existing(places: str) -> tuple[str, ...]:
    """Drops local folders that are not there: uv stops at them, pip only warns."""
    found = []
    for place in places.split():
        parts = urlsplit(place)
        local = url2pathname(parts.path) if parts.scheme == "file" else place
        if parts.scheme in ("http", "https") or Path(local).is_dir():
            found.append(place)
    return tuple(found)
