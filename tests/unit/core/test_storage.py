"""The folder of files: whole or absent. What all stores promise is in tests/integration/core/test_file_stores.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.ids import new_id
from core.storage import id_of, small_of
from core.storage.local import LocalFiles


async def read(files: LocalFiles, key: str) -> bytes:
    return b"".join([piece async for piece in await files.open(key)])


async def test_a_save_that_fails_leaves_the_old_file_and_no_remains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, key = LocalFiles(tmp_path), new_id()
    await files.save(key, b"old")

    def full(_handle: int) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("core.storage.local.os.fsync", full)
        with pytest.raises(OSError, match="disk full"):
            await files.save(key, b"new")
    assert await read(files, key) == b"old"
    assert len(list((tmp_path / key[34:]).iterdir())) == 1


def test_a_small_picture_belongs_to_its_file_and_other_names_to_none() -> None:
    key = new_id()
    assert id_of(small_of(key)) == id_of(key) == key
    assert {id_of(name) for name in (".tmp", key + "x", key.upper(), f"{key}.small.small")} == {
        None
    }
