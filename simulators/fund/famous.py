"""The people with fixed data, for demonstrations and tests: the page lists them with their stories."""

from __future__ import annotations

from datetime import date

from simulators.fund.applications import Request
from simulators.fund.ledger import Plan
from simulators.fund.people import Contributions, Person, identity_number

YUAN = 100
ALL = ("pension", "medical", "unemployment", "injury", "maternity")


def _all(months: int) -> dict[str, int]:
    return dict.fromkeys(ALL, months)


def famous_people(today: date) -> list[Person]:
    """In the order of the page. Phones 1990000 are given to nobody; numbers bear a region code of no place."""
    return [
        Person(
            "张示例", identity_number(date(1988, 5, 12), 1), "19900000001", today,
            plan=Plan(opened=98, base=9000 * YUAN),
            contributions=Contributions(
                _all(118), 9000 * YUAN, pension_balance=78_600 * YUAN, average_index="1.05"
            ),
            story="正常缴存 8 年多，没有断缴；可以查余额和明细。",
        ),
        Person(
            "李样本", identity_number(date(1992, 11, 3), 2), "19900000002", today,
            plan=Plan(
                opened=40, base=7200 * YUAN, gaps=frozenset({5, 6, 11, 12, 13}),
                supplemented=frozenset({11, 12, 13}), supplement_age=10,
            ),
            contributions=Contributions(_all(35), 7200 * YUAN, pension_balance=20_100 * YUAN),
            story="断缴过两次：一次 3 个月已补缴，另一次 2 个月没有补。",
        ),
        Person(
            "王演示", identity_number(date(1990, 2, 20), 3), "19900000003", today,
            plan=Plan(opened=66, base=12_000 * YUAN),
            loans=(
                Request(
                    loan=True, kind="购买新建商品住房", amount=600_000 * YUAN, days_ago=16, reached=2,
                    outcome="needs_documents", missing=("近 6 个月银行流水", "首付款发票"),
                ),
            ),
            contributions=Contributions(_all(66), 12_000 * YUAN),
            story="贷款申请卡在“征信与额度复核”，要补两份材料。",
        ),
        Person(
            "赵模拟", identity_number(date(1985, 8, 8), 4), "19900000004", today,
            plan=Plan(opened=120, base=15_000 * YUAN, repayment=(14, 3_200 * YUAN)),
            loans=(
                Request(
                    loan=True, kind="购买存量住房", amount=800_000 * YUAN, days_ago=460, reached=5,
                    outcome="paid",
                ),
            ),
            contributions=Contributions(_all(140), 15_000 * YUAN),
            story="贷款已放款，每月用公积金冲还贷。",
        ),
        Person(
            "陈测试", identity_number(date(1996, 4, 1), 5), "19900000005", today,
            plan=Plan(opened=30, base=6_500 * YUAN, withdrawals={12: 9_600 * YUAN}),
            withdrawals=(
                Request(loan=False, kind="租房提取", amount=12_000 * YUAN, days_ago=3, reached=1),
                Request(
                    loan=False, kind="租房提取", amount=9_600 * YUAN, days_ago=370, reached=2,
                    outcome="paid",
                ),
            ),
            contributions=Contributions(_all(30), 6_500 * YUAN),
            story="今年的租房提取正在审核，去年的一笔已到账。",
        ),
        Person(
            "刘虚构", identity_number(date(1987, 12, 25), 6), "19900000006", today,
            plan=Plan(opened=84, base=10_000 * YUAN),
            withdrawals=(
                Request(
                    loan=False, kind="购房提取", amount=50_000 * YUAN, days_ago=20, reached=1,
                    outcome="rejected", reason="购房合同备案信息与提交的不一致，请核对后重新申请",
                ),
            ),
            contributions=Contributions(_all(90), 10_000 * YUAN),
            story="购房提取没有通过，写明了原因。",
        ),
        Person(
            "孙封存", identity_number(date(1983, 6, 30), 7), "19900000007", today,
            plan=Plan(opened=72, base=8_000 * YUAN, stopped=7),
            contributions=Contributions(
                _all(150), 8_000 * YUAN, stopped=7, pension_balance=61_000 * YUAN
            ),
            story="离职 7 个月，账户封存，社保也停了。",
        ),
        Person(
            "周无机", identity_number(date(1979, 9, 9), 8), None, today,
            plan=Plan(opened=130, base=7_000 * YUAN),
            story="没有登记手机号：看起来和查无此人一样，收不到验证码。",
        ),
        Person(
            "吴灵活", identity_number(date(1991, 7, 17), 9), "19900000009", today,
            contributions=Contributions(
                {"pension": 54, "medical": 60, "unemployment": 0, "injury": 0, "maternity": 0},
                4_500 * YUAN, pension_balance=19_400 * YUAN, average_index="0.62",
            ),
            story="灵活就业，只缴养老和医疗，没有公积金账户。",
        ),
        Person(
            "郑新开", identity_number(date(2001, 1, 31), 10), "19900000010", today,
            plan=Plan(opened=3, base=5_000 * YUAN),
            contributions=Contributions(_all(3), 5_000 * YUAN),
            story="刚开户，缴存不满 6 个月。",
        ),
        Person(
            "冯退休", identity_number(date(1967, 3, 15), 12), "19900000011", today,
            plan=Plan(opened=200, base=8_800 * YUAN, stopped=2, closed=True),
            withdrawals=(
                Request(
                    loan=False, kind="离休退休提取", amount=260_000 * YUAN, days_ago=62, reached=2,
                    outcome="paid",
                ),
            ),
            contributions=Contributions(
                _all(336), 8_800 * YUAN, stopped=2, pension_balance=186_000 * YUAN,
                average_index="0.92",
            ),
            story="已退休，公积金销户提取完毕。",
        ),
        Person(
            "褚补件", identity_number(date(1994, 10, 10), 11), "19900000012", today,
            plan=Plan(opened=50, base=7_800 * YUAN),
            withdrawals=(
                Request(
                    loan=False, kind="既有住宅加装电梯提取", amount=30_000 * YUAN, days_ago=9,
                    reached=1, outcome="needs_documents", missing=("加装电梯费用分摊协议",),
                ),
            ),
            contributions=Contributions(_all(50), 7_800 * YUAN),
            story="加装电梯提取待补材料。",
        ),
        Person(
            "卫转入", identity_number(date(1989, 3, 3), 13), "19900000013", today,
            plan=Plan(opened=16, base=28_000 * YUAN, transfer_in=(15, 92_345_67)),
            loans=(
                Request(
                    loan=True, kind="购买新建商品住房", amount=700_000 * YUAN, days_ago=24, reached=4,
                    outcome="approved",
                ),
            ),
            contributions=Contributions(_all(140), 28_000 * YUAN, average_index="2.10"),
            story="从外地转入过公积金；贷款已批准，正在抵押登记。",
        ),
        Person(
            "蒋冻结", identity_number(date(1980, 2, 29), 14), "19900000014", today,
            plan=Plan(opened=110, base=9_900 * YUAN, status="frozen"),
            contributions=Contributions(_all(180), 9_900 * YUAN),
            story="账户被司法冻结，余额可查，不能提取。",
        ),
    ]  # fmt: skip
