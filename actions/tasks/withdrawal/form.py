"""The questions of the withdrawal form (domain.yml: withdrawal_form); the rules are in judge.py."""

from __future__ import annotations

from dataclasses import dataclass

from actions.forms.amounts import CountField
from actions.forms.choices import (
    DONE_WORDS,
    NOT_DONE_WORDS,
    NOT_OF_KIND_WORDS,
    OF_KIND_WORDS,
    ChoiceField,
    yes_no,
)
from actions.forms.fields import Option, words
from actions.forms.form import Form
from actions.forms.progress import MOST_CHOICES


def _for(*reasons: str) -> dict[str, tuple[str, ...]]:
    return {"withdrawal_reason": reasons}


@dataclass(frozen=True)
class ReasonField(ChoiceField):
    """More reasons than a message has room for buttons: the last ones are reached by words."""

    @property
    def options(self) -> tuple[Option, ...]:
        return self.choices[:MOST_CHOICES]


REASON = ReasonField(
    slot="withdrawal_reason",
    topic="提取原因",
    question="您因为什么提取公积金？",
    keywords=words(
        "租房 房租 租金 公租房 买房 购房 买了房 首付 还贷 还房贷 房贷 商贷 月供 退休 离休 到龄 离职 辞职 辞退 下岗 "
        "失业 没工作 出境 出国 移民 自建 建房 盖房 翻建 翻修 大修 装修 物业费 电梯 丧失劳动能力 残疾 去世 过世 死亡 "
        "继承 大病 重病 低保 困难"
    ),
    choices=(
        Option("rent", "租房", words("租房子 租的房 房租 付租金 租金 租住 公租房")),
        Option("purchase", "购买自住住房", words("买房 购房 买了房 买房子 买新房 买二手房 首付")),
        Option(
            "repayment",
            "偿还购房贷款",
            words("还贷 还房贷 还贷款 房贷 月供 商贷 商业贷款 还商贷 还公积金贷款 提前还款 还款"),
        ),
        Option("retirement", "离休、退休", words("退休 离休 到龄 退休了")),
        Option("left_job", "离职", words("辞职 辞退 不干了 没工作 失业 解除合同 离开单位 下岗")),
        Option("emigration", "出境定居", words("出国 移民 定居 出境")),
        Option(
            "building", "建造、翻建、大修住房", words("建房 自建 翻建 大修 翻修 盖房 建造 农村建房")
        ),
        Option("decoration", "装修自住住房", words("装修 装潢 装房子")),
        Option("property_fee", "支付物业费", words("物业费 物业 物业管理费")),
        Option("elevator", "加装电梯", words("装电梯 加电梯 电梯")),
        Option("disability", "完全丧失劳动能力", words("丧失劳动能力 丧失劳动力 残疾 干不了活")),
        Option("death", "职工死亡（继承人办理）", words("死亡 去世 过世 不在了 继承 人没了")),
        Option(
            "hardship",
            "家庭生活严重困难",
            words(
                "困难 低保 大病 重病 生病 看病 治病 癌症 住院 火灾 水灾 遭灾 灾害 特困 没钱 急用钱"
            ),
        ),
    ),
)

