"""The questions of the unemployment form (domain.yml: unemployment_form)."""

from __future__ import annotations

from actions.forms.amounts import CountField
from actions.forms.choices import DONE_WORDS, NOT_DONE_WORDS, ChoiceField, yes_no
from actions.forms.fields import Option, words
from actions.forms.form import Form

UNEMPLOYMENT_FORM = Form(
    name="unemployment_form",
    intent="check_unemployment",
    title="失业金自查",
    fields=(
        ChoiceField(
            slot="unemployment_reason",
            topic="离开单位的原因",
            question="您是因为什么离开单位的？",
            keywords=words("辞退 辞职 裁 到期 倒闭 破产 欠薪 拖欠 开除 解雇 劝退 续签 不想干"),
            choices=(
                Option(
                    "dismissed",
                    "被单位辞退、裁员",
                    words(
                        "辞退 裁员 被裁 开除 被开 解雇 炒鱿鱼 优化 裁了 下岗 倒闭 破产 关门 黄了 撤销"
                    ),
                ),
                Option(
                    "expired",
                    "合同到期没续签",
                    words("到期 合同到期 没续签 不续签 没续 不续 期满"),
                ),
                Option(
                    "agreed",
                    "单位提出、双方协商解除",
                    words("协商解除 协商 单位提出 谈好 劝退 双方同意"),
                ),
                Option(
                    "forced",
                    "单位欠薪、不缴社保等，被迫离职",
                    words("欠薪 拖欠工资 不发工资 不缴社保 不交社保 被迫 逼走 强迫"),
                ),
                Option(
                    "resigned", "自己辞职", words("辞职 自己走 主动离职 不想干 自愿 跳槽 自己提")
                ),
            ),
        ),
        CountField(
            slot="unemployment_months",
            topic="失业保险缴费时间",
            question="失业保险一共缴了多久？（比如：3年、18个月；以前领过失业金的，从那以后重新算）",
            keywords=words("失业保险缴 失业保险交 失业险 缴了 交了 缴费 干了"),
            unit="month",
            least=0,
            most=600,
        ),
        yes_no(
            "unemployment_registered",
            "失业登记",
            "已经办了失业登记，也愿意找工作吗？",
            yes="办了，愿意",
            no="还没有办",
            yes_words=(*DONE_WORDS, *words("登记了 办过 已登记 办好 愿意 可以")),
            no_words=(*NOT_DONE_WORDS, *words("没登记 没去 不会办 还没办 不愿意 不可以")),
            when={},
        ),
    ),
)
