"""Routes by which an administrator connects a provider of texts. Secrets go in and never come out again."""

# No `from __future__ import annotations`: FastAPI reads the parameters of routes defined inside a function.

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import select, update

from channels.sms.senders import ALIYUN_SECRET, TENCENT_SECRET, InUse, Senders
from core import audit
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.clock import today
from core.config_endpoints import add_document
from core.configs import get_config
from core.ids import new_id
from core.rate_limit import RateLimit
from core.secrets.models import InboxSecret
from core.sms.models import SmsDay, SmsText
from core.sms.phones import masked, mobile
from core.sms.ports import SmsFailed
from core.sms.reports import Reports
from core.sms.sealing import Sealer
from core.sms.settings import CONFIG_NAME, SmsSettings
from core.sms.templates import TEMPLATES, Template
from core.unit_of_work import UnitOfWorkFactory

Admin = Annotated[Actor, Depends(require(Permission.ACCOUNT_MANAGE))]
Limit = Annotated[int, Query(ge=1, le=200)]


class SmsSecrets(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    aliyun: SecretStr | None = Field(None, min_length=8, max_length=128)
    tencent: SecretStr | None = Field(None, min_length=8, max_length=128)


class SmsTemplateRead(BaseModel):
    """`text` is the wording to hand in at the provider."""

    name: str
    title: str
    text: str
    params: list[str]


class SmsStatus(BaseModel):
    """`in_use`: the provider that sends. `secrets`: which are stored. `callbacks`: what to enter at the provider.

    `gateway`: whether the installation's environment names an HTTP gateway. `codes_today`: sent by all servers.
    """

    in_use: InUse
    gateway: bool
    simulator_url: str
    secrets: dict[str, bool]
    callbacks: dict[str, str]
    templates: list[SmsTemplateRead]
    codes_today: int


class SmsCheck(BaseModel):
    """`code`: our stable code, `provider_code`: what the provider calls it; both empty when all is well."""

    ok: bool
    code: str = ""
    provider_code: str = ""
    message: str = ""


class SmsTest(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    phone: str = Field(max_length=40)
    template: str = Field("code", pattern=r"^[a-z_]{1,64}$")


class SmsTextRead(BaseModel):
    """A text without what it said."""

    id: str
    template: str
    phone_masked: str
    state: str
    provider: str
    error: str
    provider_code: str
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None


class SmsInboundRead(BaseModel):
    phone_masked: str
    text: str
    received_at: datetime


class SmsLog(BaseModel):
    """The newest first."""

    texts: list[SmsTextRead]
    inbound: list[SmsInboundRead]


def build_sms_admin(
    *,
    uows: UnitOfWorkFactory,
    senders: Senders,
    reports: Reports,
    sealer: Sealer,
    public_url: str,
    simulator_url: str,
) -> APIRouter:
    router = APIRouter(tags=["sms"])
    add_document(
        router, "/desk/settings/sms", name=CONFIG_NAME, model=SmsSettings, uows=uows,
        permission=Permission.ACCOUNT_MANAGE,
    )  # fmt: skip
    tests = RateLimit(uows.clock, limit=5, window=timedelta(minutes=10))

    @router.get("/sms/status")
    async def status(actor: Admin) -> SmsStatus:
        names = {"aliyun": ALIYUN_SECRET, "tencent": TENCENT_SECRET}
        async with uows.read() as session:
            settings = await get_config(session, CONFIG_NAME, SmsSettings)
            stored = set(
                await session.scalars(
                    select(InboxSecret.name).where(InboxSecret.name.in_(names.values()))
                )
            )
            day = await session.get(SmsDay, today(uows.clock))
        callback = f"{public_url}/channels/sms"
        return SmsStatus(
            in_use=senders.in_use(settings),
            gateway=bool(senders.addresses.gateway),
            simulator_url=simulator_url,
            secrets={provider: name in stored for provider, name in names.items()},
            callbacks={
                "http": f"{callback}/http",
                "aliyun": f"{callback}/aliyun/{sealer.callback('aliyun')}",
                "tencent": f"{callback}/tencent/{sealer.callback('tencent')}",
            },
            templates=[
                SmsTemplateRead(
                    name=each.name, title=each.title, text=each.text, params=list(each.params)
                )
                for each in TEMPLATES.values()
            ],
            codes_today=day.codes if day else 0,
        )

    @router.put("/sms/secrets", status_code=204)
    async def store_secrets(body: SmsSecrets, actor: Admin) -> None:
        given = {ALIYUN_SECRET: body.aliyun, TENCENT_SECRET: body.tencent}
        async with uows.write() as uow:
            for name, value in given.items():
                if value is None:
                    continue
                await senders.store.put(uow, name, value.get_secret_value().strip())
                audit.record(
                    uow, actor=actor.account_id, action="sms.secret_stored", subject=f"sms:{name}"
                )

    @router.post("/sms/check")
    async def check(actor: Admin) -> SmsCheck:
        """Ask the provider whether address, keys, signature and templates are right; nothing is sent."""
        try:
            async with uows.read() as session:
                sender = await senders.current(session)
            await sender.check()
        except SmsFailed as failed:
            return _failed(failed)
        return SmsCheck(ok=True)

    @router.post("/sms/test")
    async def test(body: SmsTest, actor: Admin) -> SmsCheck:
        """Send a text with the template's example at once and say how that went."""
        tests.check(actor.account_id)
        phone = mobile(body.phone)
        template = TEMPLATES.get(body.template, TEMPLATES["code"])
        row_id = new_id()
        async with uows.write() as uow:
            # Before it is sent: the provider's report may come at once.
            uow.session.add(
                SmsText(
                    id=row_id, key=f"test/{row_id}", template=template.name, phone_masked=masked(phone),
                    phone_mark=sealer.mark(phone), sealed="", created_at=uow.clock.now(),
                )
            )  # fmt: skip
        outcome, values = await _sent(template, phone, row_id)
        async with uows.write() as uow:
            now = uow.clock.now()
            await uow.session.execute(
                update(SmsText)
                .where(SmsText.id == row_id, SmsText.state == "waiting")
                .values(**values, attempts=1, **{"sent_at" if outcome.ok else "settled_at": now})
            )
            audit.record(
                uow, actor=actor.account_id, action="sms.tested", subject=f"sms:{template.name}",
                ok=outcome.ok,
            )  # fmt: skip
        return outcome

    async def _sent(template: Template, phone: str, row_id: str) -> tuple[SmsCheck, dict[str, str]]:
        try:
            async with uows.read() as session:
                sender = await senders.current(session)
            receipt = await sender.send(phone, template.name, template.example, key=row_id)
        except SmsFailed as failed:
            outcome = _failed(failed)
            return outcome, {
                "state": "failed",
                "error": outcome.code,
                "provider_code": outcome.provider_code[:96],
            }
        return SmsCheck(ok=True), {
            "state": "sent",
            "provider": receipt.provider,
            "provider_id": receipt.provider_id,
        }

    @router.get("/sms/texts")
    async def texts(actor: Admin, limit: Limit = 50) -> SmsLog:
        async with uows.read() as session:
            rows = await session.scalars(
                select(SmsText).order_by(SmsText.created_at.desc(), SmsText.id.desc()).limit(limit)
            )
            said = await reports.inbound(session, limit)
        fields = SmsTextRead.model_fields
        return SmsLog(
            texts=[
                SmsTextRead.model_validate({field: getattr(row, field) for field in fields})
                for row in rows
            ],
            inbound=[SmsInboundRead.model_validate(vars(each)) for each in said],
        )

    return router


def _failed(failed: SmsFailed) -> SmsCheck:
    code = str(failed.details.get("provider_code", ""))
    return SmsCheck(ok=False, code=failed.code, provider_code=code, message=failed.message)
