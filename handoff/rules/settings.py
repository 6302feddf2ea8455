"""The settings of the handoff rules, with what ships. Pure; stored as data, edited in the console.

What only makes sense beside other data (do the groups exist) is looked at when they are saved (checks.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Hours = Literal["always", "on_duty", "off_duty"]
When = Literal["first_message", "wish"]
# A field nobody knows is a slip of the pen, and must not vanish without a word. Read by pydantic.
_STRICT = {"extra": "forbid"}


def _at_least(name: str, value: int, least: int) -> None:
    if value < least:
        raise ValueError(f"{name}不能小于 {least}")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The frame of every rule: whether, where and when it holds, who gets the conversation, what the citizen is told.

    `inboxes`: empty for all. `hours`: those of the service of the inbox. `group_id`: None for the group that serves
    the business. `text`: empty for the usual words of the queue; {业务} in it is what the conversation is about.
    """

    __pydantic_config__ = _STRICT

    enabled: bool = True
    inboxes: tuple[str, ...] = ()
    hours: Hours = "always"
    group_id: str | None = None
    text: str = ""

    def covers(self, inbox_id: str, *, on_duty: bool) -> bool:
        """Whether the rule holds there and then."""
        open_now = self.hours == "always" or (self.hours == "on_duty") == on_duty
        return self.enabled and open_now and (not self.inboxes or inbox_id in self.inboxes)


@dataclass(frozen=True, kw_only=True)
class ButtonSettings(Scope):
    """The citizen's own button. Where it does not hold, pressing it is answered with a refusal."""


