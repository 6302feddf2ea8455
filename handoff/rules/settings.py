"""The settings of the handoff rules, with what ships. Pure; stored as data, edited in the
console.

Texts are what the citizen is told when the rule fires; empty means the usual words of the queue.
"""

from __future__ import annotations

from dataclasses import dataclass, field


def _at_least(name: str, value: int, least: int) -> None:
    if value < least:
        raise ValueError(f"{name} must be at least {least}")


@dataclass(frozen=True)
class KeywordSettings:
    """Words by which a citizen asks for a person.

    A verb and a person together are a request: 转一下人工, 找你们客服 (`verbs` with `people`, and
    `strict_verbs` with `staff`, who are often only talked about). `requests` are whole phrases that
    fire wherever they stand; `services` name the people and need a wish beside them; `alone` fire
    only as a whole clause. `other_meanings` are longer phrases that hold a keyword and mean
    something else. `asked_about` after a person makes it a question about them.
    """

    enabled: bool = True
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
    text: str = ""


@dataclass(frozen=True)
class UnknownSettings:
    """`in_a_row` messages the knowledge base cannot answer, with no answer in between."""

    enabled: bool = True
    in_a_row: int = 3
    text: str = "这几个问题我都没能答上来，为您转接工作人员。"

    def __post_init__(self) -> None:
        _at_least("in_a_row", self.in_a_row, 1)


@dataclass(frozen=True)
class RepeatedSettings:
    """The same question `times` times within `within_minutes`, by meaning or by the article.

    `similarity` is the encoder's, -1..1; 0.7 is measured with the built-in one (docs/adr/0011).
    Questions answered confidently from different articles are different ones however alike they
    look (男职工/女职工多少岁退休), unless they reach `similarity_across_articles`. Messages
    shorter than `shortest` characters (是, 好的, amounts typed into a form) are no questions.
    """

    enabled: bool = True
    times: int = 3
    similarity: float = 0.7
    similarity_across_articles: float = 0.9
    within_minutes: int = 30
    shortest: int = 4
    text: str = "看来刚才的回答没有解决您的问题，为您转接工作人员。"

    def __post_init__(self) -> None:
        _at_least("times", self.times, 2)
        _at_least("within_minutes", self.within_minutes, 1)
        _at_least("shortest", self.shortest, 1)
        if not 0.0 < self.similarity <= self.similarity_across_articles <= 1.0:
            raise ValueError("similarities must be above 0, in order, and at most 1")


@dataclass(frozen=True)
class ReasonSettings:
    """One thing the bot may understand: whether it hands over, to whom, with which words."""

    enabled: bool = True
    category: str | None = None
    text: str = ""


@dataclass(frozen=True)
class UnderstoodSettings:
    """What the bot understood, by its reason. Reasons not listed hand over as well."""

    enabled: bool = True
    reasons: dict[str, ReasonSettings] = field(
        default_factory=lambda: {
            "asked_for_person": ReasonSettings(),
            "complaint": ReasonSettings(text="您反映的问题我们很重视，马上为您转接工作人员。"),
            "anger": ReasonSettings(text="很抱歉没有帮到您，马上为您转接工作人员。"),
        }
    )


@dataclass(frozen=True)
class GuidedSettings:
    """The bot offered a person and the citizen chose it."""

    enabled: bool = True
    text: str = ""


@dataclass(frozen=True)
class RuleSettings:
    """All rules. The citizen's button has no switch here: the widget shows it or not."""

    keyword: KeywordSettings = KeywordSettings()
    unknown: UnknownSettings = UnknownSettings()
    repeated: RepeatedSettings = RepeatedSettings()
    understood: UnderstoodSettings = UnderstoodSettings()
    guided: GuidedSettings = GuidedSettings()
