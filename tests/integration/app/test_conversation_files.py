"""Files of conversations over HTTP and sockets: who may send them, who may open them, what is refused."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from core.auth.permissions import Role
from core.clock import FixedClock
from core.configs import put_config
from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.service import Attachments
from core.conversation.attachments.settings import (
    CONFIG_NAME,
    MAX_FILE_MB,
    ExchangeSettings,
    InboxExchange,
)
from core.conversation.models import Message
from core.ids import new_id
from core.unit_of_work import UnitOfWorkFactory
from tests.integration.app.clients import AgentClient, VisitorClient
from tests.integration.app.site import Site, on_sqlite
from tests.unit.core.test_filetypes import SVG, claims, with_place
from tests.unit.core.test_media import PDF, webm

MB = 1024 * 1024
# What the kind of database does not touch.


class Served:
    """An agent who serves a citizen, with doors to both."""

    def __init__(self, site: Site, desk: AgentClient, citizen: VisitorClient, token: str) -> None:
        self.site, self.desk, self.citizen = site, desk, citizen
        self.headers = {"authorization": f"Bearer {token}"}
        self.id = ""

    async def upload(
        self, data: bytes, name: str = "a.pdf", kind: str = "application/pdf", **more: Any
    ) -> httpx.Response:
        return await self.site.http.post(
            f"/api/v1/conversations/{more.pop('to', self.id)}/attachments",
            files={"file": (name, data, kind)}, headers=self.headers, data=more,
        )  # fmt: skip

    async def kept(self, data: bytes, *about: str, **more: Any) -> dict[str, Any]:
        answer = await self.upload(data, *about, **more)
        assert answer.status_code == 201, answer.text
        content: dict[str, Any] = answer.json()
        return content

    async def send(self, content: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The acknowledgement of a message that names the file."""
        named = {"type": content["type"], "attachment_id": content["attachment_id"]}
        payload = {"conversation_id": self.id, "client_msg_id": new_id(), "content": named, **more}
        return await self.desk.ack("send_message", payload)

    async def shown_to_citizen(self) -> dict[str, Any]:
        """The file's content as the citizen's window gets it."""
        message = await self.citizen.hear(
            "message.created", lambda m: m["content"]["type"] not in ("text", "activity")
        )
        content: dict[str, Any] = message["content"]
        return content


@pytest.fixture
async def served(site: Site) -> AsyncIterator[Served]:
    async with site.agent("wang") as desk, site.visitor() as citizen:
        served = Served(site, desk, citizen, await site.log_in("wang"))
        served.id = (await citizen.say("转人工"))["conversation_id"]
        await citizen.call("request_handoff")
        await desk.ack("claim_conversation", {"conversation_id": served.id})
        yield served


async def test_a_picture_reaches_the_citizen_clean_and_opens_without_a_login(
    served: Served,
) -> None:
    content = await served.kept(with_place(), "../../照片 一.JPG", "image/jpeg")
    assert content["name"] == "照片 一.jpg"
    sent = await served.send({**content, "name": "other"})
    assert sent["data"]["content"] == content
    shown = await served.shown_to_citizen()
    assert {**shown, "url": ""} == {**content, "url": ""}
    answer = await served.site.http.get(shown["url"])
    assert answer.status_code == 200
    assert b"maker" not in answer.content
    assert len(answer.content) == content["size"]
    for name, value in {
        "content-type": "image/jpeg",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "referrer-policy": "no-referrer",
    }.items():
        assert answer.headers[name] == value
    assert answer.headers["content-disposition"].startswith("inline;")
    # What the citizen reads again later holds a key as well.
    (again,) = [m for m in await served.citizen.thread() if m["content"]["type"] == "image"]
    assert "?key=" in again["content"]["url"]


