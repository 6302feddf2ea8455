"""What a wrap-up form says before the agent has written anything. Pure; no model writes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.masking import mask_personal

LONGEST = 80
# Says only that a person is wanted, or hello.
_EMPTY = re.compile(
    r"(?:[\s，。！？,.!?~]|转|找|要|请|接|我|想|叫|帮|在|吗|呢|的|一下|你好|您好|喂|有人|人工|客服|坐席|座席|服务)*"
)
_OUTCOMES = {"closed": "会话已结束", "released": "已转回智能助手"}


@dataclass(frozen=True)
class Service:
    """What was said in a service. `asked`: what the citizen wrote in the conversation, oldest first."""

    asked: Sequence[str]
    answers: int
    last_answer: str
    lasted: timedelta
    outcome: str


def asks_nothing(text: str) -> bool:
    """Whether it says only that a person is wanted, or hello."""
    return _EMPTY.fullmatch(text) is not None


def summary(service: Service) -> str:
    """The citizen's first question, what became of it, the agent's last words; numbers of persons covered."""
    question = next((text for text in service.asked if not asks_nothing(text)), "")
    minutes = max(1, round(service.lasted.total_seconds() / 60))
    outcome = _OUTCOMES.get(service.outcome, "服务已结束")
    lines = [
        f"咨询：{_short(question)}" if question else "",
        f"处理：接待约 {minutes} 分钟，回复 {service.answers} 次，{outcome}。",
        f"最后答复：{_short(service.last_answer)}" if service.last_answer else "",
    ]
    return "\n".join(line for line in lines if line)


def _short(text: str) -> str:
    plain = mask_personal(" ".join(text.split()))
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