@dataclass(frozen=True, kw_only=True)
class KeywordSettings(Scope):
    """Words by which a citizen asks for a person.

    A verb and a person together are a request: 转一下人工, 找你们客服 (`verbs` with `people`, and
    `strict_verbs` with `staff`, who are often only talked about). `requests` are whole phrases that
    fire wherever they stand; `services` name the people and need a wish beside them; `alone` fire
    only as a whole clause. `other_meanings` are longer phrases that hold a keyword and mean
    something else. `asked_about` after a person makes it a question about them.
    """

    strict_verbs: tuple[str, ...] = (
        "转",
        "轉",
        "转接",
        "接",
        "接通",
        "接入",
        "找",
        "换",
        "叫",
        "呼叫",
        "切换",
    )
    verbs: tuple[str, ...] = (
        "转", "轉", "转接", "接", "接通", "接入", "找", "换", "叫", "呼叫", "切换", "要", "给我", "来", "请", "安排",
        "联系", "想跟", "想和", "要跟", "要和", "能跟", "能和", "可以跟", "可以和",
    )  # fmt: skip
    people: tuple[str, ...] = ("人工", "真人", "活人", "客服", "坐席", "座席", "接线员")
    staff: tuple[str, ...] = ("工作人员", "人工作人员", "值班人员", "业务员", "办事员", "经办人")
    requests: tuple[str, ...] = (
        "有人工吗", "有没有人工", "人工在吗", "人工呢", "有真人吗", "有没有真人", "有活人吗", "有没有活人", "有活人没",
        "专人工", "转仁工", "在线人工",
    )  # fmt: skip
    services: tuple[str, ...] = (
        "人工客服", "人工服务", "人工坐席", "人工座席", "人工咨询", "人工帮助", "人工解答",
        "人工回复", "真人客服", "真人服务", "在线客服", "客服人员",
    )  # fmt: skip
    alone: tuple[str, ...] = (
        "人工",
        "轉人工",
        "真人",
        "活人",
        "客服",
        "坐席",
        "人工台",
        "找人",
        "接线员",
    )
    other_meanings: tuple[str, ...] = (
        "人工作", "人工资", "人工伤", "人工龄", "人工商", "人工会", "人工程", "人工时", "人工种",
        "人工厂", "人工地", "人工智能", "人工流产", "人工授精", "人工受孕", "人工助孕",
        "人工引产", "人工终止", "人工辅助", "人工关节", "人工晶体", "人工晶状体", "人工耳蜗",
        "人工瓣膜", "人工器官", "人工费", "人工成本", "人工单价", "人工审核", "人工审批",
        "人工核验", "人工核查", "人工复核", "人工认证", "人工录入", "人工窗口", "人工柜台",
        "人工办理", "客服务",
    )  # fmt: skip
    asked_about: tuple[str, ...] = (
        "电话", "热线", "号码", "时间", "上班", "下班", "几点", "工作日", "周末", "地址", "在哪",
        "收费", "多少钱", "什么时候", "休息",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CustomerSettings(Scope):
    """Who is to be served by people: by customer group or tag, at the first message or once he wants a person.

    With `when` "wish" another rule has noticed the wish; this one decides who gets it.
    """

    when: When = "first_message"
    groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BusinessLine:
    """A business that people see to: what it is called (the articles' category), and intents that mean it.

    `group_id` and `text` None or empty: those of the rule.
    """

    __pydantic_config__ = _STRICT

    business: str
    intents: tuple[str, ...] = ()
    group_id: str | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class BusinessSettings(Scope):
    """Businesses that go straight to people. `answer_first`: after the bot's answer, not in its place."""

    answer_first: bool = False
    lines: tuple[BusinessLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BotDownSettings(Scope):
    """The bot is out of order `in_a_row` times; what the knowledge base answered meanwhile breaks the row."""

    in_a_row: int = 2
    text: str = "智能助手暂时不能正常办理，为您转接工作人员。"

    def __post_init__(self) -> None:
        _at_least("连续次数", self.in_a_row, 1)


@dataclass(frozen=True, kw_only=True)
class UnknownSettings(Scope):
    """`in_a_row` messages the knowledge base cannot answer, with no answer in between."""

    in_a_row: int = 3
    text: str = "这几个问题我都没能答上来，为您转接工作人员。"

    def __post_init__(self) -> None:
        _at_least("连续次数", self.in_a_row, 1)


@dataclass(frozen=True, kw_only=True)
class RepeatedSettings(Scope):
    """The same question `times` times within `within_minutes`, by meaning or by the article.

    `similarity` is the encoder's, -1..1; 0.7 is measured with the built-in one (docs/adr/0011).
    Questions answered confidently from different articles are different ones however alike they
    look (男职工/女职工多少岁退休), unless they reach `similarity_across_articles`. Messages
    shorter than `shortest` characters (是, 好的, amounts typed into a form) are no questions.
    """

    times: int = 3
    similarity: float = 0.7
    similarity_across_articles: float = 0.9
    within_minutes: int = 30
    shortest: int = 4
    text: str = "看来刚才的回答没有解决您的问题，为您转接工作人员。"

    def __post_init__(self) -> None:
        _at_least("重复次数", self.times, 2)
        _at_least("时间范围（分钟）", self.within_minutes, 1)
        _at_least("最短字数", self.shortest, 1)
        if not 0.0 < self.similarity <= self.similarity_across_articles <= 1.0:
            raise ValueError("相似度要大于 0、不超过 1，且不同答案的那一项不能更低")


@dataclass(frozen=True)
class ReasonSettings:
    """One thing the bot may understand: whether it hands over, to whom, with which words.

    `category`: the business it counts as, unless the message names one. `group_id` None: the rule's.
    """

    __pydantic_config__ = _STRICT

    enabled: bool = True
    category: str | None = None
    text: str = ""
    group_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class UnderstoodSettings(Scope):
    """What the bot understood, by its reason. Reasons not listed hand over as well."""

    reasons: dict[str, ReasonSettings] = field(
        default_factory=lambda: {
            "asked_for_person": ReasonSettings(),
            "complaint": ReasonSettings(text="您反映的问题我们很重视，马上为您转接工作人员。"),
            "anger": ReasonSettings(text="很抱歉没有帮到您，马上为您转接工作人员。"),
        }
    )


@dataclass(frozen=True, kw_only=True)
class GuidedSettings(Scope):
    """The bot offered a person and the citizen chose it."""


@dataclass(frozen=True, kw_only=True)
class RuleSettings:
    """All rules, in the order in which they are asked (policy.py)."""

    __pydantic_config__ = _STRICT

    customer_group: CustomerSettings = CustomerSettings()
    keyword: KeywordSettings = KeywordSettings()
    guided: GuidedSettings = GuidedSettings()
    understood: UnderstoodSettings = UnderstoodSettings()
    business: BusinessSettings = BusinessSettings()
    bot_down: BotDownSettings = BotDownSettings()
    unknown: UnknownSettings = UnknownSettings()
    repeated: RepeatedSettings = RepeatedSettings()
    button: ButtonSettings = ButtonSettings()
