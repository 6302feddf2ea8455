"""The pension estimate in words. Pure: answers and region in, contents out."""

from __future__ import annotations

from decimal import Decimal

from actions.forms.context import Answers
from actions.forms.fields import SKIP
from actions.money import yuan
from actions.region import RegionNumbers
from actions.replies import HUMAN
from actions.spans import span
from actions.tasks.pension.estimate import PensionQuestion, estimate_pension
from actions.tasks.pension.form import INDEXES, UNSURE
from actions.tasks.wording import source_line, suggest
from core.conversation.content import ChoicesContent, Content

BASIS = (
    "依据：《国务院关于完善企业职工基本养老保险制度的决定》（国发〔2005〕38号）第六部分及附件，"
    "《中华人民共和国社会保险法》第十五条。"
)
# 15 years, the least that holds until 2029: with less nobody gets a monthly pension (社会保险法第十六条).
LEAST_KEY = "si.pension_min_months"

UNSURE_LINE = "您不清楚缴费水平，这里按最低的60%算；实际缴得比这高，养老金也会多。缴费基数可以在社保缴费记录里查。"


def show_pension(answers: Answers, region: RegionNumbers) -> list[Content]:
    """The estimate with how it was computed."""
    months = int(answers["pension_months"])
    least = int(region.table(LEAST_KEY)["base"])
    choices = [suggest("帮我算算哪年退休"), suggest("养老金怎么算"), HUMAN]
    if months < least:
        text = (
            f"职工养老保险至少要缴满{span(least)}才能按月领养老金（2030年起退休的逐步提高到20年），"
            f"您说的是{span(months)}，还不够。\n到龄时不够的，可以按规定延长缴费或者一次性缴费补足。\n\n"
            "依据：《中华人民共和国社会保险法》第十六条，"
            "《国务院关于渐进式延迟法定退休年龄的办法》第二条。"
        )
        return [ChoicesContent(text=text, choices=choices)]
    account = answers["pension_account"]
    question = PensionQuestion(
        age=int(answers["pension_age"]),
        months=months,
        index=Decimal(INDEXES[answers["pension_index"]]),
        account=None if account == SKIP else int(account),
    )
    pension = estimate_pension(question, region)
    guessed = "（按缴费估的，没有算利息）" if question.account is None else ""
    lines = [
        f"估算结果：按现在的水平，每月大约{yuan(_whole(pension.total))}。",
        f"• 基础养老金约{yuan(_whole(pension.basic))}：当地计发基数{region.display('si.pension_base')}和"
        f"您的缴费工资取平均，每缴满1年发1%，按{span(months)}算。",
        f"• 个人账户养老金约{yuan(_whole(pension.personal))}：储存额{yuan(_whole(pension.account))}{guessed}"
        f"除以{pension.divisor}个月（{question.age}岁退休）。",
        *([UNSURE_LINE] if answers["pension_index"] == UNSURE else []),
        "这是今天的钱，没有算以后工资和养老金的上涨；有视同缴费年限的，另有过渡性养老金。",
        "各年退休的最低缴费年限不同，可以先算退休时间；退休年龄要达到法定条件。",
    ]
    text = "\n".join([*lines, "", BASIS, source_line(region, office="社保经办机构")])
    return [ChoicesContent(text=text, choices=choices)]


def _whole(fen: int) -> int:
    """To whole yuan: an estimate has no fen."""
    return round(fen, -2)
