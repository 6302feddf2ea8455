"""Judges whether the housing fund may be withdrawn, why, and with which papers. Pure.

Sources: 住房公积金管理条例 (国务院令第262号公布，第350号、第710号、第844号修订，2026-09-20起施行)
第二十四条, 第二十五条;
建金〔2015〕19号 (rent); 建金〔2018〕46号 (封存 after leaving a job); 国办发〔2020〕23号 (lifts);
建金管〔2005〕5号 (hardship). How often, how much and for how long is a city's own rule and comes from the region.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from actions.region import RegionNumbers
from actions.tasks.withdrawal.sources import (
    CLOSING,
    HARDSHIP_NOTICE,
    LEAVE_NOTICE,
    LIFT_NOTICE,
    RENT_NOTICE,
    article_24,
)
from actions.tasks.withdrawal.verdict import Draft, Verdict

Answers = Mapping[str, Any]


def judge_withdrawal(answers: Answers, region: RegionNumbers) -> Verdict:
    """The verdict for the form's answers; `withdrawal_reason` is one of REASONS."""
    draft = REASONS[answers["withdrawal_reason"]](answers, region)
    return Verdict(
        draft.title,
        tuple(draft.obstacles),
        tuple(draft.grounds),
        tuple(draft.papers),
        tuple(draft.remarks),
        draft.citations,
        draft.local,
    )


def _rent(answers: Answers, region: RegionNumbers) -> Draft:
    draft = Draft("租房提取", (article_24("第二十四条第一款第一项"), RENT_NOTICE))
    needed = region.whole("fund.rent_withdraw_min_months")
    months = int(answers["withdrawal_months"])
    draft.require(
        months >= needed,
        f"已连续足额缴存{months}个月，满足{needed}个月的要求",
        f"租房提取要连续足额缴存满{needed}个月，您目前是{months}个月，满了以后就可以申请",
    )
    draft.require(
        answers["withdrawal_owns_home"] == "no",
        "本人及配偶在缴存城市没有自有住房",
        "租房提取要求本人及配偶在缴存城市没有自有住房",
    )
    if answers["withdrawal_rent_kind"] == "public":
        draft.papers += ["公共租赁住房租赁合同", "租金缴纳证明"]
        draft.remarks.append("租住公共租赁住房的，按照实际房租支出全额提取")
    else:
        draft.papers += ["本人及配偶名下无房产的证明（能联网核查的不用提交）"]
        draft.remarks.append(
            f"租住商品住房的提取额度：{region.display('fund.rent_withdraw_limit')}，"
            f"夫妻合计{region.display('fund.rent_withdraw_limit_family')}；"
            f"频次：{region.display('fund.rent_withdraw_interval')}"
        )
    draft.papers.append("已婚的，提供结婚证和配偶身份证件")
    return draft


def _purchase(answers: Answers, region: RegionNumbers) -> Draft:
    draft = Draft("购买自住住房提取", (article_24("第二十四条第一款第二项"),))
    draft.require(
        answers["withdrawal_self_use"] == "yes",
        "购买的是自住住房",
        "只有购买自住住房才能提取，购买商铺、办公用房等不行",
    )
    window = region.display("fund.purchase_withdraw_window")
    draft.require(
        answers["withdrawal_recent_purchase"] == "yes",
        f"在购房后{window}申请",
        f"购房提取要在购房后{window}申请，超过期限的一般不能再按购房提取，以当地规定为准",
    )
    draft.papers += [
        "新建商品住房：经备案的购房合同、付款凭证；二手住房：不动产权证书、契税完税凭证",
        "已婚的，提供结婚证和配偶身份证件",
    ]
    draft.remarks.append("提取金额合计不超过实际支付的购房款")
    return draft


