"""Both file stores keep the same promises: a folder, and an S3 server in a process of its own, asked over HTTP."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.errors import InvalidInput, NotFound, Unavailable
from core.ids import new_id
from core.processes import free_port
from core.settings import Settings
from core.storage import PIECE, FileStore, small_of
from core.storage.opening import open_store
from core.storage.s3 import PART
from tests.s3 import s3_values

KEY = "01a2053f-8c49-717e-8f63-401bfc7711e5"


def s3_settings(url: str, **more: object) -> Settings:
    values = {**s3_values(url), "s3_prefix": f"/bangban/{new_id()}/"}
    return Settings(_env_file=None, **{**values, **more})  # type: ignore[arg-type]


@pytest.fixture(params=["local", "s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "s3":
        return s3_settings(request.getfixturevalue("s3_server"))
    return Settings(_env_file=None, home=tmp_path)  # type: ignore[call-arg]


@pytest.fixture
def files(settings: Settings) -> FileStore:
    return open_store(settings, "conversations")


async def read(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


async def test_what_was_saved_is_read_again_until_it_is_deleted(files: FileStore) -> None:
    key = new_id()
    assert await files.keys() == set()
    await files.save(key, b"first")
    await files.save(key, b"second" * PIECE)
    await files.save(small_of(key), b"small")
    assert await read(await files.open(key)) == b"second" * PIECE
    assert await read(await files.open(small_of(key))) == b"small"
    assert await files.keys() == {key, small_of(key)}
    await files.delete(key)
    await files.delete(key)
    assert await files.keys() == {small_of(key)}
    with pytest.raises(NotFound):
        await files.open(key)


async def test_a_large_file_goes_in_from_its_beginning_and_comes_out_from_anywhere(
    files: FileStore,
) -> None:
    key, data = new_id(), bytes(range(256)) * (PART // 256 + 999)
    source = io.BytesIO(data)
    source.seek(77)
    await files.copy(key, source)
    assert await read(await files.open(key)) == data
    assert await read(await files.open(key, start=PART - 3)) == data[PART - 3 :]


async def test_pieces_are_small(files: FileStore) -> None:
    key = new_id()
    await files.copy(key, io.BytesIO(bytes(80 * PIECE)))
    sizes = [len(piece) async for piece in await files.open(key)]
    assert sum(sizes) == 80 * PIECE
    assert max(sizes) <= 16 * PIECE


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b", "", "x" * 36, f"{KEY}.large"])
async def test_a_key_that_is_no_id_touches_nothing(files: FileStore, key: str) -> None:
    for use in (files.save(key, b"x"), files.open(key), files.delete(key)):
        with pytest.raises(ValueError, match="UUID"):
            await use
    assert await files.keys() == set()


async def test_each_kind_of_files_has_a_place_of_its_own(settings: Settings) -> None:
    key = new_id()
    await open_store(settings, "knowledge").save(key, b"x")
    assert await open_store(settings, "conversations").keys() == set()
    with pytest.raises(NotFound):
        await open_store(settings, "conversations").open(key)


async def test_without_its_bucket_the_store_is_unavailable(s3_server: str) -> None:
    files, key = open_store(s3_settings(s3_server, s3_bucket="nowhere"), "knowledge"), new_id()
    for use in (files.save(key, b"x"), files.copy(key, io.BytesIO(b"x")), files.keys()):
        with pytest.raises(Unavailable) as refused:
            await use
        assert refused.value.details == {"part": "files"}


async def test_a_store_that_is_down_is_unavailable_soon() -> None:
    files = open_store(s3_settings(f"http://127.0.0.1:{free_port()}"), "knowledge")
    with pytest.raises(Unavailable):
        await files.save(new_id(), b"x")


def test_half_a_configuration_is_said_at_once() -> None:
    with pytest.raises(InvalidInput, match="BANGBAN_S3_BUCKET"):
        open_store(s3_settings("", s3_bucket=""), "knowledge")
