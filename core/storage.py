"""Where files are kept: bytes under an id. A local folder now; another place needs only another FileStore."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, Protocol

from core.errors import NotFound

PIECE = 64 * 1024
# Ids only: a name that came from outside never becomes part of a path.
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class FileStore(Protocol):
    """`key` is the file's id, a UUID in its usual writing."""

    async def save(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`; afterwards it is on the disk, whole."""
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
        """The ids of all files kept."""
        ...


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


class LocalFiles:
    """A FileStore in a folder, with a subfolder by the id's last two digits: these are random in a UUIDv7."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def save(self, key: str, data: bytes) -> None:
        await asyncio.to_thread(self._save, self._path(key), io.BytesIO(data))

    async def copy(self, key: str, source: BinaryIO) -> None:
        await asyncio.to_thread(self._save, self._path(key), source)

    async def open(self, key: str, *, start: int = 0) -> AsyncIterator[bytes]:
        try:
            file = await asyncio.to_thread(self._path(key).open, "rb")
        except FileNotFoundError:
            raise NotFound("没有这个文件。") from None
        file.seek(start)
        return _pieces(file)

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    async def keys(self) -> set[str]:
        return await asyncio.to_thread(self._keys)

    def _keys(self) -> set[str]:
        return {path.name for path in self._folder.glob("??/*") if _KEY.fullmatch(path.name)}

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("a stored file's key must be a UUID")
        return self._folder / key[-2:] / key

    @staticmethod
    def _save(path: Path, source: BinaryIO) -> None:
        """Whole or not at all: a reader and a crash never see half a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                source.seek(0)
                shutil.copyfileobj(source, file, PIECE)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(draft)
            raise
