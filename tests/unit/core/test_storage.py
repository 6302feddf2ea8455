"""Files under ids: whole or absent, and no name from outside becomes a path."""

from __future__ import annotations

import pytest

from core.errors import NotFound
from core.ids import new_id
from core.storage import PIECE, LocalFiles


async def read(files: LocalFiles, key: str) -> bytes:
    return b"".join([piece async for piece in await files.open(key)])


async def test_what_was_saved_is_read_again_until_it_is_deleted(tmp_path) -> None:
    files, key = LocalFiles(tmp_path / "new"), new_id()
    await files.save(key, b"first")
    await files.save(key, b"second" * PIECE)
    assert await read(files, key) == b"second" * PIECE
    assert await files.keys() == {key}
    await files.delete(key)
    await files.delete(key)
    assert await files.keys() == set()
    with pytest.raises(NotFound):
        await read(files, key)


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b", "", "x" * 36, "01a2053f-8c49-717e-8f63-401bfc7711e5/../x"])
async def test_a_key_that_is_no_id_touches_no_file(tmp_path, key: str) -> None:
    files = LocalFiles(tmp_path)
    with pytest.raises(ValueError, match="UUID"):
        await files.save(key, b"x")
    with pytest.raises(ValueError, match="UUID"):
        await read(files, key)
    assert list(tmp_path.iterdir()) == []


async def test_a_save_that_fails_leaves_the_old_file_and_no_remains(tmp_path, monkeypatch) -> None:
    files, key = LocalFiles(tmp_path), new_id()
    await files.save(key, b"old")

    def full(_handle: int) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("core.storage.os.fsync", full)
        with pytest.raises(OSError, match="disk full"):
            await files.save(key, b"new")
    assert await read(files, key) == b"old"
    assert len(list((tmp_path / key[-2:]).iterdir())) == 1
