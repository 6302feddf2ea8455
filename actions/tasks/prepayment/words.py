"""What repaying early changes, in words and as a table. Pure."""

from __future__ import annotations

from actions.forms.context import Answers
from actions.money import exact_yuan, figures, percent, yuan
from actions.region import RegionNumbers
from actions.replies import HUMAN
from actions.spans import span
from actions.tasks.prepayment.compare import Comparison, Running
from actions.tasks.prepayment.form import AMOUNT
from actions.tasks.repayment.schedule import Schedule
from actions.tasks.wording import suggest
from core.conversation.content import ChoicesContent, Content, Table, TextContent

LAW = "《中华人民共和国民法典》第六百七十七条：提前还款的，除另有约定外，按实际借款的时间计算利息。"


def show_comparison(
    loan: Running, early: int, found: Comparison, answers: Answers, region: RegionNumbers
) -> Content:
    """The result first, then the table of both ways."""
    head = f"还欠本金{_about(loan, answers)}，还剩{span(loan.months)}，年利率{percent(loan.rate)}"
    if found.shorter is None or found.smaller is None:
        lines = [
            f"{head}。现在全部还清，要准备本金{exact_yuan(loan.left)}，"
            "另加从上次扣款到还款那天的利息。",
            f"以后的利息{exact_yuan(found.saved(None))}就不用付了。",
        ]
        return TextContent(text="\n".join(lines))
    shorter, smaller = found.shorter, found.smaller
    fewer = loan.months - shorter.months
    lines = [
        f"{head}。现在提前还{yuan(early)}：",
        f"• 缩短年限：每月还的差不多，再还{span(shorter.months)}就还清，"
        f"早{span(fewer)}，省利息{exact_yuan(found.saved(shorter))}。",
        f"• 减少月供：仍还{span(loan.months)}，{_next(loan)}从{exact_yuan(found.before.first.payment)}"
        f"降到{exact_yuan(smaller.first.payment)}，省利息{exact_yuan(found.saved(smaller))}。",
        "想多省利息选缩短年限，想每月轻松些选减少月供。",
    ]
    return TextContent(text="\n".join(lines), table=_table(loan, found, shorter, smaller))


def _about(loan: Running, answers: Answers) -> str:
    """约53万 where it was worked out from the loan's beginning."""
    return f"约{exact_yuan(loan.left)}" if answers[AMOUNT] is not None else yuan(loan.left)


def _next(loan: Running) -> str:
    return "每月" if loan.method == "annuity" else "下个月的还款"


def _table(loan: Running, found: Comparison, shorter: Schedule, smaller: Schedule) -> Table:
    plans = (found.before, shorter, smaller)
    saved = ["—", *(figures(found.saved(each)) for each in plans[1:])]
    return Table(
        caption="提前还款前后比一比（元）",
        columns=["", "不提前还", "缩短年限", "减少月供"],
        rows=[
            [
                "每月还" if loan.method == "annuity" else "下月还",
                *(figures(p.first.payment) for p in plans),
            ],
            ["还要还", *(span(p.months) for p in plans)],
            ["以后利息", *(figures(p.interest) for p in plans)],
            ["省利息", *saved],
        ],
    )


def show_remarks(loan: Running, early: int, answers: Answers, region: RegionNumbers) -> Content:
    """What the place asks for, how it was computed, and what to do next."""
    lines = [*_rules(loan, early, answers, region), _method(answers), f"依据：{LAW}"]
    choices = [suggest("提前还款怎么办理"), suggest("重新测算提前还款"), HUMAN]
    return ChoicesContent(text="\n".join(lines), choices=choices)


def _rules(loan: Running, early: int, answers: Answers, region: RegionNumbers) -> list[str]:
    if early >= loan.left:
        return ["没有逾期才能办理。还清以后记得开结清证明、办抵押注销。"]
    whose = f"{region.name}（示例数据，不是真实政策）" if region.example else region.name
    least, since = "fund.prepay_min", "fund.prepay_min_months"
    lines = [
        f"{whose}的规定：正常还款{region.display(since)}可以提前部分还款，"
        f"每次最低{region.display(least)}；没有逾期才能办理。"
    ]
    if least in region.values and early < region.fen(least):
        lines.append(f"您打算还的{yuan(early)}不到最低金额{region.display(least)}，要凑够才能办。")
    paid = answers.get("prepayment_paid")
    if since in region.values and paid is not None and paid < region.whole(since):
        lines.append(f"您还了{span(paid)}，要等到{region.display(since)}才能提前部分还款。")
    return lines


def _method(answers: Answers) -> str:
    assumed = "，并假定以前的利率一直是这个数" if answers[AMOUNT] is not None else ""
    return (
        f"这里按本月扣款以后马上提前还来算{assumed}。能选哪种办法、要不要违约金，"
        "以借款合同为准；准确的欠款请问受托银行。"
    )


def picture_name(early: int) -> str:
    """What somebody hears who cannot see the picture; the table holds its figures."""
    return f"提前还款对比图：提前还{yuan(early)}，缩短年限和减少月供以后，每月还款与剩余本金的变化"
