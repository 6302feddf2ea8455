"""The documents the withdrawal rules are taken from, and what they say of all closing withdrawals."""

from __future__ import annotations

from core.conversation.content import Citation

_REGULATION = "住房公积金管理条例"
_NUMBER = "国务院令第262号公布，第350号、第710号、第844号修订"
_LINK = "https://www.gov.cn/zhengce/content/202608/content_7078477.htm"
# 第二十四条第二款: the account may be closed with the withdrawal.
CLOSING = "账户余额可以一次全部提取，也可以同时注销账户"


def article_24(clause: str) -> Citation:
    return Citation(document=_REGULATION, number=_NUMBER, clause=clause, link=_LINK)


RENT_NOTICE = Citation(
    document="住房城乡建设部、财政部、中国人民银行关于放宽提取住房公积金支付房租条件的通知",
    number="建金〔2015〕19号",
    clause="第一条、第二条、第三条",
)
LEAVE_NOTICE = Citation(
    document="住房城乡建设部、财政部、人民银行、公安部关于开展治理违规提取住房公积金工作的通知",
    number="建金〔2018〕46号",
    clause="第一条",
)

LIFT_NOTICE = Citation(
    document="国务院办公厅关于全面推进城镇老旧小区改造工作的指导意见", number="国办发〔2020〕23号"
)
HARDSHIP_NOTICE = Citation(
    document="关于住房公积金管理若干具体问题的指导意见", number="建金管〔2005〕5号"
)
