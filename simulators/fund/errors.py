"""Refusals of the stand-in, in the form docs/business-api.yaml gives them."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

STATUSES = {
    "invalid_input": 422,
    "unauthorized": 401,
    "person_not_found": 404,
    "no_phone_on_file": 409,
    "code_wrong": 422,
    "code_expired": 410,
    "too_many_attempts": 429,
    "send_too_often": 429,
    "identity_expired": 401,
    "account_not_found": 404,
    "hall_not_found": 404,
    "slot_taken": 409,
    "already_booked": 409,
    "appointment_not_found": 404,
    "too_late": 409,
}


class Refused(Exception):
    """`more`: attempts_left, retry_after_seconds."""

    def __init__(self, code: str, **more: int) -> None:
        self.code, self.more = code, more
        super().__init__(code)

    def response(self) -> JSONResponse:
        error = {"code": self.code, "message": self.code.replace("_", " "), **self.more}
        return JSONResponse({"error": error}, STATUSES.get(self.code, 409))


def install(app: FastAPI) -> None:
    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> JSONResponse:
        return error.response()

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        # What is wrong with it is not told: the default answer quotes what was sent.
        return Refused("invalid_input").response()

    @app.exception_handler(HTTPException)
    async def unknown(request: Request, error: HTTPException) -> JSONResponse:
        body = {"error": {"code": "unknown_operation", "message": str(error.detail)}}
        return JSONResponse(body, error.status_code, headers=error.headers)
