"""Why api.weixin.qq.com does not take a message, in words for the agent who sent it. Pure; used by the carriers.

Sources: 微信开放文档, "全局返回码", and the codes of "发送客服消息" of official accounts and of mini-programs. What
is done about each stands in docs/wechat.md.
"""

from __future__ import annotations

REASONS = {
    40003: "微信不认识这位市民的标识（openid），可能换了公众号",
    40007: "文件在微信那里已过期，请重新发送",
    40008: "微信不支持这种消息",
    40200: "这个账号不能发送可点击的选项",
    43004: "市民已取消关注公众号，暂时联系不上",
    43019: "市民在公众号的黑名单里",
    44004: "消息内容为空",
    45001: "文件超过微信的大小限制",
    45002: "消息超过微信的长度限制",
    45008: "图文消息超过条数限制",
    45015: "市民超过 48 小时没有发消息，微信不允许再回复",
    45047: "微信允许的回复条数已用完，请等市民再次发来消息",
    45098: "选项超过微信的个数限制",
    47001: "微信读不懂这条消息",
    48001: "账号没有客服消息接口的权限，请告诉管理员",
    48002: "市民设置了不接收公众号的消息",
    48008: "账号没有发送这类消息的权限",
    50005: "市民没有关注公众号",
}
# This kind of bubble is not for this account: the same words go as a plain text.
AS_TEXT = frozenset({40008, 40200, 45098, 48008})
# The citizen is not reached until he comes back himself.
LEFT = frozenset({43004, 43019, 48002, 50005})