WITHDRAWAL_FORM = Form(
    name="withdrawal_form",
    intent="check_withdrawal",
    title="公积金提取条件自查",
    fields=(
        REASON,
        yes_no(
            "withdrawal_owns_home",
            "自有住房",
            "您和配偶在缴存城市有没有自有住房？",
            yes="有住房",
            no="没有住房",
            yes_words=words("有房 有一套 有两套"),
            no_words=words("没房 无房 没有房 都没有 名下没有"),
            when=_for("rent"),
        ),
        CountField(
            slot="withdrawal_months",
            topic="连续缴存时间",
            question="到现在连续足额缴存公积金多久了？（比如：8个月、3年）",
            keywords=words("连续缴存 连续缴 连续交 缴存了 交了 缴了"),
            when=_for("rent"),
            unit="month",
        ),
        ChoiceField(
            slot="withdrawal_rent_kind",
            topic="租住的房屋",
            question="租的是公共租赁住房，还是商品住房（普通出租房）？",
            keywords=words("公租房 商品房"),
            when=_for("rent"),
            choices=(
                Option("public", "公共租赁住房", words("公租房 公租 廉租房 保障房 公共租赁")),
                Option(
                    "private",
                    "商品住房",
                    words("普通 出租房 私人 商品房 个人的房 中介 市场 自己租 合租 商品"),
                ),
            ),
        ),
        yes_no(
            "withdrawal_self_use",
            "自住",
            "买的是自己住的住宅吗？（商铺、办公房不算）",
            yes="是住宅，自己住",
            no="不是住宅",
            yes_words=(*OF_KIND_WORDS, *words("自住 自己住 住宅 住人")),
            no_words=(*NOT_OF_KIND_WORDS, *words("商铺 公寓办公 办公 店面 投资")),
            when=_for("purchase"),
        ),
        yes_no(
            "withdrawal_recent_purchase",
            "购房时间",
            "是在规定期限内买的吗？（一般是购房后1年内，按合同备案或缴清契税的日子算）",
            yes="在期限内",
            no="超过期限了",
            yes_words=(
                *OF_KIND_WORDS,
                *words("一年内 1年内 不到一年 没超过 刚买 今年 上个月 没到一年 半年 没满 不满"),
            ),
            no_words=(*NOT_OF_KIND_WORDS, *words("超过 一年多 好几年 两年 早买 去年以前 满了")),
            when=_for("purchase"),
        ),
        yes_no(
            "withdrawal_own_home",
            "自住住房",
            "房子是您本人或配偶自住的吗？",
            yes="是自住的",
            no="不是",
            yes_words=(*OF_KIND_WORDS, *words("自住 自己住 我家 本人的 配偶的 我们住")),
            no_words=(*NOT_OF_KIND_WORDS, *words("出租 租的 别人的 父母的 不是自住 没住")),
            when=_for("decoration", "property_fee", "elevator"),
        ),
        yes_no(
            "withdrawal_loan_owner",
            "借款人",
            "这笔住房贷款的借款人是您本人或您的配偶吗？",
            yes="是本人或配偶",
            no="是别人",
            yes_words=(*OF_KIND_WORDS, *words("本人 我自己 我的 老婆 老公 配偶 爱人 我贷的")),
            no_words=(*NOT_OF_KIND_WORDS, *words("父母 孩子 子女 别人 亲戚 爸 妈")),
            when=_for("repayment"),
        ),
        yes_no(
            "withdrawal_repaid_recently",
            "上次还贷提取",
            "在当地规定的间隔（一般12个月）里，您已经按还贷提取过了吗？",
            yes="提取过",
            no="没有提取过",
            yes_words=(*DONE_WORDS, *words("提过 取过 提了 取了")),
            no_words=(*NOT_DONE_WORDS, *words("没提 没取 没提过 第一次 从没 没有提 头一次")),
            when=_for("repayment"),
        ),
        yes_no(
            "withdrawal_retired",
            "退休手续",
            "离休、退休手续办好了吗（或者已到法定退休年龄）？",
            yes="办好了",
            no="还没有",
            yes_words=(*DONE_WORDS, *words("退了 退休了 到年龄 办完 已退休 到龄 满了")),
            no_words=(*NOT_DONE_WORDS, *words("没退 快了 正在办 没到 没满 不满 快满了")),
            when=_for("retirement"),
        ),
        yes_no(
            "withdrawal_reemployed",
            "离职后缴存",
            "离职以后，在新单位或外地又开始缴存公积金了吗？",
            yes="又在缴存",
            no="没有再缴存",
            yes_words=words("又交 在交 新单位交 在缴 已经"),
            no_words=words("没交 没再 没缴 没工作 断了"),
            when=_for("left_job"),
        ),
        CountField(
            slot="withdrawal_sealed_months",
            topic="封存时间",
            question="公积金账户封存多久了？（从停缴那个月算，比如：7个月、半年）",
            keywords=words("封存 停缴 停了 离职"),
            when=_for("left_job") | {"withdrawal_reemployed": ("no",)},
            unit="month",
        ),
        yes_no(
            "withdrawal_emigrated",
            "出境定居证明",
            "出境定居的证明（如户口注销证明、永久居留证件）已经拿到了吗？",
            yes="拿到了",
            no="还没有",
            yes_words=(*DONE_WORDS, *words("有了 拿了 办下来")),
            no_words=(*NOT_DONE_WORDS, *words("没拿 正在办 没办下来")),
            when=_for("emigration"),
        ),
        yes_no(
            "withdrawal_approved",
            "批准或鉴定",
            "建造、翻建的批准文件（或大修的房屋安全鉴定）有了吗？",
            yes="有了",
            no="还没有",
            yes_words=(*DONE_WORDS, *words("批了 批下来 拿到 办了")),
            no_words=(*NOT_DONE_WORDS, *words("没批 正在办 没办")),
            when=_for("building"),
        ),
        yes_no(
            "withdrawal_disabled",
            "劳动能力鉴定",
            "已经鉴定为完全丧失劳动能力了吗？",
            yes="鉴定了",
            no="还没有",
            yes_words=(*DONE_WORDS, *words("鉴定过 有鉴定 是的鉴定")),
            no_words=(*NOT_DONE_WORDS, *words("没鉴定 部分丧失 没做")),
            when=_for("disability"),
        ),
        yes_no(
            "withdrawal_contract_ended",
            "劳动关系",
            "已经和单位终止劳动关系了吗？",
            yes="终止了",
            no="还没有",
            yes_words=(*DONE_WORDS, *words("解除了 离职了 终止 不在单位")),
            no_words=(*NOT_DONE_WORDS, *words("没终止 没解除 还在单位 在职")),
            when=_for("disability"),
        ),
        yes_no(
            "withdrawal_heir",
            "继承关系",
            "您是这位职工的继承人或受遗赠人吗？",
            yes="是继承人或受遗赠人",
            no="都不是",
            yes_words=(
                *OF_KIND_WORDS,
                *words("儿子 女儿 妻子 丈夫 老婆 老公 父亲 母亲 子女 配偶 继承人"),
            ),
            no_words=(*NOT_OF_KIND_WORDS, *words("朋友 同事 不是继承人")),
            when=_for("death"),
        ),
        ChoiceField(
            slot="withdrawal_hardship",
            topic="困难的原因",
            question="家里的困难是哪一种？",
            when=_for("hardship"),
            choices=(
                Option(
                    "allowance", "享受最低生活保障", words("低保 吃低保 最低生活保障 低保户 特困")
                ),
                Option(
                    "jobless", "终止劳动关系后没有再就业", words("失业 没工作 下岗 没再就业 离职")
                ),
                Option(
                    "disabled", "部分或全部丧失劳动能力", words("丧失劳动能力 丧失劳动力 残疾 伤残")
                ),
                Option(
                    "event",
                    "突发事件（如重大疾病、灾害）",
                    words("大病 重病 生病 癌症 住院 火灾 水灾 灾害 遭灾 突发 事故 车祸 疾病"),
                ),
                Option("none", "都不是", words("都没有 不是 没有 其他")),
            ),
        ),
    ),
)
