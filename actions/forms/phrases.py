"""The words by which citizens steer a form: a way out, back, a correction, a question. Pure."""

from __future__ import annotations

import re
import unicodedata

from actions.forms.fields import words

# Said as the whole message these leave the form whatever the classifier makes of them: the action that sees to it.
_CANCEL = words(
    "算了 算了吧 算了算了 不算了 不办了 不想办了 先不办了 不弄了 不填了 不查了 不想填了 不想弄了 不要了 "
    "退出 我要退出 我想退出 取消 我要取消 取消吧 停止 结束 终止 不搞了 放弃 关闭 "
    "返回主菜单 回主菜单 主菜单 返回首页 回首页 返回菜单 "
    "不约了 不预约了 不投诉了 不登记了 不转了 不查了 不贷了 不提了 不取了 不取消了 不想约了 不想投诉了 "
    "换个问题 换一个问题 换个话题 要换个问题 想换个问题 要问别的 想问别的 问别的 "
    "不说这个了 不问这个了 不是要办这个 不办这个"
)
_START_OVER = words("重新开始 从头开始 从头来 从头再来 重来 重新来 重新来过 全部重来 重头开始")
_PERSON = words(
    "转人工 人工 人工客服 转人工客服 转人工服务 人工服务 找人工 我要人工 要人工 真人 真人客服 找客服 转客服 接人工"
)
WAYS_OUT = {
    **dict.fromkeys(_CANCEL, "action_cancel_task"),
    **dict.fromkeys(_START_OVER, "action_start_over"),
    **dict.fromkeys(_PERSON, "action_hand_off"),
}
# 算了，不办了 as well as 退出！
_PUNCTUATION = re.compile(r"[\s,，。.!！~～、;；…\"'“”]+")
_AROUND = re.compile(r"^(?:嗯|哦|唉|哎|那|就|还是|我|请|好的|好吧|好)+|(?:吧|谢谢|啊|呀|哈)+$")

QUESTION = re.compile(
    r"[?？]|吗|什么|怎么|怎样|咋|为啥|为什么|多少|哪|是不是|能不能|可不可以|行不行|有没有|要不要|区别|意思"
)
# What a wish has and a mere value has not: 还要还25年, 打算贷20年, 大约70万 are values.
WANTING = re.compile(r"帮|查|(?<!打)算|看看|看一下|想|(?<!还)要|办|(?<!大)约|转|登记|投诉")
CORRECTION = re.compile(
    r"^改|不对|说错|写错|填错|选错|打错|弄错|搞错|输错|报错了|错了|更正|纠正|改成|改为|改一下|改到|应该是|不是.+[,，是]"
)
# Words of a correction that say nothing about which answer is meant.
_NAMELESS = re.compile(
    r"刚才|刚刚|刚|上面|前面|上一个|上个|之前|说|写|填|选|打|弄|搞|输|报|错|不对|更正|纠正|改|一下|那个|问题|的|了|我|要|想|有|一项|一个|哦|啊|呀|吧|，|。|,|\.|\s"
)
BACK = re.compile(
    r"(?:我?(?:想|要))?(?:返回|回到?|退回到?|倒回)?(?:到)?(?:上一?步|上一?题|上一?个问题|上一?项|前一?个问题|前一?步|前一?题)(?:吧|重新?填?|改一下)?"
    r"|返回|后退|退回去?|倒回去"
)
AGAIN = re.compile(r"(?:请|麻烦)?(?:再|重新)(?:试|查|来)(?:一[次下遍]|试)?|重试(?:一下)?")
# Said instead of an answer by whoever did not hear or forgot what was asked.
HUH = re.compile(
    r"|(?:什么|啥|啊|咋)[呀啊呢]?|你?(?:刚才|刚)?(?:说|问)我?(?:的?是)?(?:什么|啥)(?:来着|呀|啊|呢)?"
)
# 等等，首付要多少 asks; 等我看看是多少 goes and looks.
LOOKING = re.compile(r"看|查|找|问|翻|想想|拿")
UNCHANGED = re.compile(
    r"(?:就|还是)?(?:不变|没变|不改了?|不用改了?|不用变|保持不变|保持原样|照旧|一样的?|原来的|跟刚才一样|和刚才一样|刚才那个|就这个|这个没错|没错)"
)
NOT_WANTED = re.compile(
    r"不用了?|不要了?|不需要了?|不想说了?|不想填了?|不方便说?|不想告诉你|没必要"
)


def way_out(text: str) -> str:
    """The action that takes the citizen out of the form, "" when the text is no plain wish to leave."""
    parts = [part for part in _PUNCTUATION.split(text.strip()) if part]
    if not 1 <= len(parts) <= 3:
        return ""
    found = [WAYS_OUT.get(part) or WAYS_OUT.get(_AROUND.sub("", part), "") for part in parts]
    return found[0] if found[0] and len(set(found)) == 1 else ""


def bare(text: str) -> str:
    """The text in one width, without punctuation."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text)).strip("?？")


def names_nothing(text: str) -> bool:
    """刚才说错了: something is to be corrected, and neither what nor how is said."""
    return not _NAMELESS.sub("", text)
