"""Asks a virus scanner about uploads: ClamAV's daemon, over TCP or a socket of this machine, if one is set up.

The protocol is clamd(8)'s INSTREAM: the file in pieces, each with its length before it, and one line back.
"""

from __future__ import annotations

import asyncio
import logging
import struct
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

from core.errors import InvalidInput, Unavailable
from core.storage import PIECE

log = logging.getLogger(__name__)

CONNECT_SECONDS = 5.0
# For a whole file of 20 MB; archives are unpacked and looked through.
SCAN_SECONDS = 60.0
# Each takes a thread of clamd's, which has ten by default.
MOST_AT_ONCE = 4
_LONGEST_ANSWER = 4096
_DEFAULT_PORT = 3310


class FileInfected(InvalidInput):
    """The scanner found something. Details: `field`."""

    code, default_message = "file_infected", "这个文件含有病毒，没有保存。请检查您的设备。"


class ScannerUnavailable(Unavailable):
    """A scanner is set up and cannot be asked: nothing is taken unchecked. Details: `part`."""

    code, default_message = "scanner_unavailable", "文件安全检查暂时不可用，请稍后再发送文件。"


@dataclass(frozen=True)
class Address:
    """`path` of a socket, else `host` and `port`."""

    host: str = ""
    port: int = 0
    path: str = ""


def address_of(setting: str) -> Address:
    """tcp://host:3310 or unix:/run/clamav/clamd.ctl. Raises InvalidInput."""
    parts = urlsplit(setting)
    try:
        port = parts.port or _DEFAULT_PORT
    except ValueError:
        port = 0
    if parts.scheme == "unix" and parts.path.startswith("/"):
        return Address(path=parts.path)
    if parts.scheme == "tcp" and parts.hostname and port:
        return Address(host=parts.hostname, port=port)
    raise InvalidInput(
        "BANGBAN_CLAMD 应写成 tcp://主机:3310 或 unix:/run/clamav/clamd.ctl。", field="clamd"
    )


class Scanner:
    """`setting`: as in BANGBAN_CLAMD, "" for no scanner: then everything passes."""

    def __init__(self, setting: str) -> None:
        self._address = address_of(setting) if setting else None
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)

    async def check(self, file: BinaryIO) -> None:
        """Raises FileInfected, ScannerUnavailable. Leaves the file's position wherever it is."""
        if self._address is None:
            return
        async with self._slots:
            answer = await self._ask(b"zINSTREAM\0", file)
        if answer.endswith(" FOUND"):
            # What was found, without anything of the file or its sender.
            log.warning("an upload was refused: %s", answer)
            raise FileInfected(field="file")
        if not answer.endswith(" OK"):
            # "INSTREAM size limit exceeded. ERROR": StreamMaxLength in clamd.conf is below our limit.
            log.error("the virus scanner answered %s", answer)
            raise ScannerUnavailable(part="scanner")

    async def version(self) -> str:
        """What answers there: ClamAV 1.4.3/27400/…. Raises ScannerUnavailable."""
        return await self._ask(b"zVERSION\0", None)

    async def _ask(self, command: bytes, file: BinaryIO | None) -> str:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await self._connect()
        except (OSError, TimeoutError) as error:
            raise _away(error) from None
        try:
            async with asyncio.timeout(SCAN_SECONDS):
                writer.write(command)
                if file is not None:
                    await _send(writer, file)
                answer = await reader.readuntil(b"\0")
        except (
            OSError,
            TimeoutError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
        ) as error:
            raise _away(error) from None
        finally:
            writer.close()
        return answer.rstrip(b"\0").decode("utf-8", "replace").strip()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        assert self._address is not None
        if self._address.path:
            return await asyncio.open_unix_connection(self._address.path, limit=_LONGEST_ANSWER)
        return await asyncio.open_connection(
            self._address.host, self._address.port, limit=_LONGEST_ANSWER
        )


async def _send(writer: asyncio.StreamWriter, file: BinaryIO) -> None:
    file.seek(0)
    try:
        while piece := await asyncio.to_thread(file.read, PIECE):
            writer.write(struct.pack(">I", len(piece)) + piece)
            await writer.drain()
        writer.write(struct.pack(">I", 0))
        await writer.drain()
    except (BrokenPipeError, ConnectionResetError):
        # Too long for it: it hangs up while we are still sending, and has said why before.
        return


def _away(error: Exception) -> ScannerUnavailable:
    log.error("the virus scanner cannot be reached: %s", type(error).__name__)
    return ScannerUnavailable(part="scanner")
