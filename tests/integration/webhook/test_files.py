"""Files of a portal's citizens: uploaded with a signed digest, fetched by address; those of agents to the portal."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from channels.webhook.fetching import Fetcher
from core.conversation.attachments.models import Attachment
from core.conversation.content import AttachedFile
from core.conversation.models import Conversation
from core.uploads import StreamedUpload
from core.webhooks.calling import Outside
from tests.integration.webhook.conftest import World, on_sqlite
from tests.integration.webhook.portal import code_of, served
from tests.unit.core.test_filetypes import with_place
from tests.unit.core.test_media import PDF

NAME = "files.portal.example"
PICTURE = with_place()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def sent(world: World, content: dict[str, Any], who: str = "u-1") -> dict[str, Any]:
    return (await world.sender.does("message", who=who, content=content))["message"]["content"]


async def count(world: World, table: type) -> int:
    async with world.uows.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_an_uploaded_file_is_shown_by_the_message_after_it(portal: World) -> None:
    up = await portal.sender.upload(PDF, "证明.pdf", "application/pdf", sha256=digest(PDF))
    assert up.status_code == 201, up.text
    file = up.json()["file"]
    assert (file["type"], file["name"], file["size"]) == ("file", "证明.pdf", len(PDF))
    assert "url" not in file
    shown = {"type": "file", "attachment_id": file["attachment_id"]}
    content = await sent(portal, shown)
    url = urlsplit(content["url"])
    assert url.netloc == "kf.example.gov.cn"
    opened = await portal.http.get(f"{url.path}?{url.query}")
    assert opened.content == PDF
    again = {"type": "message", "contact": {"id": "u-1"}, "content": shown}
    assert code_of(await portal.sender.post(again)) == "attachment_unknown"


@on_sqlite
async def test_another_file_than_was_signed_for_is_not_kept(portal: World) -> None:
    up = await portal.sender.upload(PDF, "a.pdf", "application/pdf", sha256=digest(b"other"))
    assert code_of(up) == "webhook_digest_mismatch"
    up = await portal.sender.upload(b"MZ\x90", "a.exe", "", sha256=digest(b"MZ\x90"))
    assert (up.status_code, code_of(up)) == (422, "file_refused")
    up = await portal.sender.upload(PDF, "a.pdf", "application/pdf", sha256="abc")
    assert code_of(up) == "invalid_input"
    assert [await count(portal, table) for table in (Attachment, Conversation)] == [0, 0]


@on_sqlite
async def test_a_signed_upload_serves_once(portal: World) -> None:
    target = f"/channels/webhook/portal/files?contact=u-1&sha256={digest(PDF)}"
    headers = portal.sender.signed(target.encode())
    files = {"file": ("a.pdf", PDF, "application/pdf")}
    first = await portal.http.post(target, files=files, headers=headers)
    again = await portal.http.post(target, files=files, headers=headers)
    other = await portal.http.post(target.replace("u-1", "u-2"), files=files, headers=headers)
    assert first.status_code == 201
    assert code_of(again) == "webhook_id_reused"
    assert code_of(other) == "webhook_signature_invalid"


@on_sqlite
async def test_nobody_sends_a_file_of_another_citizen(portal: World) -> None:
    up = await portal.sender.upload(PDF, "a.pdf", "application/pdf", sha256=digest(PDF))
    stolen = {"type": "file", "attachment_id": up.json()["file"]["attachment_id"]}
    event = {"type": "message", "contact": {"id": "u-2"}, "content": stolen}
    assert code_of(await portal.sender.post(event)) == "attachment_unknown"


async def test_a_picture_of_an_agent_reaches_the_portal_with_a_link_that_needs_no_login(
    portal: World, tmp_path: Path
) -> None:
    agent, conversation_id = await portal.serve()
    upload = StreamedUpload("图.jpg", "image/jpeg", len(PICTURE), BytesIO(PICTURE), {})
    kept = await portal.files.attachments.keep(
        conversation_id, upload, uploader_kind="agent", uploader_id=agent.account_id
    )
    await portal.people.talking.send_message(
        conversation_id, agent, AttachedFile(type="image", attachment_id=kept.attachment_id),
        client_msg_id="p",
    )  # fmt: skip
    await portal.settle()
    content = portal.receiver.events("message.created")[-1]["data"]["message"]["content"]
    url = urlsplit(content["url"])
    opened = await portal.http.get(f"{url.path}?{url.query}")
    assert (content["type"], opened.status_code) == ("image", 200)
    assert opened.headers["content-type"] == "image/jpeg"
    portal.clock.advance(timedelta(days=4))
    assert (await portal.http.get(f"{url.path}?{url.query}")).status_code == 410


# ---- by address ------------------------------------------------------------------------------------------------------


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for NAME that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate_file, key_file = folder / "cert.pem", folder / "key.pem"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )  # fmt: skip
    return certificate_file, key_file


@dataclass
class Host:
    """A portal's file server with TLS. `where`: what its names are said to lead to."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    where: dict[str, list[str]] = field(default_factory=lambda: {NAME: ["127.0.0.1"]})

    def url(self, path: str, host: str = NAME) -> str:
        return f"https://{host}:{self.port}/{path}"

    async def find(self, host: str, _port: int) -> list[str]:
        return self.where.get(host, [])

    async def answer(self, request: Request) -> Response:
        path = request.path_params["path"]
        self.asked.append(f"{request.headers['host'].partition(':')[0]}/{path}")
        if path.startswith("to/"):
            return RedirectResponse(request.query_params["url"], 302)
        if path == "circle":
            return RedirectResponse("/circle", 302)
        if path == "huge":

            async def huge() -> AsyncIterator[bytes]:
                for _ in range(21):
                    yield b"x" * 1024 * 1024

            return StreamingResponse(huge())
        kinds = {"a.pdf": PDF, "a.jpg": PICTURE, "empty": b"", "page.html": b"<html>"}
        return Response(kinds[path]) if path in kinds else Response(status_code=404)


