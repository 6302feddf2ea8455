"""A phone that loses its net in the middle of an upload is no fault of ours: nothing is logged as one."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from fastapi import FastAPI, Request

from app import http_errors
from app.middleware import BodyLimit
from core.uploads import stream_upload

HEAD = b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
SCOPE = {
    "type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"",
    "headers": [(b"content-type", b"multipart/form-data; boundary=b")], "root_path": "", "scheme": "http",
}  # fmt: skip


async def statuses(limit: int) -> list[int]:
    """What is answered to an upload that is cut after its first 1,000 bytes."""
    app = FastAPI()
    http_errors.install(app)

    @app.post("/")
    async def upload(request: Request) -> None:
        async with stream_upload(request, max_bytes=10_000):
            pytest.fail("the file is not whole")

    incoming = [{"type": "http.request", "body": HEAD + bytes(1000), "more_body": True}]
    answered: list[int] = []

    async def receive() -> dict[str, Any]:
        return incoming.pop() if incoming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    await BodyLimit(app, limit=limit)(dict(SCOPE), receive, send)
    return answered


async def test_an_upload_that_is_cut_is_not_logged_as_a_fault(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await statuses(limit=5000) == [400]
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


async def test_one_that_we_cut_is_told_that_it_is_too_large(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await statuses(limit=500) == [413]
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []
