"""What WeChat tells about a citizen: user/info. Source: documentation "获取用户基本信息"."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from simulators.tencent.faults import Answer
from simulators.wechat.account import Account
from simulators.wechat.api.calls import call
from simulators.wechat.errors import Refused
from simulators.wechat.state import State


def build_router(state: State) -> APIRouter:
    router = APIRouter(prefix="/cgi-bin")

    @router.get("/user/info")
    async def info(request: Request) -> Response:
        async def work(account: Account) -> Answer:
            openid = request.query_params.get("openid", "")
            if not openid:
                raise Refused(41009)
            citizen = account.citizens.get(openid)
            if citizen is None:
                raise Refused(40003)
            if not citizen.subscribed:
                # "值为0时，代表此用户没有关注该公众号，拉取不到其余信息"
                return {"subscribe": 0, "openid": openid, "tagid_list": []}
            scene = citizen.scene
            # Name and portrait are empty since 2021-12-27.
            return {
                "subscribe": 1,
                "openid": openid,
                "nickname": "",
                "sex": 0,
                "language": "zh_CN",
                "city": "",
                "province": "",
                "country": "",
                "headimgurl": "",
                "subscribe_time": int(citizen.subscribed_at),
                **account.union_id(citizen),
                "remark": "",
                "groupid": 0,
                "tagid_list": [],
                "subscribe_scene": "ADD_SCENE_QR_CODE" if scene else "ADD_SCENE_SEARCH",
                "qr_scene": int(scene) if scene.isdecimal() else 0,
                "qr_scene_str": "" if scene.isdecimal() else scene,
            }

        return await call(state, request, "user", work)

    return router
