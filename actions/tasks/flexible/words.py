"""A flexible worker's contributions in words. Pure: answers and region in, contents out."""

from __future__ import annotations

from decimal import Decimal

from actions.forms.context import Answers
from actions.money import yuan
from actions.region import RegionNumbers
from actions.replies import HUMAN
from actions.tasks.flexible.contributions import contributions, pension_base
from actions.tasks.flexible.form import FUND, MEDICAL, PENSION
from actions.tasks.wording import source_line, suggest
from core.conversation.content import ChoicesContent, Content

PENSION_BASIS = "《国务院关于完善企业职工基本养老保险制度的决定》（国发〔2005〕38号）第三部分"
BASE_BASIS = "《降低社会保险费率综合方案》（国办发〔2019〕13号）第三部分"
FUND_BASIS = "《住房公积金管理条例》第四十九条"


def show_flexible(answers: Answers, region: RegionNumbers) -> list[Content]:
    """What is paid a month and a year, part by part."""
    kind = answers["flexible_kind"]
    base = pension_base(int(answers["flexible_percent"]), region) if kind in PENSION else None
    fund = None
    if kind in FUND:
        fund = int(answers["flexible_base"]), Decimal(answers["flexible_rate"]) / 100
    result = contributions(base=base, medical=kind in MEDICAL, fund=fund, region=region)
    lines = [f"测算结果：每月大约要缴{yuan(result.total)}，一年{yuan(result.total * 12)}。"]
    sources = []
    if result.pension is not None and result.base is not None and result.personal is not None:
        rate = region.display("si.flexible_pension_rate")
        lines.append(
            f"• 养老保险{yuan(result.pension)}：基数{yuan(result.base)}的{rate}，"
            f"其中{yuan(result.personal)}进个人账户。"
        )
        sources += [PENSION_BASIS, BASE_BASIS]
    if result.medical is not None:
        lines.append(f"• 医疗保险{yuan(result.medical)}：按当地灵活就业人员的标准。")
    if result.fund is not None:
        lines.append(
            f"• 公积金{yuan(result.fund)}：基数{yuan(int(answers['flexible_base']))}的"
            f"{answers['flexible_rate']}%，全部进您自己的账户。"
        )
        sources.append(FUND_BASIS)
    if kind in PENSION:
        lines.append(
            "灵活就业可以自愿参加、自己选档次；就业困难人员、毕业2年内未就业的高校毕业生，可以申请社保补贴。"
        )
    basis = f"依据：{'，'.join(sources)}。" if sources else "医疗保险的缴费标准由当地规定。"
    text = "\n".join([*lines, "", basis, source_line(region, office="社保、公积金经办机构")])
    choices = [suggest("灵活就业人员怎么参加社保"), suggest("帮我估算养老金"), HUMAN]
    return [ChoicesContent(text=text, choices=choices)]
