"""Stand-ins of Aliyun's and Tencent Cloud's SMS APIs that check signatures, written from the published algorithms.

They share nothing with channels/sms: what is signed is taken from the bytes that arrived.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

KEY_ID, SECRET = "LTAI5tExample", "secret-of-the-example"
Answer = Callable[[str, dict[str, Any]], Any]


@dataclass
class Cloud:
    """`answer(action, params)` gives the body; `seen` holds the calls whose signature was right."""

    answer: Answer
    at: datetime
    status: int = 200
    seen: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _nonces: set[str] = field(default_factory=set)

    def aliyun(self) -> FastAPI:
        app = FastAPI()

        @app.post("/")
        async def call(request: Request) -> Response:
            wrong = self._wrong_at_aliyun(request, await request.body())
            if wrong:
                return JSONResponse({"Code": wrong, "Message": wrong, "RequestId": "1"}, 400)
            params = dict(parse_qsl(request.url.query, keep_blank_values=True))
            return self._given(request.headers["x-acs-action"], params)

        return app

    def tencent(self) -> FastAPI:
        app = FastAPI()

        @app.post("/")
        async def call(request: Request) -> Response:
            body = await request.body()
            wrong = self._wrong_at_tencent(request, body)
            if wrong:
                error = {"Code": wrong, "Message": wrong}
                return JSONResponse({"Response": {"Error": error, "RequestId": "1"}})
            return self._given(request.headers["x-tc-action"], json.loads(body))

        return app

    def _given(self, action: str, params: dict[str, Any]) -> Response:
        self.seen.append((action, params))
        body = self.answer(action, params)
        if isinstance(body, str):
            return Response(body, self.status, media_type="text/html")
        return JSONResponse(body, self.status)

    def _wrong_at_aliyun(self, request: Request, body: bytes) -> str:
        headers = request.headers
        found = re.fullmatch(
            r"ACS3-HMAC-SHA256 Credential=(.+),SignedHeaders=(.+),Signature=([0-9a-f]{64})",
            headers.get("authorization", ""),
        )
        if found is None:
            return "IncompleteSignature"
        if found[1] != KEY_ID:
            return "InvalidAccessKeyId.NotFound"
        sent = datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs((sent - self.at).total_seconds()) > 15 * 60:
            return "InvalidTimeStamp.Expired"
        if headers["x-acs-signature-nonce"] in self._nonces:
            return "SignatureNonceUsed"
        self._nonces.add(headers["x-acs-signature-nonce"])
        names = found[2].split(";")
        needed = {"host", *(name for name in headers if name.startswith("x-acs-"))}
        if names != sorted(names) or not needed <= set(names):
            return "IncompleteSignature"
        digest = hashlib.sha256(body).hexdigest()
        if headers["x-acs-content-sha256"] != digest:
            return "SignatureDoesNotMatch"
        pairs = sorted(parse_qsl(request.url.query, keep_blank_values=True))
        query = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in pairs)
        canonical = f"POST\n/\n{query}\n"
        canonical += "".join(f"{name}:{headers[name].strip()}\n" for name in names)
        canonical += f"\n{found[2]}\n{digest}"
        text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
        right = hmac.new(SECRET.encode(), text.encode(), "sha256").hexdigest()
        return "" if right == found[3] else "SignatureDoesNotMatch"

    def _wrong_at_tencent(self, request: Request, body: bytes) -> str:
        headers = request.headers
        found = re.fullmatch(
            r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/(\w+)/tc3_request, "
            r"SignedHeaders=([^,]+), Signature=([0-9a-f]{64})",
            headers.get("authorization", ""),
        )
        if found is None:
            return "AuthFailure.InvalidAuthorization"
        key_id, day, service, names, signature = found.groups()
        if key_id != KEY_ID:
            return "AuthFailure.SecretIdNotFound"
        sent = datetime.fromtimestamp(int(headers["x-tc-timestamp"]), UTC)
        if abs((sent - self.at).total_seconds()) > 300 or f"{sent:%Y-%m-%d}" != day:
            return "AuthFailure.SignatureExpire"
        if service != "sms" or not {"content-type", "host"} <= set(names.split(";")):
            return "AuthFailure.SignatureFailure"
        values = {name: headers[name].strip() for name in names.split(";")}
        lines = "".join(f"{name}:{value.lower()}\n" for name, value in values.items())
        canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        text = "\n".join(
            [
                "TC3-HMAC-SHA256", headers["x-tc-timestamp"], f"{day}/{service}/tc3_request",
                hashlib.sha256(canonical.encode()).hexdigest(),
            ]
        )  # fmt: skip
        key = ("TC3" + SECRET).encode()
        for part in (day, service, "tc3_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        right = hmac.digest(key, text.encode(), "sha256").hex()
        return "" if right == signature else "AuthFailure.SignatureFailure"