@on_sqlite
async def test_without_the_key_only_who_may_read_along_opens_it(served: Served) -> None:
    site = served.site
    content = await served.kept(PDF, "证13812345678.pdf")
    await served.send(content)
    assert (await site.http.get(content["url"])).status_code == 401
    answer = await site.http.get(content["url"], headers=served.headers)
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "13812345678" not in answer.headers["content-disposition"]
    await site.add_account("zhao")
    stranger = {"authorization": f"Bearer {await site.log_in('zhao')}"}
    assert (await site.http.get(content["url"], headers=stranger)).status_code == 404
    await site.add_account("bian", Role.EDITOR)
    editor = {"authorization": f"Bearer {await site.log_in('bian')}"}
    assert (await site.http.get(content["url"], headers=editor)).status_code == 404
    to_strangers = await site.http.post(
        f"/api/v1/conversations/{served.id}/attachments",
        files={"file": ("a.pdf", PDF)}, headers=stranger,
    )  # fmt: skip
    assert to_strangers.status_code == 404


@on_sqlite
async def test_a_key_opens_its_own_file_in_its_own_conversation_until_its_time(
    served: Served,
) -> None:
    http = served.site.http
    one, other = await served.kept(PDF), await served.kept(PDF + b"2")
    await served.send(one)
    address = (await served.shown_to_citizen())["url"]
    key = address.partition("?key=")[2]
    elsewhere = re.sub(r"conversations/[^/]+", f"conversations/{new_id()}", address)
    for wrong in (f"{other['url']}?key={key}", elsewhere, f"{address}x", f"{one['url']}?key=."):
        assert (await http.get(wrong)).status_code == 404, wrong
    past = FixedClock(datetime.now(UTC) - timedelta(hours=14))
    expired = FileLinks(served.site.container.settings.load_secret_key(), past)
    answer = await http.get(f"{one['url']}?key={expired.key(served.id, one['attachment_id'])}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "link_expired")


@on_sqlite
async def test_what_lies_or_harms_is_refused(served: Served) -> None:
    for data, name, kind, status, code in (
        (PDF, "a.png", "image/png", 422, "file_refused"),
        (b"MZ" + b"\0" * 99, "a.pdf", "application/pdf", 422, "file_refused"),
        (SVG, "a.svg", "image/svg+xml", 422, "file_refused"),
        (claims(50_000, 50_000), "a.png", "image/png", 422, "file_refused"),
        (b"", "a.pdf", "application/pdf", 422, "file_empty"),
        (PDF + bytes(MAX_FILE_MB * MB), "a.pdf", "application/pdf", 413, "file_too_large"),
        (PDF + bytes(MAX_FILE_MB * MB + 100_000), "a.pdf", "application/pdf", 413, "body_too_large"),
    ):  # fmt: skip
        answer = await served.upload(data, name, kind)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), name
    assert (await served.upload(PDF, to=new_id())).status_code == 404
    async with served.site.container.uows.read() as session:
        assert await session.scalar(select(func.count()).select_from(Attachment)) == 0


async def test_a_file_goes_out_once_by_its_uploader_in_its_conversation(served: Served) -> None:
    content = await served.kept(PDF)
    for wrong in (
        {**content, "type": "image"},
        {**content, "attachment_id": new_id()},
    ):
        assert (await served.send(wrong))["error"]["code"] == "attachment_unknown"
    whole = {"conversation_id": served.id, "client_msg_id": new_id(), "content": content}
    assert await served.desk.refusal("send_message", whole) == "invalid_input"
    async with served.site.visitor() as second:
        theirs = (await second.say("转人工"))["conversation_id"]
        await second.call("request_handoff")
        await served.desk.ack("claim_conversation", {"conversation_id": theirs})
        refused = await served.send(content, conversation_id=theirs)
        assert refused["error"]["code"] == "attachment_unknown"
    key = new_id()
    assert (await served.send(content, client_msg_id=key))["ok"]
    assert (await served.send(content, client_msg_id=key))["ok"]  # a repeat is the same message
    assert (await served.send(content))["error"]["code"] == "attachment_unknown"


