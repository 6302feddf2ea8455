"""What somebody who waits in the queue says about the waiting itself. Pure.

Only a message that is about nothing else counts: 算了，我想问提取要什么材料 is a question. Whether a person is
refused or asked for again is read by the grammar of the handoff rules.
"""

from __future__ import annotations

import re
from typing import Literal

from handoff.rules.settings import KeywordSettings
from handoff.rules.wording import clauses, declines, find_wish

# cancel: unmistakable. unsure: may mean the waiting or the question. stay: goes on waiting. hurry: asks for people
# again, or where they are.
Thought = Literal["cancel", "unsure", "stay", "hurry"]

# Longer messages say more than that.
LONGEST = 24

_BEFORE = (
    r"(?:你好|您好|那就?|嗯+|哦+|唉|哎|好吧|好的?|行|算了|没事|谢谢|不好意思|抱歉|对不起|请|麻烦|帮我|给我|"
    r"我们?|你们|就|先|还是|现在|也|都|太久了?|人太多了?)*"
)
_AFTER = r"(?:了|吧|啦|啊|呢|哈|的|谢谢你?|谢了|再见|拜拜|我?(?:自己|下次|改天)再?(?:来|说|问|查|看看?))*"
_CANCEL = (
    r"(?:取消(?:排队|转人工|人工|转接|等待|等候)|(?:退出|停止|结束|放弃)(?:排队|等待|等候)|"
    r"(?:不|别|不用|不要|不想|不必|不再|懒得|没空|没时间)(?:再|继续|接着)?(?:排队?|等)|等不(?:及|了|起|下去)|"
    r"不用(?:转|转接|接)|不转|别转)"
)
_UNSURE = r"(?:算了|不用|不必|不需要|用不着|没必要|取消|没事|没问题了|解决|搞定|明白|没有?别的(?:事|问题)?)"
_STAY = r"(?:继续(?:等待|等|排队?)|(?:可以|愿意|再)?等(?:着|一下|一会儿?|等)?|接着(?:等|排队?)|不取消|别取消)"
_HURRY = (
    r"(?:(?:人工|客服|工作人员|坐席)?(?:还有|还要|还得|要|需要)(?:等)?多久|(?:还要|要)等多久|多久(?:能|才能?)?(?:到我|轮到我|接通)|"
    r"(?:前面)?(?:还有|有)(?:几|多少)(?:个?人|位)|排到(?:哪|第几|几号)(?:了|位)?|怎么还没(?:人|来|到|接通?)|"
    r"有人吗|人呢|快一?点儿?|到我了吗|轮到我了吗)"
)


def _whole(meaning: str) -> re.Pattern[str]:
    return re.compile(f"{_BEFORE}{meaning}{_AFTER}")


_PATTERNS: tuple[tuple[Thought, re.Pattern[str]], ...] = (
    ("stay", _whole(_STAY)),
    ("cancel", _whole(_CANCEL)),
    ("hurry", _whole(_HURRY)),
    ("unsure", _whole(_UNSURE)),
)


def second_thought(text: str, keywords: KeywordSettings | None = None) -> Thought | None:
    """What the message says about waiting; None where it is about something else."""
    said = "".join(clauses(text))
    if not said or len(said) > LONGEST:
        return None
    for thought, pattern in _PATTERNS:
        if pattern.fullmatch(said):
            return thought
    words = keywords or KeywordSettings()
    if declines(text, words):
        return "cancel"
    return "hurry" if find_wish(text, words) is not None else None
