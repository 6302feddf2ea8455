"""Which files are ours to check: tracked or about to be, so neither ignored nor generated."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def source_files(root: Path, suffixes: frozenset[str]) -> Iterator[Path]:
    """The files of the clone at `root` with one of these suffixes, as git would take them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in sorted(filter(None, listed.split("\0"))):
        path = root / name
        if path.suffix in suffixes and path.is_file():
            yield path
