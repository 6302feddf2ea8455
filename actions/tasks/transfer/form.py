"""The questions of the transfer form (domain.yml: transfer_form)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.forms.amounts import CountField
from actions.forms.choices import DONE_WORDS, NOT_DONE_WORDS, ChoiceField, yes_no
from actions.forms.context import Answers, Checked, EndForm, TaskContext
from actions.forms.fields import Entity, Field, Option, Problem, Read, words
from actions.forms.form import Form
from actions.replies import HUMAN
from actions.tasks.transfer.places import HERE, is_province, province_of
from actions.tasks.wording import suggest

KIND, FROM, TO, PAYING, MONTHS = (
    "transfer_kind", "transfer_from", "transfer_to", "transfer_paying", "transfer_months",
)  # fmt: skip
LOAN, SEX, AGE, LIMIT, HOME = (
    "transfer_loan", "transfer_sex", "transfer_age", "transfer_limit", "transfer_home",
)  # fmt: skip
FUND, PENSION, MEDICAL, UNEMPLOYMENT = "fund", "pension", "medical", "unemployment"
NEAR, FREE = "near", "free"
# 城镇企业职工基本养老保险关系转移接续暂行办法 (国办发〔2009〕66号) article 5.
LIMIT_AGE = {"male": 50, "female": 40}

_LEAVING = re.compile(r"(?:从|由|自|在|离开|原来在|以前在)$")
_COMING = re.compile(r"(?:到|至|去|来|回|往|进|转入|转往)$")
_LEFT = re.compile(
    r"^市?(?:那边)?(?:的|转到|转去|转来|转回|转出|迁到|到|去|来|回|交过|缴过|交的|缴的)"
)
_HERE = re.compile(r"本地|本市|这边|这里|当地|我们这|你们这|你这")


@dataclass(frozen=True)
class PlaceField(Field):
    """A city. `leaving`: the one that is left; 从深圳转到杭州 names both."""

    leaving: bool = True

    @property
    def expected(self) -> str:
        return "请说城市名，比如：深圳；在我们这里的话说“本地”"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        places = [(str(e.value), e.start, e.end) for e in entities if e.kind == "region"]
        if not places:
            places = [(HERE, m.start(), m.end()) for m in _HERE.finditer(text)]
        open_to_both = None
        for place, start, end in places:
            leaves = self._leaves(text, start, end)
            if leaves is self.leaving:
                return self._checked(place, (start, end))
            if leaves is None and open_to_both is None:
                open_to_both = self._checked(place, (start, end))
        return open_to_both

    @staticmethod
    def _leaves(text: str, start: int, end: int) -> bool | None:
        """Whether the place is left (True) or gone to (False); None: the text does not say."""
        before, behind = text[:start].rstrip(), text[end:].lstrip()
        if _COMING.search(before):
            return False
        return True if _LEAVING.search(before) or _LEFT.match(behind) else None

    def _checked(self, place: str, span: tuple[int, int]) -> Read | Problem:
        return Problem(f"请说是{place}的哪个城市") if is_province(place) else Read(place, span)


def _same_city(answers: Answers) -> bool:
    return answers.get(FROM) is not None and answers.get(FROM) == answers.get(TO)


def _checking(slot: str) -> Any:
    """What hangs on the answer to `slot`: one city for both, and whether the age rule holds."""

    async def check(value: Any, answers: Answers, context: TaskContext) -> Checked:
        known = {**answers, slot: value}
        if _same_city(known):
            raise EndForm(*_nothing_to_do(known))
        return Checked(value, also={LIMIT: limit_of(known)})

    return check


def limit_of(answers: Mapping[str, Any]) -> str | None:
    """Whether the age stands against a transfer of the pension to another province; None: not known yet."""
    sex, age = answers.get(SEX), answers.get(AGE)
    if sex is None or age is None:
        return None
    left, gone_to = province_of(str(answers.get(FROM))), province_of(str(answers.get(TO)))
    same = left is not None and left == gone_to
    return NEAR if int(age) >= LIMIT_AGE[str(sex)] and not same else FREE


def _nothing_to_do(answers: Mapping[str, Any]) -> tuple[str, list[Any]]:
    if answers.get(KIND) == FUND:
        return (
            "同一个城市换单位，公积金不用您自己转：由新单位办理账户转入，您告诉新单位身份证号和原单位名称就行。\n"
            "依据：《住房公积金管理条例》（国务院令第262号公布，第844号修订）第十三条、第十五条。",
            [suggest("原单位不给转公积金怎么办"), HUMAN],
        )
    return (
        "同一个城市换单位，社保关系一般不用转移，由新单位接着给您缴就行。拿不准的可以打12333问一问。",
        [suggest("换单位社保怎么接上"), HUMAN],
    )


_KIND_WORDS = {
    FUND: words("公积金 住房公积金"),
    PENSION: words("养老 养老保险 养老金 社保 五险"),
    MEDICAL: words("医保 医疗 医疗保险"),
    UNEMPLOYMENT: words("失业 失业保险 失业险"),
}

# As named beside each other: whoever is out of work says 失业 without meaning the insurance.
_NAMED = (r"公积金", r"养老", r"医保|医疗", r"失业保险|失业险")
_ANY_INSURANCE = re.compile(r"社保|五险")


class KindField(ChoiceField):
    """What is to be transferred. 社保和公积金一起转 names two things, and neither of them must be lost."""

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        named = [pattern for pattern in _NAMED if re.search(pattern, text)]
        if len(named) > 1 or (named == ["公积金"] and _ANY_INSURANCE.search(text)):
            return Problem("公积金和各项社保要分别转，我们一项一项来，请先选一项")
        return super().read(text, entities)


TRANSFER_FORM = Form(
    name="transfer_form",
    intent="transfer_account",
    title="转移指引",
    fields=(
        KindField(
            slot=KIND,
            topic="转什么",
            question="您要转的是哪一项？（工伤、生育保险不用转；几项都要转的，先选一项）",
            keywords=tuple(word for found in _KIND_WORDS.values() for word in found),
            choices=(
                Option(FUND, "公积金", _KIND_WORDS[FUND]),
                Option(PENSION, "养老保险", _KIND_WORDS[PENSION]),
                Option(MEDICAL, "医疗保险", _KIND_WORDS[MEDICAL]),
                Option(UNEMPLOYMENT, "失业保险", _KIND_WORDS[UNEMPLOYMENT]),
            ),
        ),
        PlaceField(
            slot=FROM,
            topic="转出地",
            question="从哪个城市转出来？（原来缴的地方）",
            keywords=words("转出城市 原来的城市"),
            check=_checking(FROM),
        ),
        PlaceField(
            slot=TO,
            topic="转入地",
            question="转到哪个城市？（现在的地方）",
            keywords=words("转入城市 现在的城市"),
            check=_checking(TO),
            leaving=False,
        ),
        yes_no(
            PAYING,
            "转入地缴费",
            "转入的城市那边，已经开始给您缴了吗？（新单位给缴，或者自己以灵活就业缴）",
            yes="已经在缴",
            no="还没有",
            yes_words=(*DONE_WORDS, *words("在缴 在交 缴了 交了 开始了 交着 缴着 开户了")),
            no_words=(*NOT_DONE_WORDS, *words("没开始 没缴 没交 没单位 没找到工作")),
            when={},
        ),
        CountField(
            slot=MONTHS,
            topic="转入地缴存时间",
            question="在转入的城市已经连续缴了几个月？",
            keywords=words("缴了 交了 连续"),
            when={KIND: (FUND,), PAYING: ("yes",)},
            unit="month",
            most=600,
        ),
        yes_no(
            LOAN,
            "公积金贷款",
            "原来的城市有没有还没还清的公积金贷款？",
            yes="有",
            no="没有",
            yes_words=words("还没还清 没还完 在还"),
            no_words=words("还清了 结清了 没贷过"),
            when={KIND: (FUND,)},
        ),
        ChoiceField(
            slot=SEX,
            topic="性别",
            question="请问是男士还是女士？（跨省转养老保险和年龄有关）",
            keywords=words("性别"),
            when={KIND: (PENSION,)},
            choices=(
                Option("male", "男", words("男的 男士 男性 先生")),
                Option("female", "女", words("女的 女士 女性")),
            ),
            check=_checking(SEX),
        ),
        CountField(
            slot=AGE,
            topic="年龄",
            question="今年多少周岁？",
            keywords=words("周岁 岁"),
            when={KIND: (PENSION,)},
            unit="age",
            least=16,
            most=80,
            check=_checking(AGE),
        ),
        # Never asked: set together with sex and age.
        ChoiceField(slot=LIMIT, topic="年龄规定", question="", when={KIND: (PENSION,)}),
        ChoiceField(
            slot=HOME,
            topic="转入地是不是户籍地",
            question="转入的城市是您的户籍所在省吗？",
            keywords=words("户籍 户口 老家"),
            when={LIMIT: (NEAR,)},
            choices=(
                Option("home", "是，回户籍地", words("是 是的 对 户籍地 老家 户口在 回老家")),
                Option("moved", "不是，是组织批准调动过去的", words("调动 调过去 组织调 批准调动")),
                Option("neither", "都不是", words("不是 外地 不在 没有")),
            ),
        ),
    ),
)
