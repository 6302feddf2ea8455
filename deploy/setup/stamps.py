"""Remembers what a step was last done with, so that it is skipped while nothing has changed.

A stamp is removed before its step starts and written after it ends: an interrupted step leaves
none and is done again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path


def digest(*parts: str | bytes | Path) -> str:
    """A hash of strings and of the contents of files; a missing file counts as such."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            data = b"file:" + part.read_bytes() if part.is_file() else b"missing"
        else:
            data = b"text:" + (part.encode() if isinstance(part, str) else part)
        total.update(len(data).to_bytes(8, "big"))
        total.update(data)
    return total.hexdigest()


def tree_digest(root: Path, *, without: Iterable[str] = ()) -> str:
    """A hash of every file's path and content below `root`, except folders named in `without`."""
    skipped = set(without)
    parts: list[str | Path] = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in skipped)
        for name in sorted(files):
            path = Path(folder, name)
            parts += [path.relative_to(root).as_posix(), path]
    return digest(*parts)


class Stamp:
    """A small JSON file: a name for each input of a step and its hash."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, str]:
        """What was last done; empty if nothing was, or if the file cannot be understood."""
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {str(name): str(value) for name, value in found.items()}

    def covers(self, wanted: Mapping[str, str]) -> bool:
        """Whether everything in `wanted` was done with the same inputs."""
        found = self.read()
        return all(found.get(name) == value for name, value in wanted.items())

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)

    def write(self, values: Mapping[str, str]) -> None:
        """Replaces the stamp in one step, so that a reader never sees half of it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(self.path.name + ".new")
        draft.write_text(json.dumps(dict(values), indent=1, sort_keys=True), encoding="utf-8")
        draft.replace(self.path)
