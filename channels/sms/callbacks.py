"""Where providers report to: deliveries, and texts people send back.

The HTTP gateway signs. Aliyun and Tencent Cloud do not sign their pushes; what proves them is the long random part
of the address, which only they and the console's page of settings know.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from channels.sms.signing import gateway_signature
from core.auth.http import require
from core.auth.permissions import Permission
from core.clock import Clock
from core.errors import InvalidInput, NotFound, PermissionDenied
from core.sms.reports import Inbound, Report, Reports
from core.sms.sealing import Sealer

# A gateway's clock may be so far off; older pushes are somebody's recording.
CLOCKS_APART = timedelta(minutes=5)
MOST = 1000
Token = Annotated[str, Path(pattern=r"^[0-9a-f]{40}$")]
Text = Annotated[str, Field(max_length=4000)]
Short = Annotated[str, Field(max_length=256)]


class CallbackRefused(PermissionDenied):
    code, default_message = "callback_refused", "签名不对，或时间相差太多。"


class _Push(BaseModel):
    """Fields we do not need are passed over: providers add some from time to time."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)


class _AliyunItem(_Push):
    """SmsReport, or SmsUp where there is a `content`."""

    phone_number: Short
    success: bool = False
    err_code: Short = ""
    biz_id: Short = ""
    out_id: Short = ""
    content: Text | None = None
    sequence_id: Short = ""
    send_time: Short = ""


class _TencentReport(_Push):
    report_status: Short
    errmsg: Short = ""
    sid: Short


class _TencentReply(_Push):
    mobile: Short
    text: Text
    time: int


class _GatewayReport(_Push):
    id: Short
    key: Short = ""
    delivered: bool
    code: Short = ""


class _GatewayInbound(_Push):
    id: Short
    phone: Short
    text: Text


class _GatewayPush(_Push):
    reports: list[_GatewayReport] = Field(default=[], max_length=MOST)
    inbound: list[_GatewayInbound] = Field(default=[], max_length=MOST)


_ALIYUN: TypeAdapter[list[_AliyunItem]] = TypeAdapter(
    Annotated[list[_AliyunItem], Field(max_length=MOST)]
)
_TENCENT: TypeAdapter[Any] = TypeAdapter(
    Annotated[list[_TencentReport], Field(max_length=MOST)] | _TencentReply | _TencentReport
)
_GATEWAY = TypeAdapter(_GatewayPush)


def build_callbacks(
    *, reports: Reports, sealer: Sealer, gateway_key: str, clock: Clock
) -> APIRouter:
    router = APIRouter(prefix="/channels/sms", dependencies=[Depends(require(Permission.PUBLIC))])

    def prove(provider: str, token: str) -> None:
        if not hmac.compare_digest(sealer.callback(provider), token):
            raise NotFound(what="callback")

    @router.post("/aliyun/{token}", operation_id="sms_push_of_aliyun")
    async def aliyun(token: Token, request: Request) -> JSONResponse:
        prove("aliyun", token)
        items = _read(_ALIYUN, await request.body())
        told = [
            Report(each.biz_id, each.out_id, each.success, each.err_code)
            for each in items
            if each.content is None
        ]
        said = [
            Inbound(each.sequence_id, each.phone_number, each.content)
            for each in items
            if each.content is not None
        ]
        await reports.take("aliyun", told, said)
        return JSONResponse({"code": 0, "msg": "接收成功"})

    @router.post("/tencent/{token}", operation_id="sms_push_of_tencent")
    async def tencent(token: Token, request: Request) -> JSONResponse:
        prove("tencent", token)
        pushed = _read(_TENCENT, await request.body())
        if isinstance(pushed, _TencentReply):
            # A reply has no number of its own.
            same = sealer.mark(f"{pushed.mobile}/{pushed.time}/{pushed.text}")
            await reports.take("tencent", [], [Inbound(same, pushed.mobile, pushed.text)])
        else:
            several = pushed if isinstance(pushed, list) else [pushed]
            await reports.take("tencent", _of_tencent(several), [])
        return JSONResponse({"result": 0, "errmsg": "OK"})

    @router.post("/http", operation_id="sms_push_of_gateway")
    async def gateway(
        request: Request,
        x_sms_timestamp: Annotated[str, Header(pattern=r"^[0-9]{1,12}$")],
        x_sms_nonce: Annotated[str, Header(pattern=r"^[0-9A-Za-z_-]{8,64}$")],
        x_sms_signature: Annotated[str, Header(pattern=r"^[0-9a-f]{64}$")],
    ) -> dict[str, bool]:
        body = await request.body()
        right = gateway_signature(
            gateway_key, timestamp=x_sms_timestamp, nonce=x_sms_nonce, body=body
        )
        apart = abs(clock.now().timestamp() - int(x_sms_timestamp))
        # A repeat within the time changes nothing: reports are settled once.
        late = apart > CLOCKS_APART.total_seconds()
        if not gateway_key or late or not hmac.compare_digest(right, x_sms_signature):
            raise CallbackRefused()
        pushed = _read(_GATEWAY, body)
        told = [Report(each.id, each.key, each.delivered, each.code) for each in pushed.reports]
        said = [Inbound(each.id, each.phone, each.text) for each in pushed.inbound]
        await reports.take("http", told, said)
        return {"ok": True}

    return router


def _of_tencent(pushed: Sequence[_TencentReport]) -> list[Report]:
    return [Report(each.sid, "", each.report_status == "SUCCESS", each.errmsg) for each in pushed]


def _read(shape: TypeAdapter[Any], body: bytes) -> Any:
    try:
        return shape.validate_python(json.loads(body))
    except (ValidationError, ValueError, RecursionError):
        # Without the cause: it would quote what people wrote.
        raise InvalidInput("推送的内容看不懂。") from None