@pytest.fixture
async def host(portal: World, tmp_path: Path) -> AsyncIterator[Host]:
    host = Host()
    async with _listening(host, *certificate(tmp_path)) as verify:
        outside = Outside(verify=verify, find=host.find)
        # 127.0.0.1 stands for the open internet here; every other address is judged as always.
        acting = portal.webhook.acting
        acting._fetcher = Fetcher(outside, permitted=lambda address: address == "127.0.0.1")
        yield host
        await outside.close()


@asynccontextmanager
async def _listening(
    host: Host, certificate_file: Path, key_file: Path
) -> AsyncIterator[ssl.SSLContext]:
    app = Starlette(routes=[Route("/{path:path}", host.answer)])
    tls = {"ssl_certfile": str(certificate_file), "ssl_keyfile": str(key_file)}
    async with served(app, **tls) as url:
        host.port = urlsplit(url).port or 0
        yield ssl.create_default_context(cafile=str(certificate_file))


def linked(url: str, kind: str = "file", **more: str) -> dict[str, Any]:
    return {
        "type": "message",
        "contact": {"id": "u-1"},
        "content": {"type": kind, "url": url, **more},
    }


@on_sqlite
async def test_a_file_is_fetched_by_its_address_once(portal: World, host: Host) -> None:
    content = await sent(portal, {"type": "file", "url": host.url("a.pdf")})
    assert (content["name"], content["size"]) == ("a.pdf", len(PDF))
    event = linked(host.url(f"to/x?url={host.url('a.jpg')}"), "image", name="照片.jpg")
    first = await portal.sender.post(event, id="evt-1")
    again = await portal.sender.post(event, id="evt-1")
    assert first.json()["message"]["content"]["name"] == "照片.jpg"
    assert again.json()["duplicate"] is True
    assert host.asked == [f"{NAME}/a.pdf", f"{NAME}/to/x", f"{NAME}/a.jpg"]


@on_sqlite
async def test_no_address_of_the_inside_is_called(portal: World, host: Host) -> None:
    host.where |= {
        "inside.example": ["10.0.0.8"], "mixed.example": ["127.0.0.1", "192.168.0.1"],
        "metadata.example": ["169.254.169.254"],
    }  # fmt: skip
    for url in (
        "https://169.254.169.254/latest/meta-data", "http://files.portal.example/a.pdf", "https://[::1]/a.pdf",
        host.url("a.pdf", "inside.example"), host.url("a.pdf", "mixed.example"),
        host.url(f"to/1?url={host.url('a.pdf', 'inside.example')}"), host.url("to/2?url=https://169.254.169.254/"),
        host.url("to/3?url=http://files.portal.example/a.pdf"), host.url("to/4?url=file:///etc/passwd"),
        host.url("a.pdf", "metadata.example"), "https://u:p@files.portal.example/a.pdf",
    ):  # fmt: skip
        response = await portal.sender.post(linked(url))
        assert (response.status_code, code_of(response)) == (422, "address_refused"), url
    assert {each.partition("/")[2][:2] for each in host.asked} == {"to"}
    assert await count(portal, Conversation) == 0


@on_sqlite
async def test_what_is_no_file_is_refused_and_nothing_is_opened(portal: World, host: Host) -> None:
    for path, kind, code in (
        ("missing", "file", "file_fetch_failed"), ("circle", "file", "file_fetch_failed"),
        ("empty", "file", "file_empty"), ("page.html", "file", "file_refused"),
        ("huge", "file", "file_too_large"),
    ):  # fmt: skip
        response = await portal.sender.post(linked(host.url(path), kind))
        assert code_of(response) == code, path
    assert (
        code_of(await portal.sender.post(linked("https://unknown.example/a"))) == "address_refused"
    )
    assert await count(portal, Conversation) == 0
    wrong = await portal.sender.post(linked(host.url("a.pdf"), "image"))
    assert code_of(wrong) == "file_refused"
    assert await count(portal, Attachment) == 0


@on_sqlite
async def test_a_certificate_of_another_name_is_not_believed(portal: World, host: Host) -> None:
    host.where["other.example"] = ["127.0.0.1"]
    response = await portal.sender.post(linked(host.url("a.pdf", "other.example")))
    assert code_of(response) == "file_fetch_failed"
    assert host.asked == []
