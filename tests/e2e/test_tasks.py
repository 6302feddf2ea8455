"""The bot does something over several turns: it asks, explains what it cannot take, and computes."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.conftest import People
from tests.e2e.windows import Album

START = "帮我算算公积金能贷多少"


async def test_a_loan_amount_is_computed_over_several_turns_and_wrong_values_are_explained(
    people: People, album: Album
) -> None:
    citizen = await people.citizen()
    await citizen.choose(START, "一个人缴存公积金，还是夫妻双方")
    await citizen.choose("夫妻双方缴存", "首套住房，还是第二套")
    await citizen.choose("首套", "以前用过公积金贷款吗")
    await citizen.choose("没用过", "账户余额一共有多少")
    refused = await citizen.ask("5元", "太小")
    await expect(refused).to_contain_text("账户余额一共有多少")
    await album.take(citizen.page, "wrong-value")
    await citizen.ask("十万八千", "缴存公积金多久")
    await citizen.ask("三年", "月收入")
    await citizen.ask("1.5万", "男士还是女士")
    await citizen.choose("男", "周岁")
    await citizen.ask("35", "打算贷多少年")
    refused = await citizen.ask("40", "1到30之间")
    await expect(refused).to_contain_text("打算贷多少年")
    await citizen.ask("25", "房子总价")
    result = await citizen.ask("200万", "测算结果")
    # The least of: the example region's highest 100万, fifteen times 10.8万, what the income allows, 80 % of the price.
    await expect(result).to_contain_text("大约可以贷100万元，贷25年")
    await expect(result).to_contain_text("4,536.70元")
    await album.take(citizen.page, "result")


async def test_suanle_cancels_a_task_and_the_next_question_is_a_question(
    people: People, album: Album
) -> None:
    citizen = await people.citizen()
    await citizen.choose(START, "一个人缴存公积金")
    await citizen.ask("算了", "已取消")
    await album.take(citizen.page, "cancelled")
    await citizen.ask("租房可以提取公积金吗", "依据（")


async def test_a_withdrawal_is_checked_and_its_papers_are_listed(
    people: People, album: Album
) -> None:
    citizen = await people.citizen()
    await citizen.choose("帮我看看能不能提取公积金", "因为什么提取")
    await album.take(citizen.page, "reasons")
    await citizen.choose("租房", "有没有自有住房")
    await citizen.choose("没有住房", "缴存公积金多久")
    await citizen.ask("2年", "公共租赁住房，还是商品住房")
    result = await citizen.choose("商品住房", "您符合“租房提取”的条件")
    await expect(result).to_contain_text("需要准备的材料")
    await expect(result).to_contain_text("《住房公积金管理条例》")
    await album.take(citizen.page, "result")
