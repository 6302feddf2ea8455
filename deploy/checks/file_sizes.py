"""Refuses source files of 300 lines or more: past that a file has two jobs."""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.checks.sources import ROOT, source_files

LIMIT = 300
SUFFIXES = frozenset({".py", ".ts", ".vue", ".js", ".mjs", ".wxml", ".wxss", ".css"})
GENERATED = "Do not edit."  # what a generator writes into the first line of its output
HISTORY = Path("migrations/versions")  # a migration is one step, however many tables it makes


def too_long(root: Path, limit: int = LIMIT) -> list[tuple[Path, int]]:
    """Files with `limit` lines or more, and their number of lines."""
    found = []
    for path in source_files(root, SUFFIXES):
        relative = path.relative_to(root)
        lines = path.read_text(encoding="utf-8").splitlines()
        exempt = relative.is_relative_to(HISTORY) or GENERATED in "".join(lines[:1])
        if len(lines) >= limit and not exempt:
            found.append((relative, len(lines)))
    return found


def main() -> int:
    found = too_long(ROOT)
    for path, lines in found:
        print(f"{path}: {lines} lines, the limit is {LIMIT - 1}; give its second job a file")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
