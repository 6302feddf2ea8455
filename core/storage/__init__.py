"""Where files are kept: bytes under an id, in a local folder or in an object store. One port, two stores behind it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import BinaryIO, Protocol

PIECE = 64 * 1024
# Ids only, with what is kept beside a file: a name that came from outside never becomes part of a path.
_KEY = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\.small)?")


class FileStore(Protocol):
    """`key` is the file's id, a UUID in its usual writing, or `small_of` one. All may raise Unavailable."""

    async def save(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`; afterwards it is stored, whole."""
        ...

    async def copy(self, key: str, source: BinaryIO) -> None:
        """As `save`, from a file that is read in pieces: a large one never stands in memory whole."""
        ...

    async def open(self, key: str, *, start: int = 0) -> AsyncIterator[bytes]:
        """The file's bytes from `start` on in pieces, however large it is. Raises NotFound."""
        ...

    async def delete(self, key: str) -> None:
        """Forget the file; nothing happens when there is none."""
        ...

    async def keys(self) -> set[str]:
        """The keys of all files kept."""
        ...


def small_of(file_id: str) -> str:
    """The key of the small picture beside a picture."""
    return f"{file_id}.small"


def id_of(key: str) -> str | None:
    """The id of the file that `key` belongs to; None: it is no key of ours."""
    match = _KEY.fullmatch(key)
    return match[1] if match else None


def checked(key: str) -> str:
    """The key; raises ValueError when it is none."""
    if id_of(key) is None:
        raise ValueError("a stored file's key must be a UUID")
    return key
