"""Keeps computed vectors by encoder and text, so that rebuilding the index encodes only what is new."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.encoder import Encoder, Vectors

log = logging.getLogger(__name__)

_KEY_BYTES = 16
# Kept in memory besides the files: what changed since the big segment was built, many times over.
_REMEMBERED = 20_000
# Files of one encoder; each publication adds a small one, then they are laid together.
_MOST_FILES = 64


class VectorCache:
    """In memory, and in `folder` for encoders that are slow.

    A file holds what one call had to compute, is written once and never changed: publishing an article
    writes a few kilobytes, whatever the base holds. The files are mapped, not read.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._encoder_id = ""
        self._remembered: OrderedDict[bytes, Vectors] = OrderedDict()
        self._stored: dict[bytes, Vectors] = {}
        self._lock = threading.Lock()

    def encode(self, encoder: Encoder, texts: list[str]) -> Vectors:
        """Vectors of `texts`, shape (len(texts), dimension), computing only those not known yet."""
        with self._lock:
            return self._encode(encoder, texts)

    def _encode(self, encoder: Encoder, texts: list[str]) -> Vectors:
        if encoder.id != self._encoder_id:
            self._encoder_id = encoder.id
            self._remembered.clear()
            self._stored = self._read(encoder)
        keys = [hashlib.sha256(t.encode()).digest()[:_KEY_BYTES] for t in texts]
        missing = {
            k: t
            for k, t in zip(keys, texts, strict=True)
            if k not in self._remembered and k not in self._stored
        }
        new: dict[bytes, Vectors] = {}
        if missing:
            new = dict(zip(missing, encoder.encode(list(missing.values())), strict=True))
            self._write(encoder, new)
        result = np.zeros((len(keys), encoder.dimension), dtype=np.float32)
        for i, key in enumerate(keys):
            result[i] = self._known(key, new)
        self._remembered.update(new)
        while len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        return result

    def _known(self, key: bytes, new: dict[bytes, Vectors]) -> Vectors:
        for source in (new, self._remembered):
            if key in source:
                return source[key]
        return self._stored[key]

    def _files(self, encoder: Encoder) -> list[Path]:
        if self._folder is None:
            return []
        return sorted(self._folder.glob(f"vectors-{encoder.id}-*.npy"))

    def _read(self, encoder: Encoder) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        files = self._files(encoder)
        for path in files:
            rows = _mapped(path, encoder.dimension)
            if rows is not None:
                # The rows stay on disk; only their places are held in memory.
                keys = map(bytes, np.array(rows["key"]))
                found.update(zip(keys, np.asarray(rows["vector"]), strict=True))
        if len(files) > _MOST_FILES and found:
            self._write(encoder, found)
            for path in files:
                path.unlink(missing_ok=True)
        return found

    def _write(self, encoder: Encoder, rows: dict[bytes, Vectors]) -> None:
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        table = np.empty(len(rows), dtype=_row_type(encoder.dimension))
        table["key"] = np.frombuffer(b"".join(rows), dtype=f"V{_KEY_BYTES}")
        table["vector"] = list(rows.values())
        # Written beside and moved: a reader or a crash never sees half a file.
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                np.save(file, table)
            digest = hashlib.sha256(b"".join(rows)).hexdigest()[:16]
            os.replace(name, self._folder / f"vectors-{encoder.id}-{digest}.npy")
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _row_type(dimension: int) -> np.dtype[np.void]:
    return np.dtype([("key", f"V{_KEY_BYTES}"), ("vector", "<f4", (dimension,))])


def _mapped(path: Path, dimension: int) -> NDArray[np.void] | None:
    """The file's rows, or None: a torn or foreign file is only a lost cache."""
    try:
        rows = np.lib.format.open_memmap(path, mode="r")
    except (OSError, ValueError, EOFError) as error:
        log.warning("%s cannot be read: %s", path.name, error)
        return None
    if rows.ndim != 1 or rows.dtype != _row_type(dimension):
        log.warning("%s holds something else", path.name)
        return None
    table: NDArray[np.void] = rows
    return table
