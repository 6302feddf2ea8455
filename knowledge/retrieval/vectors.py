"""Keeps computed vectors by encoder and text, so that rebuilding the index encodes only what is new."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from knowledge.retrieval.encoder import Encoder, Vectors


class VectorCache:
    """In memory, and in `folder` for encoders that are slow. Holds only what the last build used."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._encoder_id = ""
        self._rows: dict[bytes, Vectors] = {}

    def encode(self, encoder: Encoder, texts: list[str]) -> Vectors:
        """Vectors of `texts`, shape (len(texts), dimension), computing only those not known yet."""
        if encoder.id != self._encoder_id:
            self._encoder_id, self._rows = encoder.id, self._read(encoder)
        keys = [hashlib.sha256(t.encode()).digest()[:16] for t in texts]
        missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in self._rows}
        known = dict(self._rows)
        if missing:
            known.update(zip(missing, encoder.encode(list(missing.values())), strict=True))
        self._rows = {k: known[k] for k in keys}
        if missing:
            self._write(encoder)
        if not keys:
            return np.zeros((0, encoder.dimension), dtype=np.float32)
        return np.stack([self._rows[k] for k in keys])

    def _path(self, encoder: Encoder) -> Path | None:
        return self._folder / f"vectors-{encoder.id}.npz" if self._folder else None

    def _read(self, encoder: Encoder) -> dict[bytes, Vectors]:
        path = self._path(encoder)
        if path is None or not path.exists():
            return {}
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
                keys, rows = data["keys"], data["rows"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            # A torn file is only a lost cache.
            return {}
        if rows.ndim != 2 or rows.shape[1] != encoder.dimension:
            return {}
        return {bytes(k): row for k, row in zip(keys, rows, strict=True)}

    def _write(self, encoder: Encoder) -> None:
        path = self._path(encoder)
        if path is None or not self._rows:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        keys = np.frombuffer(b"".join(self._rows), dtype=np.uint8).reshape(-1, 16)
        # Written beside and moved: a reader or a crash never sees half a file.
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, keys=keys, rows=np.stack(list(self._rows.values())))
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
