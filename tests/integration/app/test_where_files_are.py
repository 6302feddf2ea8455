"""Uploads with an object store, with a virus scanner, and with either of them down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.backup import backup, files_elsewhere, restore
from app.doctor import examine
from core.conversation.attachments.models import Attachment
from core.ids import new_id
from core.processes import free_port
from core.settings import Settings
from core.storage import small_of
from core.storage.opening import open_store
from tests.integration.app.clients import VisitorClient
from tests.integration.app.site import Site, on_sqlite
from tests.integration.app.uploads import kept, photo, send_file, show
from tests.integration.core.test_scanning import EICAR, FakeClamd
from tests.s3 import s3_values
from tests.unit.core.test_media import PDF


async def nothing_is_kept(site: Site) -> bool:
    async with site.container.uows.read() as session:
        row = await session.scalar(select(Attachment.id).limit(1))
    return row is None and await site.container.files.attachments._files.keys() == set()


async def said_of(settings: Settings, part: str) -> dict[str, Any]:
    (finding,) = [found.as_dict() for found in await examine(settings) if found.part == part]
    return finding


class TestObjectStore:
    @pytest.fixture
    def settings(self, settings: Settings, s3_server: str) -> Settings:
        return settings.model_copy(
            update=Settings(_env_file=None, **s3_values(s3_server)).model_dump(  # type: ignore[arg-type]
                include={*s3_values(s3_server)}
            )
            | {"s3_prefix": new_id()}
        )

    @on_sqlite
    async def test_pictures_and_parts_of_large_files_come_from_it(
        self, site: Site, citizen: VisitorClient
    ) -> None:
        picture = await kept(site, citizen, photo(), "a.jpg", "image/jpeg")
        large = PDF + bytes(7 * 1024 * 1024)
        file = await kept(site, citizen, large)
        await show(citizen, file)
        whole = await site.http.get(file["url"])
        assert whole.content == large
        part = await site.http.get(file["url"], headers={"range": "bytes=6000000-6000009"})
        assert (part.status_code, part.content) == (206, large[6_000_000:6_000_010])
        assert (await site.http.get(picture["thumbnail_url"])).status_code == 200
        stored = await open_store(site.container.settings, "conversations").keys()
        ids = [picture["attachment_id"], file["attachment_id"]]
        assert stored == {*ids, small_of(ids[0])}
        assert (await said_of(site.container.settings, "附件"))["ok"]

    @on_sqlite
    async def test_a_backup_leaves_its_files_there_and_says_so(
        self, site: Site, citizen: VisitorClient, settings: Settings, tmp_path: Path
    ) -> None:
        await kept(site, citizen)
        file, home = tmp_path / "b.tar.gz", tmp_path / "again"
        await asyncio.to_thread(backup, settings, file)
        url = f"sqlite+aiosqlite:///{home / 'bangban.sqlite3'}"
        target = settings.model_copy(update={"home": home, "database_url": url})
        said = await asyncio.to_thread(restore, target, file, force=False)
        assert said == files_elsewhere(settings) == f"s3://files/{settings.s3_prefix}"

    @on_sqlite
    async def test_files_of_a_folder_are_restored_into_it(
        self, settings: Settings, database: object, tmp_path: Path
    ) -> None:
        key, file, home = new_id(), tmp_path / "b.tar.gz", tmp_path / "again"
        local = settings.model_copy(update={"file_store": "local"})
        for name in (key, small_of(key)):
            await open_store(local, "conversations").save(name, name.encode())
        await asyncio.to_thread(backup, local, file)
        url = f"sqlite+aiosqlite:///{home / 'bangban.sqlite3'}"
        target = settings.model_copy(update={"home": home, "database_url": url})
        assert await asyncio.to_thread(restore, target, file, force=False) == ""
        assert await open_store(settings, "conversations").keys() == {key, small_of(key)}


class TestObjectStoreDown:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        away = Settings(_env_file=None, **s3_values(f"http://127.0.0.1:{free_port()}"))  # type: ignore[arg-type]
        return settings.model_copy(update=away.model_dump(include={*s3_values("")}))

    @on_sqlite
    async def test_an_upload_is_refused_and_the_conversation_goes_on(
        self, site: Site, citizen: VisitorClient
    ) -> None:
        answer = await send_file(site, citizen.token)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
        async with site.container.uows.read() as session:
            assert await session.scalar(select(Attachment.id)) is None
        await citizen.say("你好")
        await citizen.hear_text("您说：你好")
        found = await said_of(site.container.settings, "附件")
        assert found["ok"] is False
        assert "BANGBAN_S3" in str(found["advice"])


class TestScanner:
    @pytest.fixture
    async def clamd(self, settings: Settings) -> AsyncIterator[None]:
        server = await asyncio.start_server(FakeClamd().serve, "127.0.0.1", 0)
        settings.clamd = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield

    @on_sqlite
    async def test_a_virus_is_refused_wherever_it_comes_from_and_nothing_is_kept(
        self, clamd: None, site: Site, citizen: VisitorClient
    ) -> None:
        infected = PDF + EICAR
        answer = await send_file(site, citizen.token, infected)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "file_infected")
        with pytest.raises(Exception, match="病毒"):
            await site.container.knowledge.attachments.keep("a.pdf", infected, actor="test")
        assert await nothing_is_kept(site)
        await kept(site, citizen)
        assert (await said_of(site.container.settings, "病毒扫描"))["found"] == "ClamAV 1.4.3/27400"


class TestScannerDown:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"clamd": f"tcp://127.0.0.1:{free_port()}"})

    @on_sqlite
    async def test_nothing_is_taken_unchecked(self, site: Site, citizen: VisitorClient) -> None:
        answer = await send_file(site, citizen.token)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "scanner_unavailable")
        assert await nothing_is_kept(site)
        found = await said_of(site.container.settings, "病毒扫描")
        assert found["ok"] is False


async def test_a_wrong_address_of_the_scanner_is_said_by_the_doctor(tmp_path: Path) -> None:
    wrong = Settings(_env_file=None, home=tmp_path, clamd="clamav:3310")  # type: ignore[call-arg]
    found = await said_of(wrong, "病毒扫描")
    assert found["ok"] is False
    assert "BANGBAN_CLAMD" in str(found["found"])
