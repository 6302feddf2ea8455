"""Keeps built segments on disk, so that a start maps them instead of building; a damaged one is only a lost cache."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import os
import shutil
import time
import typing
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.retrieval.entries import Entry
from knowledge.retrieval.segment import Segment
from knowledge.retrieval.vocabulary import DATA

log = logging.getLogger(__name__)

# Of other contents or encoders: another server's, or the one before the last training.
KEEP = 4
# What a killed process left half-made is older than this when it is removed.
_ABANDONED_SECONDS = 3600
_MANIFEST = "manifest.json"
_CRC_BLOCK = 1 << 22


@cache
def code_version() -> str:
    """Changes with everything that decides what a segment holds: our code and words, and who cuts the texts."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted([*folder.glob("*.py"), *DATA.glob("*.yaml")]):
        digest.update(path.name.encode() + path.read_bytes())
    for package in ("jieba", "opencc", "faiss-cpu", "numpy"):
        digest.update(version(package).encode())
    return digest.hexdigest()[:16]


def write_segment(segment: Segment, folder: Path, encoder_id: str) -> None:
    """Write the arrays, the manifest last, all of it on the disk before this returns."""
    folder.mkdir(parents=True)
    sums = {}
    for name, values in _arrays(segment):
        with (folder / f"{name}.npy").open("wb") as file:
            np.save(file, values, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        sums[name] = _checksum(folder / f"{name}.npy")
    manifest = {"code": code_version(), "encoder": encoder_id, "arrays": sums}
    with (folder / _MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(manifest, file)
        file.flush()
        os.fsync(file.fileno())


def read_segment(folder: Path, encoder_id: str) -> Segment | None:
    """The segment, its arrays mapped; None when it is of other code or another encoder, torn or foreign."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if manifest["code"] != code_version() or manifest["encoder"] != encoder_id:
            return None
        for name, wanted in manifest["arrays"].items():
            if _checksum(folder / f"{name}.npy") != wanted:
                log.warning("index segment %s is damaged (%s)", folder.name, name)
                return None
        segment: Segment = _read(Segment, folder, "")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("index segment %s cannot be read: %s", folder.name, error)
        return None
    return segment


class SegmentStore:
    """A folder of segments. Several servers may use one; none ever changes what another may be reading."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def nearest(self, entries: Sequence[Entry], encoder_id: str) -> Segment | None:
        """The stored segment that holds most of `entries`, if any holds more than half."""
        wanted = Counter(e.fingerprint for e in entries)
        shares = {p: _overlap(p, wanted) for p in self._segments()}
        for path in sorted(shares, key=lambda p: -shares[p]):
            if shares[path] <= len(entries) / 2:
                break
            if (segment := read_segment(path, encoder_id)) is not None:
                return segment
        return None

    def place(self, built: Path, entries: Sequence[Entry], encoder_id: str) -> Path:
        """Move a segment written beside into its place, at once; remove what nobody will want."""
        digest = hashlib.sha256(b"".join(e.fingerprint for e in entries)).hexdigest()[:16]
        target = self.folder / f"{encoder_id}-{code_version()}-{digest}"
        if target.exists():
            # Another server built the same, or it is there and damaged: the new one is surely whole.
            shutil.rmtree(target, ignore_errors=True)
        try:
            # Atomic: a reader sees a whole segment or none.
            os.replace(built, target)
        except OSError:
            # Another server was quicker, with the same.
            if not (target / _MANIFEST).exists():
                raise
        self._prune(target)
        return target

    def _segments(self) -> list[Path]:
        return [p.parent for p in self.folder.glob(f"[!.]*/{_MANIFEST}")]

    def _prune(self, keep: Path) -> None:
        newest = sorted(self._segments(), key=lambda p: -_changed(p))
        for path in newest[KEEP:]:
            if path != keep:
                shutil.rmtree(path, ignore_errors=True)
        remove_abandoned(self.folder)


def remove_abandoned(folder: Path) -> None:
    """Remove working folders (their names begin with a dot) of processes that were killed."""
    for path in folder.glob(".*"):
        if _changed(path) < time.time() - _ABANDONED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _overlap(folder: Path, wanted: Counter[bytes]) -> int:
    try:
        rows = np.lib.format.open_memmap(folder / "fingerprints.npy", mode="r")
        return sum((Counter(map(bytes, rows)) & wanted).values())
    except (OSError, ValueError, EOFError, TypeError):
        return 0


def _arrays(value: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for field in dataclasses.fields(value):
        item, name = getattr(value, field.name), f"{prefix}{field.name}"
        if dataclasses.is_dataclass(item):
            yield from _arrays(item, f"{name}.")
        else:
            yield name, item


def _read(kind: Any, folder: Path, prefix: str) -> Any:
    types = typing.get_type_hints(kind)
    values = {}
    for field in dataclasses.fields(kind):
        name = f"{prefix}{field.name}"
        if dataclasses.is_dataclass(types[field.name]):
            values[field.name] = _read(types[field.name], folder, f"{name}.")
        else:
            # Mapped: pages are read when a search needs them, and are the system's to drop.
            path = folder / f"{name}.npy"
            values[field.name] = np.asarray(np.lib.format.open_memmap(path, mode="r"))
    return kind(**values)


def _checksum(path: Path) -> int:
    result = 0
    with path.open("rb") as file:
        while block := file.read(_CRC_BLOCK):
            result = zlib.crc32(block, result)
    return result
