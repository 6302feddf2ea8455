"""What the identity check says. Pure."""

from __future__ import annotations

from datetime import datetime

from actions.identity.proof import LASTING
from actions.region import RegionNumbers

# No code of a short message lasts longer.
LONGEST_MINUTES = 60
MINUTES = int(LASTING.total_seconds() // 60)

CONSENT = (
    "查询个人信息前要先核验身份：姓名和身份证号码只发给公积金中心的业务系统核对，这里不保存；"
    f"查到的内容只有您能看到，{MINUTES}分钟后这里不再显示；微信聊天里的，请看完后自己删除。不想查了说“算了”就行。"
)
ASK_NAME = "请告诉我您的姓名（也可以和身份证号码一起发，比如：王小明 1101…）。"
ASK_NUMBER = "请输入您的18位身份证号码。"
ASK_CODE = "请输入短信里的验证码。"
EXPECT_NAME = "请填身份证上的姓名"
EXPECT_NUMBER = "请填18位身份证号码"
EXPECT_CODE = "请填短信里的验证码，没收到可以说“重新发送”，号码填错了可以说“换个号码”"

STILL_CHECKED = "您刚才已经通过身份核验，不用再验。"
# Begins with 好的, so that it is said even where no question follows.
PASSED = "好的，身份核验通过了。"
EXPIRED = "身份核验已经过期，为了保护您的信息，请重新核验。"
NAME_MISSING = (
    "还差姓名。为了安全，身份证号码没有留下来，请把姓名和号码一起发一次（比如：王小明 1101…）。"
)
BOTH_AGAIN = "好的，请重新填写。"
NOT_SENT = "业务系统暂时没有响应，验证码没有发出去，号码也没有留下来。请过一会儿把身份证号码再发一次，或者说“转人工”。"
NOT_CHECKED = "业务系统暂时没有响应，验证码还没有核对。请过一会儿再发一次，或者说“转人工”。"
NOT_RESENT = "业务系统暂时没有响应，短信没有发出去。请过一会儿再说“重新发送”，或者说“转人工”。"
NUMBER_AGAIN = "号码没有留下来，到时候请再发一次身份证号码。"
CODE_OVER = "验证码已经失效，需要新的可以说“重新发送”。"
CHECK_OVER = "这次核验已经失效，请重新填写姓名和身份证号码。"
OTHER_PHONE = (
    "验证码只能发到登记的手机号。换了手机号的，请本人带身份证到服务大厅更新，或者说“转人工”。"
)
NO_SYSTEM = "现在还不能在这里查询个人账户，可以拨打12329公积金热线，或者由工作人员为您查询。"
ALSO_OUT = "身份核验也已退出。"
SIGNED_OUT = "好的，身份核验已退出，下次查询需要重新核验。"


def sent_to(phone_masked: str, expires_at: datetime, now: datetime) -> str:
    """Where the code went and how long it lasts. Nobody is told whether the phone is anybody's."""
    minutes = round((expires_at - now).total_seconds() / 60)
    # A system whose clock is wrong says what nobody should be told; the code may work all the same.
    lasting = f"，{minutes}分钟内有效" if 1 <= minutes <= LONGEST_MINUTES else ""
    return (
        f"验证码已发送到登记的手机号{phone_masked}{lasting}。"
        "尾号不是您的手机，请核对姓名和身份证号码，说“换个号码”重填。"
    )


def wait_to_resend(seconds: int) -> str:
    return f"短信可能会晚一点到，请再等{max(seconds, 1)}秒；还没收到就说“重新发送”。"


def origin(region: RegionNumbers) -> str:
    """Whose data it is; a made-up region's system has made-up people."""
    if region.example:
        return "（演示数据，不是真实账户。）"
    return "数据来自公积金中心的业务系统，以中心的查询结果为准。"
