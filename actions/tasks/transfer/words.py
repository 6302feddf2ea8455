"""How to transfer, in words. Pure.

Every sentence stands in the articles fund-transfer-city, fund-transfer-overview, si-transfer-pension-how,
si-transfer-time, si-transfer-temporary, si-transfer-medical and si-transfer-unemployment, with these sources.
"""

from __future__ import annotations

from collections.abc import Sequence

from actions.forms.context import Answers
from actions.replies import HUMAN
from actions.spans import span
from actions.tasks.transfer.form import (
    FROM,
    FUND,
    HOME,
    KIND,
    LIMIT,
    LOAN,
    MEDICAL,
    MONTHS,
    NEAR,
    PAYING,
    PENSION,
    TO,
)  # fmt: skip
from actions.tasks.transfer.places import province_of
from actions.tasks.wording import suggest
from core.conversation.content import ChoicesContent, Content

# Many cities ask for half a year; the number is the place's own.
USUAL_MONTHS = 6
_FUND_LAW = "《住房公积金管理条例》（国务院令第262号公布，第844号修订）第三十一条"
_INSURANCE_LAW = "《中华人民共和国社会保险法》"
_HANDLING = "《社会保险经办条例》（国务院令第765号）"
_PENSION_RULES = "《城镇企业职工基本养老保险关系转移接续暂行办法》（国办发〔2009〕66号）"


def show_transfer(answers: Answers) -> list[Content]:
    """Whether now, how, how long, and by which rule."""
    kind = answers[KIND]
    lines, basis, questions = (
        _fund(answers) if kind == FUND
        else _pension(answers) if kind == PENSION
        else _medical(answers) if kind == MEDICAL
        else _unemployment(answers)
    )  # fmt: skip
    text = "\n".join(
        [*lines, "", f"依据：{basis}。", "各地办理细节不完全一样，请以转入地的答复为准。"]
    )
    return [ChoicesContent(text=text, choices=[*map(suggest, questions), HUMAN])]


_Parts = tuple[Sequence[str], str, Sequence[str]]


def _fund(answers: Answers) -> _Parts:
    way = f"公积金从{answers[FROM]}转到{answers[TO]}"
    if answers[PAYING] == "no":
        head = f"{way}：现在还不能转，要先在{answers[TO]}开户缴存。"
    elif int(answers[MONTHS]) < USUAL_MONTHS:
        head = (
            f"{way}：可以准备了。很多城市要求在转入地稳定缴存半年以上，"
            f"您现在是{span(int(answers[MONTHS]))}，请先问{answers[TO]}公积金中心要满多久。"
        )
    else:
        head = f"{way}：可以申请了，不用回{answers[FROM]}跑。"
    lines = [
        head,
        f"1. 在{answers[TO]}开户、缴存；",
        "2. 本人在“全国住房公积金”小程序里选“转移接续”，填转出地信息；也可以去转入地公积金中心窗口；",
        "3. 转出地核实后，余额和缴存记录转过来，进度和结果在小程序里看。",
        "一般不用带材料；缴存时间合并计算，以后在转入地贷款用得上。",
    ]
    if answers[LOAN] == "yes":
        lines.append(f"您还有没还清的公积金贷款，转出前请先问{answers[FROM]}公积金中心。")
    lines.append("社保不跟着公积金转，要另外申请；要转的话可以接着问我“社保怎么转”。")
    basis = f"{_FUND_LAW}；《关于开展治理违规提取住房公积金工作的通知》（建金〔2018〕46号）第一条"
    return lines, basis, ("社保怎么转", "公积金怎么转到另一个城市")


def _pension(answers: Answers) -> _Parts:
    way = f"养老保险从{answers[FROM]}转到{answers[TO]}"
    questions = ("养老保险转移要多久办好", "在几个地方都交过社保，退休金在哪里领")
    if answers[LIMIT] == NEAR and answers[HOME] == "neither":
        lines = [
            f"{way}：如果是跨省，现在暂时不转。",
            "男满50周岁、女满40周岁，到户籍地以外的外省参保的，养老关系留在原来的地方，"
            "新地方给您建一个临时养老保险缴费账户。",
            "• 临时账户照常缴费，年限照样累计；",
            "• 以后再跨省就业，或者到了领养老金的时候，临时账户里的缴费转回原参保地或待遇领取地；",
            "• 以后回户籍地就业参保，不受这个年龄限制。",
        ]
        return lines, f"{_PENSION_RULES}第五条", questions
    lines = [
        f"{way}：{_may(answers, '参保缴费')}",
        f"1. 在{answers[TO]}参保缴费；",
        "2. 网上申请：国家社会保险公共服务平台、掌上12333、电子社保卡；也可以去转入地的社保窗口；",
        "3. 两地经办机构之间办理，不用两头跑，进度在平台上查。",
        "不转也不会作废，但退休前要归集到一起。",
        "两地合计一般不超过45个工作日，网上通常更快；转完后各地缴费年限合并计算。",
    ]
    if answers[LIMIT] == NEAR:
        lines.append("您的年龄跨省一般要建临时账户，但回户籍地或者经批准调动的不受限制，可以转入。")
    left = province_of(str(answers[FROM]))
    if left is not None and left == province_of(str(answers[TO])):
        lines.append("这两地在同一个省，各省多已不用转移或者简化办理，先问问转入地要不要办。")
    lines.append("医保、失业保险要另外申请。")
    clauses = "第三条、第五条、第八条" if answers[LIMIT] == NEAR else "第三条、第八条"
    basis = f"{_INSURANCE_LAW}第十九条；{_PENSION_RULES}{clauses}；{_HANDLING}第十二条、第十六条"
    return lines, basis, questions


def _medical(answers: Answers) -> _Parts:
    lines = [
        f"职工医保从{answers[FROM]}转到{answers[TO]}：{_may(answers, '参加职工医保')}",
        f"1. 在{answers[TO]}参加职工医保；",
        "2. 申请：国家医保服务平台、当地医保渠道或者窗口；",
        "3. 两地经办机构之间办理，一般15个工作日内办结。",
        "缴费年限累计计算，个人账户余额按规定随同转移。",
        "中断3个月以内的，可以按转入地规定补缴；超过3个月的，各地可以设不超过6个月的等待期，所以别断太久。",
    ]
    basis = (
        f"{_INSURANCE_LAW}第三十二条；{_HANDLING}第十三条、第十六条；"
        "《基本医疗保险关系转移接续暂行办法》（医保办发〔2021〕43号）转移接续流程和待遇衔接的规定"
    )
    return lines, basis, ("医保关系怎么转移", "医保断缴了有什么影响")


def _unemployment(answers: Answers) -> _Parts:
    lines = [
        f"失业保险从{answers[FROM]}转到{answers[TO]}：{_may(answers, '参保')}",
        f"• 有工作的：在{answers[TO]}参保后申请，缴费年限累计计算；",
        "• 已经失业、回外地的：可以在参保地领失业金，也可以按规定转到户籍地等地领，选定后按那里的规定执行；",
        "• 网上办：国家社会保险公共服务平台的“失业保险关系转移接续”。",
        "能不能转、按哪里的标准领，请先问两边的经办机构。",
    ]
    basis = f"{_INSURANCE_LAW}第五十二条；《失业保险条例》（国务院令第258号）第二十二条；{_HANDLING}第十四条"
    return lines, basis, ("失业金怎么申请，去哪里办", "失业保险关系可以转移吗")


def _may(answers: Answers, what: str) -> str:
    if answers[PAYING] == "yes":
        return "可以申请了。"
    return f"要先在{answers[TO]}{what}，再申请转移。"
