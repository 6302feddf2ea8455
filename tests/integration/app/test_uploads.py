"""The door by which citizens' files come in: who may use it, from which pages, how often; and what comes out again."""

from __future__ import annotations

import asyncio

import pytest

from core.conversation.attachments.models import Attachment
from core.conversation.models import Contact, Conversation
from core.settings import Settings
from tests.integration.app.clients import VisitorClient
from tests.integration.app.site import Site, on_sqlite
from tests.integration.app.uploads import PAGE, UPLOAD, kept, rows, send_file
from tests.unit.core.test_filetypes import SVG
from tests.unit.core.test_media import PDF, webm


@on_sqlite
async def test_who_has_no_token_of_this_inbox_uploads_nothing(
    site: Site, citizen: VisitorClient
) -> None:
    bare = await site.http.post(UPLOAD, params={"inbox": "web"}, files={"file": ("a.pdf", PDF)})
    assert (bare.status_code, bare.json()["error"]["code"]) == (401, "not_authenticated")
    for token, inbox in ((citizen.token + "x", "web"), (citizen.token, "other"), ("a.b", "web")):
        assert (await send_file(site, token, inbox=inbox)).status_code == 401
    assert await rows(site, Attachment) == 0


@on_sqlite
async def test_a_refused_file_opens_no_conversation(site: Site, citizen: VisitorClient) -> None:
    for data, name, kind, code in (
        (SVG, "a.svg", "image/svg+xml", "file_refused"),
        (PDF, "a.png", "image/png", "file_refused"),
        (b"", "a.pdf", "application/pdf", "file_empty"),
    ):
        refused = await send_file(site, citizen.token, data, name, kind)
        assert refused.json()["error"]["code"] == code
    no_form = await site.http.post(
        UPLOAD, params={"inbox": "web"}, content=b"{}",
        headers={"authorization": f"Bearer {citizen.token}", "content-type": "application/json"},
    )  # fmt: skip
    assert no_form.json()["error"]["code"] == "invalid_input"
    assert (await rows(site, Conversation), await rows(site, Contact)) == (0, 0)


@on_sqlite
async def test_pages_that_may_embed_may_upload_and_read_refusals(
    site: Site, citizen: VisitorClient
) -> None:
    asks = {
        "origin": PAGE, "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
    }  # fmt: skip
    preflight = await site.http.options(UPLOAD, params={"inbox": "web"}, headers=asks)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
    large = await send_file(site, citizen.token, PDF + bytes(21 * 1024 * 1024))
    assert (large.status_code, large.headers["access-control-allow-origin"]) == (413, "*")
    other = await site.http.get("/api/v1/auth/me", headers={"origin": PAGE})
    assert "access-control-allow-origin" not in other.headers


class TestAllowedOrigins:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"allowed_origins": [PAGE]})

    @on_sqlite
    async def test_only_listed_sites_are_let_in(self, site: Site) -> None:
        for origin, status in ((PAGE, 200), ("https://elsewhere.example", 400)):
            asks = {"origin": origin, "access-control-request-method": "POST"}
            answer = await site.http.options(UPLOAD, headers=asks)
            assert answer.status_code == status, origin


@on_sqlite
async def test_a_flood_of_one_citizen_is_told_to_wait(site: Site, citizen: VisitorClient) -> None:
    answers = [await send_file(site, citizen.token, b"") for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {422}
    assert answers[60].status_code == 429
    assert int(answers[60].headers["retry-after"]) > 0
    async with site.visitor() as another:
        await kept(site, another)


async def test_fifty_at_once_are_all_kept_or_clearly_refused(
    site: Site, citizen: VisitorClient
) -> None:
    answers = await asyncio.gather(*(send_file(site, citizen.token) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {201}
    ids = {answer.json()["attachment_id"] for answer in answers}
    assert await site.container.files.attachments._files.keys() == ids
    assert (await rows(site, Attachment), await rows(site, Conversation)) == (50, 1)


@on_sqlite
async def test_players_get_the_range_they_ask_for(site: Site, citizen: VisitorClient) -> None:
    data = webm(b"A_OPUS") * 2000
    content = await kept(site, citizen, data, "语音.webm", "audio/webm", seconds="7")
    assert (content["type"], content["seconds"]) == ("voice", 7)
    http, url = site.http, content["url"]
    for asked, status, expected in (
        ("bytes=0-", 200, data),
        ("bytes=100-199", 206, data[100:200]),
        ("bytes=100-", 206, data[100:]),
        ("bytes=-5", 206, data[-5:]),
        (f"bytes={len(data)}-", 416, b""),
        ("apples=1-2", 200, data),
    ):
        answer = await http.get(url, headers={"range": asked})
        assert (answer.status_code, answer.content == expected) == (status, True), asked
    head = await http.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(data))
    other = await http.get(url, headers={"range": "bytes=0-9", "if-range": '"another"'})
    assert (other.status_code, other.content) == (200, data)
    same = await http.get(url, headers={"range": "bytes=0-9", "if-range": head.headers["etag"]})
    assert (same.status_code, same.headers["content-range"]) == (206, f"bytes 0-9/{len(data)}")


@on_sqlite
async def test_no_length_is_believed_that_no_recording_has(
    site: Site, citizen: VisitorClient
) -> None:
    data = webm(b"A_OPUS")
    content = await kept(site, citizen, data, "语音.webm", "audio/webm", seconds="9" * 6000)
    assert "seconds" not in content
    content = await kept(site, citizen, data, "语音.webm", "audio/webm", seconds="90000")
    assert content["seconds"] == 600
