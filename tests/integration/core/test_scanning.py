"""What is asked of a virus scanner, and what becomes of its answers: against a server that speaks clamd's protocol,
and against the real clamd where one is installed."""

from __future__ import annotations

import asyncio
import io
import shutil
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.errors import InvalidInput
from core.processes import free_port
from core.scanning import Address, FileInfected, Scanner, ScannerUnavailable, address_of

# Built here, so that no scanner on a developer's machine finds this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd:
    """Speaks INSTREAM and VERSION; finds EICAR. `limit`: as StreamMaxLength. `mute`: takes all and says nothing."""

    def __init__(self, limit: int = 1 << 30) -> None:
        self.limit = limit
        self.pieces: list[int] = []
        self.mute = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = (await reader.readuntil(b"\0")).rstrip(b"\0")
        if self.mute:
            writer.close()
            return
        answer = "ClamAV 1.4.3/27400" if command == b"zVERSION" else await self._scan(reader)
        writer.write(answer.encode() + b"\0")
        await writer.drain()
        writer.close()

    async def _scan(self, reader: asyncio.StreamReader) -> str:
        data = b""
        while length := struct.unpack(">I", await reader.readexactly(4))[0]:
            self.pieces.append(length)
            data += await reader.readexactly(length)
            if len(data) > self.limit:
                return "INSTREAM size limit exceeded. ERROR"
        return "stream: Eicar-Signature FOUND" if EICAR in data else "stream: OK"


@pytest.fixture
def clamd() -> FakeClamd:
    return FakeClamd()


@pytest.fixture(params=["tcp", "unix"])
async def address(
    request: pytest.FixtureRequest, clamd: FakeClamd, tmp_path: Path
) -> AsyncIterator[str]:
    if request.param == "tcp":
        server = await asyncio.start_server(clamd.serve, "127.0.0.1", 0)
        address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    else:
        server = await asyncio.start_unix_server(clamd.serve, tmp_path / "clamd.ctl")
        address = f"unix:{tmp_path / 'clamd.ctl'}"
    async with server:
        yield address


async def test_a_clean_file_passes_whole(address: str, clamd: FakeClamd) -> None:
    file = io.BytesIO(bytes(300_000))
    file.seek(1000)
    await Scanner(address).check(file)
    assert sum(clamd.pieces) == 300_000
    assert max(clamd.pieces) <= 65_536


async def test_a_found_virus_refuses_the_file(address: str) -> None:
    with pytest.raises(FileInfected):
        await Scanner(address).check(io.BytesIO(bytes(100_000) + EICAR))


async def test_a_scanner_that_gives_no_verdict_lets_nothing_pass(
    address: str, clamd: FakeClamd
) -> None:
    clamd.limit = 10
    with pytest.raises(ScannerUnavailable):
        await Scanner(address).check(io.BytesIO(bytes(100)))
    clamd.mute = True
    with pytest.raises(ScannerUnavailable):
        await Scanner(address).check(io.BytesIO(b"x"))


async def test_a_scanner_that_is_down_lets_nothing_pass(tmp_path: Path) -> None:
    for address in (f"tcp://127.0.0.1:{free_port()}", f"unix:{tmp_path / 'none'}"):
        with pytest.raises(ScannerUnavailable):
            await Scanner(address).check(io.BytesIO(b"x"))


async def test_without_a_scanner_everything_passes() -> None:
    await Scanner("").check(io.BytesIO(EICAR))


async def test_it_says_which_it_is(address: str) -> None:
    assert (await Scanner(address).version()).startswith("ClamAV 1.4.3")


def test_an_address_is_of_a_host_or_a_socket() -> None:
    assert address_of("tcp://clamav") == Address(host="clamav", port=3310)
    assert address_of("tcp://[::1]:99") == Address(host="::1", port=99)
    assert address_of("unix:/run/clamd.ctl") == Address(path="/run/clamd.ctl")
    for wrong in ("clamav:3310", "unix:clamd.ctl", "tcp://", "tcp://x:99999", "http://x"):
        with pytest.raises(InvalidInput):
            address_of(wrong)


@pytest.mark.skipif(shutil.which("clamd") is None, reason="no clamd on this machine")
async def test_the_real_one_finds_the_test_virus(tmp_path: Path) -> None:
    """With one signature of our own: the real lists take a gigabyte of memory."""
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "own.ndb").write_text(f"Own.Test:0:*:{EICAR.hex()}\n", "ascii")
    socket, conf = tmp_path / "clamd.ctl", tmp_path / "clamd.conf"
    conf.write_text(
        f"LocalSocket {socket}\nForeground yes\nDatabaseDirectory {tmp_path / 'db'}\nStreamMaxLength 2M\n",
        "ascii",
    )
    found = await asyncio.create_subprocess_exec(
        "clamd", "--config-file", str(conf), stdout=asyncio.subprocess.PIPE
    )
    assert found.stdout is not None
    try:
        async with asyncio.timeout(30):
            while b"Self checking" not in await found.stdout.readline():
                pass
        scanner = Scanner(f"unix:{socket}")
        await scanner.check(io.BytesIO(bytes(1_000_000)))
        with pytest.raises(FileInfected):
            await scanner.check(io.BytesIO(EICAR))
        with pytest.raises(ScannerUnavailable):
            await scanner.check(io.BytesIO(bytes(5_000_000)))
        assert (await scanner.version()).startswith("ClamAV")
    finally:
        found.terminate()
        await found.wait()
