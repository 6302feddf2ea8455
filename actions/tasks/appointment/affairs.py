"""What people come to a hall for, by business. Which papers each needs, the articles tell."""

from __future__ import annotations

from dataclasses import dataclass

from actions.forms.fields import Option, words

# As the business system names them (ServiceHall.businesses).
FUND, SOCIAL = "公积金", "社保"


@dataclass(frozen=True)
class Affair:
    """`papers`: a question the knowledge base answers with what to bring."""

    value: str
    label: str
    business: str
    papers: str
    words: tuple[str, ...]

    @property
    def option(self) -> Option:
        return Option(self.value, self.label, self.words)


AFFAIRS = (
    Affair(
        "withdraw",
        "公积金提取",
        FUND,
        "公积金提取需要什么材料",
        words("提取 支取 取公积金 提公积金"),
    ),
    Affair(
        "loan",
        "公积金贷款、还款",
        FUND,
        "公积金贷款需要什么材料",
        words("贷款 房贷 还贷 还款 面签 结清 商转公 冲还贷"),
    ),
    Affair(
        "deposit",
        "公积金缴存、转移",
        FUND,
        "公积金怎么转移",
        words("缴存 补缴公积金 公积金转移 封存 启封 开户 销户"),
    ),
    Affair(
        "fund_other",
        "其他公积金业务",
        FUND,
        "公积金有哪些业务可以网上办",
        words("公积金的其他 其他公积金 其他"),
    ),
    Affair(
        "insure",
        "社保参保、缴费",
        SOCIAL,
        "社保怎么转移",
        words("参保 缴费 补缴社保 社保缴费 社保转移 灵活就业"),
    ),
    Affair("retire", "养老、退休", SOCIAL, "退休手续怎么办", words("养老 退休 养老金 领养老")),
    Affair(
        "unemployed", "失业金", SOCIAL, "失业金怎么申请，去哪里办", words("失业 失业金 失业保险")
    ),
    Affair("card", "社保卡", SOCIAL, "社保卡怎么补办", words("社保卡 补卡 换卡 办卡")),
    Affair(
        "social_other",
        "其他社保业务",
        SOCIAL,
        "社保业务可以网上办吗",
        words("工伤 生育 医保 其他社保 社保的其他 其他"),
    ),
)

BY_VALUE = {affair.value: affair for affair in AFFAIRS}
ALL_AFFAIRS = tuple(affair.option for affair in AFFAIRS)


def words_of(business: str) -> tuple[str, ...]:
    """All words for the affairs of one business but 其他, which is of both."""
    found = (word for affair in AFFAIRS if affair.business == business for word in affair.words)
    return tuple(word for word in dict.fromkeys(found) if word != "其他")
