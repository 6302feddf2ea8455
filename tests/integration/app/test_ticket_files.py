"""Files of tickets over HTTP: who may upload, take up and open them, and what becomes of what nobody takes up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from core.auth.permissions import Role
from core.clock import FixedClock
from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.repository import AttachmentUnknown
from core.conversation.models import Conversation
from core.errors import NotFound
from core.ids import new_id
from handoff.tickets import access, files
from handoff.tickets.models import Ticket
from tests.integration.app.clients import AgentClient, Refused
from tests.integration.app.site import Site, on_sqlite
from tests.unit.core.test_filetypes import with_place
from tests.unit.core.test_media import PDF

pytestmark = on_sqlite


class Office:
    """A handler with a ticket in his hands, a colleague who has nothing to do with it, and a citizen."""

    def __init__(self, site: Site) -> None:
        self.site, self.uows = site, site.container.uows
        self.links = site.container.files.links
        self.ids: dict[str, str] = {}
        self.headers: dict[str, dict[str, str]] = {}

    async def add(self, login: str, role: Role = Role.HANDLER) -> None:
        self.ids[login] = await self.site.add_account(login, role)
        self.headers[login] = {"authorization": f"Bearer {await self.site.log_in(login)}"}

    async def ticket(self, number: str, **more: Any) -> str:
        """A ticket in the hands of li."""
        ticket_id = new_id()
        async with self.uows.write() as uow:
            now = uow.clock.now()
            uow.session.add(
                Ticket(
                    id=ticket_id, number=number, type="other", title="公积金没到账", status="open",
                    turn="person", source="agent", assignee_id=self.ids["li"], created_at=now, updated_at=now, **more,
                )
            )  # fmt: skip
            await uow.session.flush()
            await access.hand_to(uow, ticket_id, [self.ids["li"]])
        return ticket_id

    async def upload(self, login: str = "li", data: bytes = PDF, name: str = "a.pdf") -> Any:
        answer = await self.site.http.post(
            "/api/v1/tickets/files", files={"file": (name, data)}, headers=self.headers[login]
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def take_up(self, ticket_id: str, *file_ids: str, by: str = "li", **more: Any) -> None:
        async with self.uows.write() as uow:
            ticket = await uow.session.get_one(Ticket, ticket_id)
            await files.take_up(uow, ticket, file_ids, by=self.ids[by], **more)

    async def open(self, url: str, login: str | None = None) -> httpx.Response:
        return await self.site.http.get(url, headers=self.headers[login] if login else {})

    async def listed(self, ticket_id: str) -> list[files.TicketFileRead]:
        async with self.uows.read() as session:
            return await files.of_ticket(session, ticket_id)

    async def of_citizen(self, ticket_id: str) -> list[str]:
        async with self.uows.read() as session:
            return [each.url for each in await files.of_citizen(session, self.links, ticket_id)]


@pytest.fixture
async def office(site: Site) -> Office:
    office = Office(site)
    await office.add("li")
    await office.add("zhao")
    return office


async def test_whoever_sees_the_ticket_opens_its_files_and_nobody_else(office: Office) -> None:
    ticket = await office.ticket("GD20261123-0001")
    draft = await office.upload(data=with_place(), name="证13812345678.jpg")
    assert (await office.open(draft["url"], "li")).status_code == 200
    assert (await office.open(draft["url"], "zhao")).status_code == 404
    await office.take_up(ticket, draft["attachment_id"])
    assert (await office.open(draft["url"], "li")).status_code == 404  # it is the ticket's now
    (one,) = await office.listed(ticket)
    assert "13812345678" not in one.file.name + one.file.url
    answer = await office.open(one.file.url, "li")
    assert answer.status_code == 200
    assert b"maker" not in answer.content
    assert "13812345678" not in answer.headers["content-disposition"]
    assert (await office.open(one.file.url, "zhao")).status_code == 404
    assert (await office.open(one.file.url)).status_code == 401
    await office.add("bian", Role.EDITOR)
    assert (await office.open(one.file.url, "bian")).status_code == 404
    other = await office.ticket("GD20261123-0002")
    assert (await office.open(one.file.url.replace(ticket, other), "li")).status_code == 404
    assert await office.of_citizen(ticket) == []


async def test_the_citizen_opens_what_is_his_with_a_key_until_its_time(office: Office) -> None:
    ticket = await office.ticket("GD20261123-0001")
    for_all, inside = await office.upload(), await office.upload()
    await office.take_up(ticket, for_all["attachment_id"], for_citizen=True)
    await office.take_up(ticket, inside["attachment_id"])
    (url,) = await office.of_citizen(ticket)
    assert for_all["attachment_id"] in url
    assert (await office.open(url)).content == PDF
    assert (await office.open(f"{url}x")).status_code == 404
    key = url.partition("key=")[2]
    hidden = f"{files.folder_of(ticket)}/{inside['attachment_id']}/a.pdf?key={key}"
    assert (await office.open(hidden)).status_code == 404
    past = FixedClock(datetime.now(UTC) - timedelta(hours=14))
    old = FileLinks(office.site.container.settings.load_secret_key(), past)
    stale = old.key(ticket, for_all["attachment_id"])
    assert (await office.open(url.replace(key, stale))).status_code == 410


async def test_a_ticket_takes_up_ones_own_uploads_and_what_its_conversation_shows(
    office: Office,
) -> None:
    async with office.site.visitor() as citizen, office.site.visitor() as other:
        message = await citizen.say("你好")
        await other.say("你好")
        sent = await _uploaded_by(office, citizen)
        async with office.uows.read() as session:
            conversation = await session.get_one(Conversation, message["conversation_id"])
        ticket = await office.ticket("GD20261123-0001", conversation_id=conversation.id)
        # Not shown in the conversation yet: it is the citizen's alone.
        with pytest.raises(AttachmentUnknown):
            await office.take_up(ticket, sent)
        theirs = await _uploaded_by(office, other)
        async with office.uows.write() as uow:
            row = await uow.session.get_one(Ticket, ticket)
            contact = conversation.contact_id
            with pytest.raises(AttachmentUnknown):
                await files.take_up_from_citizen(uow, row, [theirs], contact_id=contact)
            await files.take_up_from_citizen(uow, row, [sent, sent], contact_id=contact)
            await files.take_up_from_citizen(uow, row, [sent], contact_id=contact)  # twice is once
        (url,) = await office.of_citizen(ticket)
        assert (await office.open(url)).status_code == 200
    mine = await office.upload("zhao")
    with pytest.raises(AttachmentUnknown):
        await office.take_up(ticket, mine["attachment_id"], by="li")
    with pytest.raises(AttachmentUnknown):
        await office.take_up(await office.ticket("GD20261123-0002"), sent)


async def _uploaded_by(office: Office, citizen: Any) -> str:
    answer = await office.site.http.post(
        "/api/v1/visitor/attachments", params={"inbox": "web"}, files={"file": ("a.pdf", PDF)},
        headers={"authorization": f"Bearer {citizen.token}"},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["attachment_id"]
    return found


async def test_what_a_field_names_belongs_to_the_ticket_and_the_citizen_sees_what_the_field_shows_him(
    office: Office,
) -> None:
    shown, beside, theirs = [await office.upload(who) for who in ("li", "li", "zhao")]
    body = {
        "type": "consultation",
        "title": "异地贷款",
        "fields": {"materials": [shown["attachment_id"]]},
    }
    taken = {**body, "fields": {"materials": [theirs["attachment_id"]]}}
    refused = await office.site.http.post(
        "/api/v1/tickets", json=taken, headers=office.headers["li"]
    )
    assert refused.json()["error"]["code"] == "attachment_unknown"
    both = {**body, "file_ids": [shown["attachment_id"], beside["attachment_id"]]}
    filed = await office.site.http.post("/api/v1/tickets", json=both, headers=office.headers["li"])
    assert filed.status_code == 201, filed.text
    kept = {each["file"]["attachment_id"]: each["by_citizen"] for each in filed.json()["files"]}
    assert kept == {shown["attachment_id"]: True, beside["attachment_id"]: False}
    (url,) = await office.of_citizen(filed.json()["id"])
    assert (await office.open(url)).status_code == 200


async def test_a_duplicates_files_go_on_and_what_is_forgotten_or_orphaned_is_swept(
    office: Office,
) -> None:
    attachments = office.site.container.files.attachments
    ticket, into = await office.ticket("GD20261123-0001"), await office.ticket("GD20261123-0002")
    kept, orphan = await office.upload(), await office.upload()
    await office.take_up(ticket, kept["attachment_id"])
    async with office.uows.write() as uow:
        await files.share(uow, ticket, into)
        await files.share(uow, ticket, into)
        old = uow.clock.now() - timedelta(days=2)
        await uow.session.execute(update(Attachment).values(created_at=old))
    assert [one.file.attachment_id for one in await office.listed(into)] == [kept["attachment_id"]]
    assert await attachments.sweep() == 1
    assert (await office.open(orphan["url"], "li")).status_code == 404
    async with office.uows.write() as uow:
        assert await files.forget(uow, ticket) == 1
    assert (await office.listed(ticket), await office.listed(into)) == ([], [])
    async with office.uows.read() as session:
        with pytest.raises(NotFound):
            await files.find(session, ticket, kept["attachment_id"])


async def test_a_handler_hears_of_tickets_and_of_no_conversation(office: Office) -> None:
    token = office.headers["li"]["authorization"].removeprefix("Bearer ")
    async with AgentClient(office.site.url, token) as handler, office.site.agent("wang") as desk:
        assert await handler.refusal("claim_next", {}) == "permission_denied"
        async with office.site.visitor() as citizen:
            await citizen.say("转人工")
            await citizen.call("request_handoff")
            await desk.hear("conversation.queued")
        wang = {"authorization": f"Bearer {await office.site.log_in('wang')}"}
        body = {"type": "other", "title": "公积金没到账", "description": "三个月没有到账"}
        filed = await office.site.http.post("/api/v1/tickets", json=body, headers=wang)
        assert filed.status_code == 201, filed.text
        await handler.hear("ticket.updated", lambda news: news["id"] == filed.json()["id"])
        others = ("presence.updated", "conversation.queued", "conversation.updated")
        assert [name for name in others if handler.heard(name)] == []
    await office.add("bian", Role.EDITOR)
    token = office.headers["bian"]["authorization"].removeprefix("Bearer ")
    with pytest.raises(Refused):
        async with AgentClient(office.site.url, token):
            pass
