"""Files in a folder of this machine, or of one that all servers see."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from core.errors import NotFound
from core.storage import PIECE, checked, id_of


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
        return {path.name for path in self._folder.glob("??/*") if id_of(path.name) is not None}

    def _path(self, key: str) -> Path:
        checked(key)
        return self._folder / key[34:36] / key

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
