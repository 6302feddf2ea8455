"""Finds Python interpreters on the path and in pyenv's folder, whose shims may refuse."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Version = tuple[int, int]

# An interpreter built without these cannot carry us, and says so only much later.
PROBE = (
    "import sys, ssl, sqlite3, bz2, lzma, ctypes\n"
    "print(*sys.version_info[:2])\n"
    "print(sys.executable)"
)
PROBE_SECONDS = 20


@dataclass(frozen=True)
class Interpreter:
    """An interpreter that was run and answered."""

    path: Path
    version: Version

    def __str__(self) -> str:
        return f"Python {self.version[0]}.{self.version[1]} ({self.path})"


Probe = Callable[[Path], Interpreter | None]


def probe(path: Path) -> Interpreter | None:
    """Runs the interpreter; None when it refuses, lacks a module or is no Python at all."""
    environ = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH")}
    try:
        answer = subprocess.run(
            [str(path), "-c", PROBE],
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            check=True,
            env=environ,
        ).stdout.splitlines()
        major, minor = answer[0].split()
        return Interpreter(Path(answer[1]), (int(major), int(minor)))
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None


def find(
    wanted: tuple[Version, ...], environ: Mapping[str, str], *, ask: Probe = probe
) -> Interpreter | None:
    """The first interpreter of the first version in `wanted` that some place has."""
    for version in wanted:
        for candidate in candidates(version, environ):
            found = ask(candidate)
            if found and found.version == version:
                return found
    return None


def candidates(version: Version, environ: Mapping[str, str]) -> Iterator[Path]:
    """Files that may be an interpreter of this version, the likeliest first, each once."""
    seen: set[Path] = set()
    for path in _places(version, environ):
        if path not in seen and path.is_file() and os.access(path, os.X_OK):
            seen.add(path)
            yield path


def _places(version: Version, environ: Mapping[str, str]) -> Iterator[Path]:
    name = f"python{version[0]}.{version[1]}"
    folders = [Path(part) for part in environ.get("PATH", "").split(os.pathsep) if part]
    for folder in folders:
        yield folder / name
    for folder in folders:
        yield folder / "python3"
    for root in _pyenv_roots(folders, environ):
        for installed in _newest_first(root / "versions", version):
            yield installed / "bin" / name
    for prefix in ("/usr/local/bin", "/opt/homebrew/bin", "/usr/bin"):
        yield Path(prefix, name)


def _pyenv_roots(folders: list[Path], environ: Mapping[str, str]) -> Iterator[Path]:
    """pyenv's folder need not be in this home: its shims on the path give it away."""
    if environ.get("PYENV_ROOT"):
        yield Path(environ["PYENV_ROOT"])
    for folder in folders:
        if folder.name == "shims":
            yield folder.parent
    if environ.get("HOME"):
        yield Path(environ["HOME"], ".pyenv")


def _newest_first(versions: Path, version: Version) -> list[Path]:
    """pyenv's installations of one version, 3.10.13 before 3.10.9."""
    pattern = re.compile(rf"{version[0]}\.{version[1]}\.(\d+)$")
    found: list[tuple[int, Path]] = []
    if versions.is_dir():
        for folder in versions.iterdir():
            match = pattern.fullmatch(folder.name)
            if match:
                found.append((int(match.group(1)), folder))
    return [folder for _, folder in sorted(found, reverse=True)]
