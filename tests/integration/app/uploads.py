"""What a citizen's window does to send a file."""

from __future__ import annotations

import io
from typing import Any

import httpx
from PIL import Image
from sqlalchemy import func, select

from core.ids import new_id
from tests.integration.app.clients import VisitorClient
from tests.integration.app.site import Site
from tests.unit.core.test_media import PDF

UPLOAD = "/api/v1/visitor/attachments"
PAGE = "https://www.example.gov.cn"


async def send_file(
    site: Site, token: str, data: bytes = PDF, name: str = "a.pdf", kind: str = "application/pdf",
    inbox: str = "web", **more: str,
) -> httpx.Response:  # fmt: skip
    return await site.http.post(
        UPLOAD, params={"inbox": inbox}, files={"file": (name, data, kind)}, data=more,
        headers={"authorization": f"Bearer {token}", "origin": PAGE},
    )  # fmt: skip


async def kept(site: Site, citizen: VisitorClient, *about: Any, **more: str) -> dict[str, Any]:
    answer = await send_file(site, citizen.token, *about, **more)
    assert answer.status_code == 201, answer.text
    content: dict[str, Any] = answer.json()
    return content


def named(content: dict[str, Any]) -> dict[str, Any]:
    return {"type": content["type"], "attachment_id": content["attachment_id"]}


async def show(citizen: VisitorClient, content: dict[str, Any], key: str = "") -> dict[str, Any]:
    """The acknowledgement of the message that shows the file."""
    payload = {"client_msg_id": key or new_id(), "content": named(content)}
    return await citizen.ack("send_message", payload)


def photo() -> bytes:
    """With noise in it, as a camera's: it does not pack well."""
    out = io.BytesIO()
    Image.effect_noise((900, 700), 80).convert("RGB").save(out, "JPEG")
    return out.getvalue()


async def rows(site: Site, table: type[Any]) -> int:
    async with site.container.uows.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0
