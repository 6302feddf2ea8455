"""Files in an S3-compatible object store (MinIO, Ceph, Aliyun OSS, Huawei OBS, AWS), through obstore."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from obstore.exceptions import BaseError
from obstore.store import S3Store

from core.errors import NotFound, Unavailable
from core.storage import PIECE, checked, id_of

log = logging.getLogger(__name__)

# S3's smallest part. Larger files go up in parts, one after the other: more at a time would stand in memory.
PART = 5 * 1024 * 1024
CONNECT, REQUEST = timedelta(seconds=5), timedelta(seconds=60)
RETRIES = 2


@dataclass(frozen=True)
class Bucket:
    """Where the store is. `endpoint`: "" for AWS itself. `path_style`: the bucket in the path, not in the host."""

    name: str
    endpoint: str
    region: str
    access_key: str
    secret_key: str
    path_style: bool


class S3Files:
    """A FileStore under `prefix` of a bucket. The store itself sees to it that a file is whole or absent."""

    def __init__(self, bucket: Bucket, prefix: str) -> None:
        self._store = S3Store(
            bucket.name,
            prefix=prefix,
            endpoint=bucket.endpoint or None,
            region=bucket.region,
            access_key_id=bucket.access_key,
            secret_access_key=bucket.secret_key,
            virtual_hosted_style_request=not bucket.path_style,
            client_options={
                "allow_http": bucket.endpoint.startswith("http://"),
                "connect_timeout": CONNECT,
                "timeout": REQUEST,
            },
            retry_config={"max_retries": RETRIES, "retry_timeout": REQUEST},
        )

    async def save(self, key: str, data: bytes) -> None:
        with _reached():
            await self._store.put_async(checked(key), data, use_multipart=False)

    async def copy(self, key: str, source: BinaryIO) -> None:
        source.seek(0)
        with _reached():
            await self._store.put_async(checked(key), source, chunk_size=PART, max_concurrency=1)

    async def open(self, key: str, *, start: int = 0) -> AsyncIterator[bytes]:
        checked(key)
        try:
            with _reached(missing=True):
                found = await self._store.get_async(key, options={"range": {"offset": start}})
        except FileNotFoundError:
            raise NotFound("没有这个文件。") from None

        async def pieces() -> AsyncIterator[bytes]:
            async for piece in found.stream(min_chunk_size=PIECE):
                yield bytes(piece)

        return pieces()

    async def delete(self, key: str) -> None:
        with _reached():
            await self._store.delete_async(checked(key))

    async def keys(self) -> set[str]:
        found: set[str] = set()
        with _reached():
            async for page in self._store.list():
                found |= {one["path"] for one in page if id_of(one["path"]) is not None}
        return found


@contextmanager
def _reached(*, missing: bool = False) -> Iterator[None]:
    """Whatever the store could not do is Unavailable; `missing`: that a file is not there passes."""
    try:
        yield
    except FileNotFoundError as error:
        if missing:
            raise
        raise _unavailable(error) from None
    except BaseError as error:
        raise _unavailable(error) from None


def _unavailable(error: Exception) -> Unavailable:
    # Its text has the store's whole answer in it, and the address of the file.
    log.error("the object store failed with %s", type(error).__name__)
    return Unavailable("文件暂时存取不了，请稍后再试。", part="files")
