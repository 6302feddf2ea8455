"""`python -m simulators --port N`: stand-ins under /wechat, /wecom (微信客服), /fund (business), /sms, /office."""

from __future__ import annotations

import argparse
import sys
import time

import httpx
import uvicorn
from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from simulators.fund.app import FundSettings
from simulators.fund.app import build_app as build_fund
from simulators.office.app import OfficeSettings
from simulators.office.app import build_app as build_office
from simulators.sms.app import SmsSettings
from simulators.sms.app import build_app as build_sms
from simulators.tencent.clock import Now
from simulators.wechat.app import build_app as build_wechat
from simulators.wechat.settings import MiniProgramSettings, WeChatSettings
from simulators.wecom.app import build_app as build_wecom
from simulators.wecom.settings import WeComSettings


def build_app(
    settings: WeChatSettings,
    fund: FundSettings | None = None,
    sms: SmsSettings | None = None,
    wecom: WeComSettings | None = None,
    office: OfficeSettings | None = None,
    *,
    http: httpx.AsyncClient | None = None,
    now: Now = time.time,
) -> FastAPI:
    """`http` reaches the product: a test closes its own."""
    app = FastAPI(title="Simulators", docs_url=None, redoc_url=None)
    app.mount("/wechat", build_wechat(settings, MiniProgramSettings(), http=http, now=now))
    app.mount("/wecom", build_wecom(wecom or WeComSettings(), http=http, now=now))
    app.mount("/fund", build_fund(fund, now=now))
    app.mount("/sms", build_sms(sms, now=now))
    app.mount("/office", build_office(office, http=http, now=now))

    @app.get("/")
    def index() -> RedirectResponse:
        return RedirectResponse("wechat/")

    @app.get("/healthz")
    def healthz() -> dict[str, bool]:
        return {"ok": True}

    return app


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulators", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    settings, wecom = WeChatSettings(), WeComSettings()
    base = f"http://{arguments.host}:{arguments.port}"
    sys.stderr.write(f"WeChat stand-in: {base}/wechat/ (pushes to {settings.callback_url})\n")
    sys.stderr.write(f"微信客服 stand-in: {base}/wecom/ (calls back {wecom.callback_url})\n")
    sys.stderr.write(f"Business system stand-in: {base}/fund/\n")
    sys.stderr.write(f"SMS gateway stand-in: {base}/sms/\n")
    sys.stderr.write(f"Office stand-in: {base}/office/\n")
    # No access log: addresses carry access tokens.
    uvicorn.run(
        build_app(settings, wecom=wecom),
        host=arguments.host,
        port=arguments.port,
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