def _repayment(answers: Answers, region: RegionNumbers) -> Draft:
    draft = Draft("偿还购房贷款本息提取", (article_24("第二十四条第一款第三项"),))
    draft.require(
        answers["withdrawal_loan_owner"] == "yes",
        "您本人或配偶是借款人",
        "只有借款人本人或其配偶才能按还贷提取",
    )
    draft.require(
        answers["withdrawal_repaid_recently"] == "no",
        "距上次还贷提取已满规定的间隔",
        f"还贷提取{region.display('fund.repay_withdraw_interval')}，等间隔期满再申请",
    )
    draft.papers += [
        "购房借款合同",
        "还款明细或还款凭证（由贷款银行出具；公积金贷款能联网核查的不用提交）",
        "用配偶的贷款提取的，提供结婚证",
    ]
    draft.remarks.append("提取金额不超过实际偿还的贷款本息")
    return draft


def _retirement(answers: Answers, region: RegionNumbers) -> Draft:
    draft = Draft("离休、退休提取", (article_24("第二十四条第一款第六项、第二款"),))
    draft.require(
        answers["withdrawal_retired"] == "yes",
        "已经离休、退休",
        "要先办好离休、退休手续（或达到法定退休年龄），再申请提取",
    )
    draft.papers.append("离休、退休证明（能联网核查的不用提交）")
    draft.remarks.append(CLOSING)
    return draft


def _left_job(answers: Answers, region: RegionNumbers) -> Draft:
    draft = Draft("离职提取", (LEAVE_NOTICE,))
    needed = region.whole("fund.leave_withdraw_seal_months")
    draft.require(
        answers["withdrawal_reemployed"] == "no",
        "离职后没有在别处继续缴存",
        "已经在新单位或外地继续缴存的，应当办理转移接续，不能按离职提取",
    )
    if answers["withdrawal_reemployed"] == "no":
        months = int(answers["withdrawal_sealed_months"])
        draft.require(
            months >= needed,
            f"账户已封存{months}个月，满足{needed}个月的要求",
            f"账户要封存满{needed}个月，您目前是{months}个月，期满后可以申请",
        )
    draft.papers.append("与单位解除或终止劳动关系的证明（账户已由单位封存、能联网核查的不用提交）")
    draft.remarks.append("还有没还清的公积金贷款的，一般不能按离职提取，要继续还款")
    return draft


def _emigration(answers: Answers, region: RegionNumbers) -> Draft:
    draft = Draft("出境定居提取", (article_24("第二十四条第一款第八项、第二款"),))
    draft.require(
        answers["withdrawal_emigrated"] == "yes",
        "已办理出境定居",
        "要先取得出境定居的证明，再申请提取",
    )
    draft.papers.append("出境定居证明（如户口注销证明、定居国或地区的永久居留证件）")
    draft.remarks.append(CLOSING)
    return draft


def _building(answers: Answers, region: RegionNumbers) -> Draft:
    draft = Draft("建造、翻建、大修自住住房提取", (article_24("第二十四条第一款第二项"),))
    draft.require(
        answers["withdrawal_approved"] == "yes",
        "已有建造、翻建的批准文件或大修的鉴定",
        "建造、翻建要先取得规划建设部门的批准文件，大修要先有房屋安全鉴定证明",
    )
    draft.papers += [
        "建造、翻建：规划建设部门的批准文件；大修：房屋安全鉴定证明",
        "工程费用的支付凭证",
        "房屋或土地的权属证明",
    ]
    draft.remarks.append(
        f"一般要在建好、修好后{region.display('fund.purchase_withdraw_window')}申请"
    )
    draft.remarks.append("装修不属于大修，请选“装修自住住房”另行自查；提取金额不超过实际支付的费用")
    return draft


def _decoration(answers: Answers, region: RegionNumbers) -> Draft:
    draft = Draft("装修自住住房提取", (article_24("第二十四条第一款第四项"),))
    _require_own_home(draft, answers)
    draft.papers += ["不动产权证书", "装修合同和发票等支出凭证"]
    draft.remarks.append(
        f"额度：{region.display('fund.decoration_withdraw_limit')}，不超过实际支出；"
        f"同一套住房再次提取要间隔{region.display('fund.decoration_withdraw_interval')}"
    )
    return draft


