"""What an error code of WeChat tells an administrator to do. Pure.

Sources: 微信开放文档, "全局返回码" (official accounts and mini-programs); 企业微信开发者中心, "全局错误码"
(微信客服). The same number can mean different things in the two, so there are two tables.
"""

from __future__ import annotations

WECOM = "wecom"

# Official accounts and mini-programs.
_WEIXIN = {
    40001: "AppSecret 不正确，或者 token 一直被微信拒绝：请核对 AppSecret。",
    40013: "AppID 不正确：请与微信公众平台“基本配置”里的 AppID 核对。",
    40125: "AppSecret 不正确：请重新填写；在微信公众平台重置过的，以新的为准。",
    40164: "服务器的出口 IP 不在白名单里：请在微信公众平台“基本配置 → IP 白名单”里添加。",
    40243: "AppSecret 已被冻结：请在微信公众平台“基本配置”里解冻或重置。",
    45009: "今天的接口调用次数已用完：次日零点恢复；急用可在微信公众平台清零（每月 10 次）。",
    45011: "调用太频繁：稍后自动重试，无需处理。",
    48001: "账号没有这个接口的权限：请核对账号类型（需要已认证的服务号）和“接口权限”。",
    48004: "接口被微信封禁：请登录微信公众平台查看通知。",
    50002: "账号受限或已被冻结：请登录微信公众平台查看通知并处理。",
    50004: "账号禁止使用 token 接口：请登录微信公众平台查看通知。",
    50007: "账号已冻结：请登录微信公众平台处理。",
}  # fmt: skip
# 微信客服, through 企业微信's API.
_WECOM = {
    40001: "Secret 不正确：请在企业微信管理后台“应用管理”的自建应用里重新查看并填写。",
    40013: "企业 ID 不正确：请与企业微信管理后台“我的企业 → 企业信息”核对。",
    45009: "接口调用太频繁：稍后自动重试；一直如此请查看企业微信管理后台。",
    48002: "没有调用这个接口的权限：请在企业微信管理后台“微信客服 → API”开启，并勾选客服账号。",
    60020: "服务器的出口 IP 不在可信 IP 里：请在企业微信管理后台给应用添加“企业可信 IP”。",
    95000: "客服账号 ID 不正确：请与企业微信管理后台“微信客服”里的核对。",
    95003: "企业未验证，可接待的人数已到上限：请在企业微信管理后台完成企业验证。",
    95004: "客服账号不存在或已删除：请与企业微信管理后台“微信客服”里的核对。",
    95011: "微信客服已由企业微信接管：请填写企业微信应用的 Secret，不是微信客服独立版的。",
    95012: "微信客服没有在企业微信里使用：请在企业微信管理后台开通微信客服。",
    95017: "微信客服的 API 开关没有打开：请在企业微信管理后台“微信客服 → API”开启。",
    60030: "没有权限管理这个客服账号：请在企业微信管理后台“微信客服 → API”里授权。",
}  # fmt: skip
# What is being done where a call fails: the beginning of the call's path, for administrators.
_DOING = {
    "token": "取接口凭证",
    "message/custom/send": "发送消息",
    "message/custom": "显示正在输入",
    "message/template": "发模板消息",
    "message/subscribe": "发订阅消息",
    "media/upload": "上传图片和文件",
    "media/get": "取市民发来的图片和文件",
    "menu": "推送菜单",
    "user/info": "取用户信息",
    "sns": "微信登录",
    "kf/sync_msg": "取市民的消息",
    "kf/send_msg": "发送消息",
    "kf/service_state": "接管会话",
    "kf/account": "查客服账号",
    "kf/customer": "取用户信息",
}
# Works without: who has not the permission is told nothing (48001), and nothing of ours depends on it.
_OPTIONAL = frozenset({("user/info", 48001)})
# They pass without anybody doing anything; all others above need somebody.
PASSING = frozenset({45009, 45011})


def advice(account: str, errcode: int | None) -> str | None:
    """Words for an administrator; None: the code says nothing about the account. `account` as in api_tokens."""
    if errcode is None:
        return None
    return _table(account).get(errcode)


def concerns_account(account: str, area: str, errcode: int) -> bool:
    """Whether an answer says that something is wrong with the account, not with this one call. -1: WeChat is busy."""
    return errcode < 0 or (errcode in _table(account) and (area, errcode) not in _OPTIONAL)


def doing(area: str) -> str:
    """What fails, in words; "" when there are none. `area` as in api_health."""
    return next((words for path, words in _DOING.items() if area.startswith(path)), "")


def needs_somebody(account: str, errcode: int | None) -> bool:
    """Whether nothing will work until an administrator has done something."""
    return errcode in _table(account) and errcode not in PASSING


def _table(account: str) -> dict[int, str]:
    return _WECOM if account.startswith(WECOM + "/") else _WEIXIN
