"""What became of a text message, as people read it."""

from __future__ import annotations

from core.conversation.schemas import Delivery
from core.sms.service import TextState

ERRORS = {
    "sms_number_invalid": "号码无效",
    "sms_number_blocked": "号码拒收短信",
    "sms_template_invalid": "短信模板未通过审核",
    "sms_sign_invalid": "短信签名未通过审核",
    "sms_content_refused": "内容被短信平台拦截",
    "sms_not_set_up": "短信平台还没有设置好",
    "sms_off": "短信还没有开通",
    "sms_balance": "短信平台余额不足",
    "sms_credentials": "短信平台密钥不对",
    "sms_unreachable": "连不上短信平台",
    "sms_busy": "超过短信平台的发送上限",
}


def delivery_of(found: TextState) -> Delivery:
    reason = ERRORS.get(found.error, "短信平台暂时发不出去") if found.error else ""
    if found.state in ("failed", "undelivered"):
        return Delivery(state="failed", reason=reason or "短信没有送达")
    if found.state == "waiting":
        return Delivery(state="retrying" if found.error else "sending", reason=reason)
    return Delivery(state="delivered")
