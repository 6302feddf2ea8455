"""Pictures and documents over HTTP: hostile ones refused, kept ones served as what they are to whom they are for."""

from __future__ import annotations

import pytest

from app.main import MAX_BODY_BYTES
from core.filetypes import MAX_FILE_BYTES
from tests.integration.app.editing import Editor, content
from tests.integration.app.site import Site
from tests.unit.core.test_filetypes import SVG, claims, picture, with_place

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_photo_is_kept_without_its_place_and_served_as_what_it_is(
    site: Site, wang: Editor, li: Editor, stranger: Editor
) -> None:
    answer = await wang.upload(with_place(), "../照片 一.JPG")
    assert answer.status_code == 201
    kept = answer.json()
    assert (kept["name"], kept["media_type"]) == ("照片 一.jpg", "image/jpeg")
    path = kept["url"].removeprefix("/api/v1/knowledge")
    assert (await stranger.send("GET", path)).status_code == 404
    answer = await wang.send("GET", path)
    assert b"maker" not in answer.content
    assert len(answer.content) == kept["size"] == int(answer.headers["content-length"])
    same = {**wang.headers, "if-none-match": answer.headers["etag"]}
    assert (await site.http.get(kept["url"], headers=same)).status_code == 304
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"] == (
        "inline; filename=\"file.jpg\"; filename*=UTF-8''%E7%85%A7%E7%89%87%20%E4%B8%80.jpg"
    )
    article = await wang.create(attachments=[kept["id"]])
    assert article["attachments"] == [kept]
    version = f"/versions/{article['versions'][0]['id']}"
    await wang.do("POST", f"{version}/submit", {})
    await li.do("POST", f"{version}/publish")
    answer = await stranger.send("GET", path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, max-age=3600")


async def test_a_document_is_downloaded_and_never_shown_in_the_page(wang: Editor) -> None:
    kept = (await wang.upload(b"%PDF-1.7 <script>", "a.html")).json()
    answer = await wang.send("GET", kept["url"].removeprefix("/api/v1/knowledge"))
    assert kept["name"] == "a.html.pdf"
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment;")


async def test_a_hostile_upload_is_refused(wang: Editor) -> None:
    for data, status, code in (
        (SVG, 422, "file_refused"),
        (b"<html><script>alert(1)</script>", 422, "file_refused"),
        (claims(50_000, 50_000), 422, "file_refused"),
        (b"", 422, "file_empty"),
        (b"%PDF-" + bytes(MAX_FILE_BYTES), 413, "file_too_large"),
        (b"%PDF-" + bytes(MAX_FILE_BYTES + 100_000), 413, "body_too_large"),
    ):
        answer = await wang.upload(data)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_a_form_without_the_file_is_refused(wang: Editor) -> None:
    for options in (
        {"json": {"file": "x"}},
        {"files": {"other": ("a.png", picture("PNG"))}},
        {"data": {"file": "text"}},
        {"content": b"--x\r\n", "headers": None},
    ):
        options.pop("headers", None)
        answer = await wang.send("POST", "/attachments", **options)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_input")


async def test_only_the_upload_takes_a_large_body(wang: Editor) -> None:
    large = {"content": content(answer_md="x" * (MAX_BODY_BYTES + 1))}
    assert (await wang.refusal("POST", "/articles", large))[:2] == (413, "body_too_large")
    assert (await wang.upload(b"%PDF-" + bytes(MAX_BODY_BYTES * 2))).status_code == 201
