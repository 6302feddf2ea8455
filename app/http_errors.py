"""The one mapping of errors to HTTP: `{"error": {"code", "message", "details"}}`."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from core.errors import BangbanError
from core.validation import reason

log = logging.getLogger(__name__)

_BY_STATUS = {
    400: ("invalid_input", "提交的内容不符合要求。"),
    404: ("not_found", "没有找到。"),
    405: ("method_not_allowed", "这个地址不支持这种请求方式。"),
    413: ("body_too_large", "提交的内容太大了。"),
}


def _response(
    status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    return JSONResponse({"error": body}, status_code=status, headers=headers)


def install(app: FastAPI) -> None:
    @app.exception_handler(BangbanError)
    async def named(_request: Request, error: BangbanError) -> JSONResponse:
        wait = error.details.get("retry_after")
        headers = {"retry-after": str(wait)} if wait is not None else None
        return _response(error.status, error.as_dict(), headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        # Which fields and what is wrong with them, never their values: they may be personal.
        fields = {
            ".".join(str(part) for part in item["loc"][1:]): item["type"] for item in error.errors()
        }
        reasons = {
            ".".join(str(part) for part in item["loc"][1:]): reason(item) for item in error.errors()
        }
        body = {
            "code": "invalid_input",
            "message": f"提交的内容不符合要求：{'；'.join(dict.fromkeys(reasons.values()))}。",
            "details": {"fields": fields, "reasons": reasons},
        }
        return _response(422, body)

    @app.exception_handler(HTTPException)
    async def http(_request: Request, error: HTTPException) -> JSONResponse:
        code, message = _BY_STATUS.get(error.status_code, ("http_error", "请求没有成功。"))
        body = {"code": code, "message": message, "details": {}}
        return _response(error.status_code, body, error.headers)

    @app.exception_handler(ClientDisconnect)
    async def cut(_request: Request, _error: ClientDisconnect) -> JSONResponse:
        # A phone without net in the middle of an upload: nobody hears this, and nothing is wrong here.
        code, message = _BY_STATUS[400]
        return _response(400, {"code": code, "message": message, "details": {}})

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return _response(500, BangbanError().as_dict())