def _property_fee(answers: Answers, region: RegionNumbers) -> Draft:
    draft = Draft("支付物业费提取", (article_24("第二十四条第一款第五项"),))
    _require_own_home(draft, answers)
    draft.papers += ["不动产权证书", "物业费发票或缴费凭证"]
    draft.remarks.append(
        f"额度：{region.display('fund.property_fee_withdraw_limit')}，不超过实际缴纳的物业费；"
        "水、电、燃气、供暖和停车费不算物业费"
    )
    return draft


def _elevator(answers: Answers, region: RegionNumbers) -> Draft:
    draft = Draft("加装电梯提取", (article_24("第二十四条第一款第九项"), LIFT_NOTICE), local=True)
    _require_own_home(draft, answers)
    draft.papers += [
        "不动产权证书",
        "加装电梯的批准或备案文件",
        "出资分摊协议和付款凭证",
    ]
    draft.remarks.append("提取金额不超过这套房子实际分摊的出资额，扣除政府补贴")
    draft.remarks.append("办理的时间、次数和亲属范围各地不同，请先问当地公积金中心是否已经开通")
    return draft


def _hardship(answers: Answers, region: RegionNumbers) -> Draft:
    draft = Draft("家庭生活严重困难提取", (HARDSHIP_NOTICE,), local=True)
    kind = answers["withdrawal_hardship"]
    draft.require(
        kind != "none",
        "属于国家政策列明的困难情况，经公积金中心审核可以提取",
        "要因享受最低生活保障、失业、丧失劳动能力或者突发事件，造成家庭生活严重困难",
    )
    draft.papers.append(HARDSHIP_PAPERS.get(kind, "能证明家庭困难的材料"))
    draft.remarks.append(
        "提取的额度、次数和要哪些证明由当地规定，大病一般要属于当地列明的病种；办理前请先打12329确认"
    )
    return draft


HARDSHIP_PAPERS = {
    "allowance": "最低生活保障证明",
    "jobless": "与单位终止劳动关系的证明、失业登记证明",
    "disabled": "劳动能力鉴定结论",
    "event": "突发事件的证明；因病的，提供诊断证明、住院病历和医疗费用结算单",
}


def _require_own_home(draft: Draft, answers: Answers) -> None:
    draft.require(
        answers["withdrawal_own_home"] == "yes",
        "是本人或配偶的自住住房",
        "只有本人或配偶的自住住房才能按这一项提取",
    )


def _disability(answers: Answers, region: RegionNumbers) -> Draft:
    draft = Draft("完全丧失劳动能力提取", (article_24("第二十四条第一款第七项、第二款"),))
    draft.require(
        answers["withdrawal_disabled"] == "yes",
        "已鉴定为完全丧失劳动能力",
        "要有劳动能力鉴定机构作出的完全丧失劳动能力的鉴定结论",
    )
    draft.require(
        answers["withdrawal_contract_ended"] == "yes",
        "已与单位终止劳动关系",
        "还要与单位终止劳动关系，两个条件要同时具备",
    )
    draft.papers += ["完全丧失劳动能力的鉴定结论", "与单位终止劳动关系的证明"]
    draft.remarks.append(CLOSING)
    return draft


def _death(answers: Answers, region: RegionNumbers) -> Draft:
    draft = Draft("职工死亡提取", (article_24("第二十四条第三款"),))
    draft.require(
        answers["withdrawal_heir"] == "yes",
        "您是继承人或受遗赠人",
        "只有职工的继承人、受遗赠人可以提取",
    )
    draft.papers = [
        "继承人或受遗赠人的有效身份证件和银行卡",
        "职工死亡证明或宣告死亡的判决",
        "继承权或受遗赠权的证明（如公证书、法院判决书；小额的可问当地能否用承诺书）",
    ]
    draft.remarks.append("没有继承人也没有受遗赠人的，账户余额纳入住房公积金的增值收益")
    return draft


REASONS: dict[str, Callable[[Answers, RegionNumbers], Draft]] = {
    "rent": _rent,
    "purchase": _purchase,
    "repayment": _repayment,
    "retirement": _retirement,
    "left_job": _left_job,
    "emigration": _emigration,
    "building": _building,
    "decoration": _decoration,
    "property_fee": _property_fee,
    "elevator": _elevator,
    "disability": _disability,
    "death": _death,
    "hardship": _hardship,
}