@on_sqlite
async def test_an_inboxs_own_limits_hold(served: Served) -> None:
    limits = InboxExchange(kinds=["file"], max_mb=1, most_files=2)
    async with served.site.container.uows.write() as uow:
        await put_config(uow, CONFIG_NAME, ExchangeSettings(inboxes={"web": limits}), "test")
    large = await served.upload(PDF + bytes(MB))
    assert large.json()["error"]["details"]["limit"] == MB
    voice = await served.upload(webm(b"A_OPUS"), "a.webm", "audio/webm")
    assert voice.json()["error"]["details"]["reason"] == "kind_not_allowed"
    await served.kept(PDF)
    await served.kept(PDF)
    assert (await served.upload(PDF)).json()["error"]["code"] == "too_many_files"


async def test_a_recalled_file_opens_for_nobody_but_those_who_supervise(served: Served) -> None:
    http = served.site.http
    content = await served.kept(PDF)
    message = (await served.send(content))["data"]
    address = (await served.shown_to_citizen())["url"]
    where = {"conversation_id": served.id, "message_id": message["id"]}
    await served.desk.call("recall_message", **where)
    assert (await http.get(address)).json()["error"]["code"] == "file_recalled"
    assert (await http.get(content["url"], headers=served.headers)).status_code == 410
    await served.site.add_account("chief", Role.SUPERVISOR)
    chief = {"authorization": f"Bearer {await served.site.log_in('chief')}"}
    look = f"/api/v1/conversations/{served.id}/messages/{message['id']}/recalled"
    assert (await http.get(look, headers=chief)).json() == content
    assert (await http.get(content["url"], headers=chief)).content == PDF
    assert (await http.get(look, headers=served.headers)).status_code == 403


@on_sqlite
async def test_an_upload_that_is_cut_off_leaves_nothing(served: Served) -> None:
    head = (
        f"POST /api/v1/conversations/{served.id}/attachments HTTP/1.1\r\nhost: x\r\n"
        f"authorization: {served.headers['authorization']}\r\ncontent-length: 5000000\r\n"
        "content-type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-'
    )
    port = served.site.container.settings.port
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.encode() + bytes(2 * MB))
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await served.kept(PDF)  # the server goes on
    container = served.site.container
    async with container.uows.read() as session:
        rows = list(await session.scalars(select(Attachment.id)))
    assert await container.files.attachments._files.keys() == set(rows)
    assert len(rows) == 1


async def test_what_nobody_sent_is_gone_after_a_day(served: Served) -> None:
    sent, unsent = await served.kept(PDF), await served.kept(PDF)
    await served.send(sent)
    container = served.site.container
    files = container.files.attachments._files
    assert await container.files.attachments.sweep() == 0
    long_ago = datetime.now(UTC) - timedelta(days=2)
    async with container.uows.write() as uow:
        await uow.session.execute(update(Attachment).values(created_at=long_ago))
    in_two_days = FixedClock(datetime.now(UTC) + timedelta(days=2))
    later = Attachments(UnitOfWorkFactory(container.database, in_two_days), files)
    assert await later.sweep() == 1
    assert await files.keys() == {sent["attachment_id"]}
    assert (await served.site.http.get(unsent["url"], headers=served.headers)).status_code == 404


@on_sqlite
async def test_a_private_file_is_not_shown_to_the_citizen(served: Served) -> None:
    content = await served.kept(PDF)
    assert (await served.send(content, private=True))["ok"]
    await served.desk.say(served.id, "好了")
    await served.citizen.hear_text("好了")
    assert not any(m["content"]["type"] == "file" for m in await served.citizen.thread())
    async with served.site.container.uows.read() as session:
        stored = await session.scalar(
            select(Message.private).where(Message.conversation_id == served.id, Message.private)
        )
    assert stored is True
