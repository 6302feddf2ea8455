"""An upload that never ends gives its place back, and its temporary file."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from core import uploads

HEAD = b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'


async def test_who_stops_sending_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "UPLOAD_SECONDS", 0.01)
    sent = [HEAD + bytes(200_000)]
    never = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not sent:
            await never.wait()
        return {"type": "http.request", "body": sent.pop(), "more_body": True}

    headers = [(b"content-type", b"multipart/form-data; boundary=b")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    with pytest.raises(uploads.UploadTooSlow):
        async with uploads.stream_upload(request, max_bytes=1_000_000):
            pytest.fail("the body has no end")
