"""Refuses source files of 300 lines or more: past that a file has two jobs."""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.checks.sources import ROOT, source_files

LIMIT = 300
SUFFIXES = frozenset({".py", ".ts", ".vue", ".js", ".mjs", ".wxml", ".wxss", ".css"})
GENERATED = frozenset({"generated"})  # a folder's name; a generator's output has no reader


def too_long(root: Path, limit: int = LIMIT) -> list[tuple[Path, int]]:
    """Files with `limit` lines or more, and their number of lines."""
    found = []
    for path in source_files(root, SUFFIXES):
        relative = path.relative_to(root)
        if GENERATED.isdisjoint(relative.parts):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines >= limit:
                found.append((relative, lines))
    return found


def main() -> int:
    found = too_long(ROOT)
    for path, lines in found:
        print(f"{path}: {lines} lines, the limit is {LIMIT - 1}; give its second job a file")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
