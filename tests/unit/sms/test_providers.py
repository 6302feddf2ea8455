"""The clouds over real HTTP: what they are asked, what they answer, and what breaks on the way."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels.sms import aliyun, calls, gateway, tencent
from channels.sms.aliyun import AliyunSender
from channels.sms.tencent import TencentSender
from core.clock import FixedClock
from core.sms import ports
from core.sms.ports import SmsFailed
from core.sms.settings import SmsSettings
from core.sms.templates import TEMPLATES
from tests.clouds import KEY_ID, SECRET, Cloud
from tests.fund import Port

PHONE, CODE = "13812341234", {"code": "048213", "minutes": "5"}
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SETTINGS = SmsSettings.model_validate(
    {
        "sign_name": "示例市公积金",
        "templates": {name: f"10{i}" for i, name in enumerate(TEMPLATES)},
        "aliyun": {"access_key_id": KEY_ID},
        "tencent": {"secret_id": KEY_ID, "sdk_app_id": "1400006666"},
    }
)


@pytest.fixture(scope="module")
def port() -> Iterator[Port]:
    with Port().served() as port:
        yield port


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        yield client


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


class Providers:
    """Aliyun and Tencent, their stand-ins answering `body`."""

    def __init__(self, port: Port, http: httpx.AsyncClient, clock: FixedClock) -> None:
        self._port, self._http, self._clock = port, http, clock
        self.body: Any = None
        self.cloud = Cloud(lambda action, params: self.body, NOW)

    def sender(self, name: str, secret: str = SECRET) -> AliyunSender | TencentSender:
        self._port.app = self.cloud.aliyun() if name == "aliyun" else self.cloud.tencent()
        make = AliyunSender if name == "aliyun" else TencentSender
        return make(
            http=self._http, base_url=self._port.base, settings=SETTINGS, secret=secret, clock=self._clock
        )  # fmt: skip


@pytest.fixture
def providers(port: Port, http: httpx.AsyncClient, clock: FixedClock) -> Providers:
    return Providers(port, http, clock)


def refused(name: str, code: str) -> Any:
    """An answer of the cloud that says no."""
    if name == "aliyun":
        return {"Code": code, "Message": "m", "RequestId": "1"}
    if code.startswith(("AuthFailure", "Internal", "RequestLimit", "Unauthorized")):
        return {"Response": {"Error": {"Code": code, "Message": "m"}, "RequestId": "1"}}
    return {"Response": {"SendStatusSet": [{"Code": code, "SerialNo": ""}], "RequestId": "1"}}


async def test_aliyun_takes_a_signed_call(providers: Providers) -> None:
    providers.body = {
        "Code": "OK",
        "Message": "OK",
        "BizId": "9006197469364984^0",
        "RequestId": "1",
    }
    receipt = await providers.sender("aliyun").send(PHONE, "code", CODE, key="k-1")
    assert (receipt.provider, receipt.provider_id) == ("aliyun", "9006197469364984^0")
    [(action, asked)] = providers.cloud.seen
    assert action == "SendSms"
    assert json.loads(asked.pop("TemplateParam")) == CODE
    assert asked == {
        "PhoneNumbers": PHONE, "SignName": "示例市公积金", "TemplateCode": "100", "OutId": "k-1",
    }  # fmt: skip


async def test_tencent_takes_a_signed_call(providers: Providers) -> None:
    taken = {
        "SerialNo": "5000:1045710669157053657849499619",
        "PhoneNumber": f"+86{PHONE}",
        "Code": "Ok",
    }
    providers.body = {"Response": {"SendStatusSet": [taken], "RequestId": "1"}}
    receipt = await providers.sender("tencent").send(PHONE, "code", CODE, key="k-1")
    assert (receipt.provider, receipt.provider_id) == ("tencent", taken["SerialNo"])
    [(action, asked)] = providers.cloud.seen
    assert (action, asked) == (
        "SendSms",
        {
            "PhoneNumberSet": [f"+86{PHONE}"], "SmsSdkAppId": "1400006666", "SignName": "示例市公积金",
            "TemplateId": "100", "TemplateParamSet": ["048213", "5"], "SessionContext": "k-1",
        },
    )  # fmt: skip


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
async def test_a_wrong_secret_or_a_clock_that_is_off_is_named(
    providers: Providers, clock: FixedClock, name: str
) -> None:
    with pytest.raises(ports.SmsCredentials):
        await providers.sender(name, "another-secret").send(PHONE, "code", CODE, key="k")
    clock.advance(timedelta(minutes=20))
    with pytest.raises(ports.SmsCredentials):
        await providers.sender(name).send(PHONE, "code", CODE, key="k")
    assert providers.cloud.seen == []


@pytest.mark.parametrize(
    ("name", "code", "error"),
    [
        ("aliyun", "isv.BUSINESS_LIMIT_CONTROL", ports.SmsBusy),
        ("aliyun", "Throttling.User", ports.SmsBusy),
        ("aliyun", "isv.MOBILE_NUMBER_ILLEGAL", ports.SmsNumberInvalid),
        ("aliyun", "isv.AMOUNT_NOT_ENOUGH", ports.SmsBalance),
        ("aliyun", "isv.SMS_TEMPLATE_ILLEGAL", ports.SmsTemplateInvalid),
        ("aliyun", "isv.TEMPLATE_MISSING_PARAMETERS", ports.SmsTemplateInvalid),
        ("aliyun", "isv.SMS_SIGNATURE_ILLEGAL", ports.SmsSignInvalid),
        ("aliyun", "isv.BLACK_KEY_CONTROL_LIMIT", ports.SmsContentRefused),
        ("aliyun", "isp.RAM_PERMISSION_DENY", ports.SmsCredentials),
        ("aliyun", "isp.SYSTEM_ERROR", ports.SmsProviderFault),
        ("aliyun", "what.nobody.knows", ports.SmsProviderFault),
        ("tencent", "LimitExceeded.PhoneNumberThirtySecondLimit", ports.SmsBusy),
        ("tencent", "RequestLimitExceeded", ports.SmsBusy),
        ("tencent", "InvalidParameterValue.IncorrectPhoneNumber", ports.SmsNumberInvalid),
        ("tencent", "FailedOperation.PhoneNumberInBlacklist", ports.SmsNumberBlocked),
        ("tencent", "FailedOperation.InsufficientBalanceInSmsPackage", ports.SmsBalance),
        ("tencent", "FailedOperation.TemplateIncorrectOrUnapproved", ports.SmsTemplateInvalid),
        ("tencent", "FailedOperation.SignatureIncorrectOrUnapproved", ports.SmsSignInvalid),
        ("tencent", "FailedOperation.ContainSensitiveWord", ports.SmsContentRefused),
        ("tencent", "UnauthorizedOperation.RequestIpNotInWhitelist", ports.SmsCredentials),
        ("tencent", "InternalError.Timeout", ports.SmsProviderFault),
    ],
)
async def test_a_providers_refusal_becomes_ours(
    providers: Providers, name: str, code: str, error: type[SmsFailed]
) -> None:
    providers.body = refused(name, code)
    with pytest.raises(SmsFailed) as failed:
        await providers.sender(name).send(PHONE, "code", CODE, key="k")
    assert type(failed.value) is error
    assert failed.value.details == {"provider_code": code}


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, "<html>maintenance</html>", ports.SmsNonsense),
        (503, "<html>bad gateway</html>", ports.SmsProviderFault),
        (302, "", ports.SmsNonsense),
        (200, {"Code": "OK", "Response": {"SendStatusSet": []}}, ports.SmsNonsense),
        (200, {"Code": 200, "Response": "x"}, ports.SmsNonsense),
        (200, ["OK"], ports.SmsNonsense),
        (200, "[" * 100_000, ports.SmsNonsense),
        (200, "x" * (calls.MAX_ANSWER_BYTES + 1), ports.SmsNonsense),
    ],
)
async def test_an_answer_that_is_none_is_named(
    providers: Providers, name: str, status: int, body: Any, error: type[SmsFailed]
) -> None:
    providers.cloud.status, providers.body = status, body
    with pytest.raises(error):
        await providers.sender(name).send(PHONE, "code", CODE, key="k")


async def test_nobody_there_is_named_and_temporary(
    http: httpx.AsyncClient, clock: FixedClock
) -> None:
    sender = AliyunSender(
        http=http, base_url="http://127.0.0.1:9", settings=SETTINGS, secret=SECRET, clock=clock
    )
    with pytest.raises(ports.SmsUnreachable) as failed:
        await sender.send(PHONE, "code", CODE, key="k")
    assert failed.value.temporary


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
async def test_neither_phone_nor_code_reaches_a_log(
    providers: Providers, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.INFO)
    providers.body = refused(name, "isp.SYSTEM_ERROR")
    with pytest.raises(SmsFailed) as failed:
        await providers.sender(name).send(PHONE, "code", CODE, key="k")
    assert "HTTP Request: POST" in caplog.text
    for secret in (PHONE, CODE["code"], SECRET):
        assert secret not in caplog.text + repr(failed.value) + str(failed.value.as_dict())


async def test_what_is_not_filled_in_is_said_before_anything_is_asked(
    port: Port, http: httpx.AsyncClient, clock: FixedClock
) -> None:
    empty = SmsSettings()
    for make in (AliyunSender, TencentSender):
        sender = make(http=http, base_url=port.base, settings=empty, secret=SECRET, clock=clock)
        with pytest.raises(ports.SmsNotSetUp):
            await sender.send(PHONE, "code", CODE, key="k")
        with pytest.raises(ports.SmsNotSetUp):
            await sender.check()


async def test_the_check_finds_what_is_not_approved(providers: Providers) -> None:
    def answer(action: str, params: dict[str, Any]) -> Any:
        if action == "DescribeSmsTemplateList":
            found = [{"TemplateId": i, "StatusCode": 0} for i in params["TemplateIdSet"]]
            found[0]["StatusCode"] = self_status
            return {"Response": {"DescribeTemplateStatusSet": found}}
        key = "SignStatus" if action == "QuerySmsSign" else "TemplateStatus"
        return {"Code": "OK", key: 1 if params.get("TemplateCode") != "100" else 1 - self_status}

    providers.cloud.answer = answer
    for name in ("aliyun", "tencent"):
        self_status = 0
        await providers.sender(name).check()
        self_status = 1
        with pytest.raises(ports.SmsTemplateInvalid) as failed:
            await providers.sender(name).check()
        assert "100" in failed.value.details["provider_code"]


@pytest.mark.parametrize("table", [aliyun.ERRORS, tencent.ERRORS, gateway.ERRORS])
def test_every_error_has_a_code_and_words_of_its_own(table: dict[str, type[SmsFailed]]) -> None:
    kinds = set(table.values())
    assert (
        len({kind.code for kind in kinds})
        == len({kind.default_message for kind in kinds})
        == len(kinds)
    )
