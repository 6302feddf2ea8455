"""The questions of the appointment form (domain.yml: appointment_form)."""

from __future__ import annotations

from actions.forms.choices import ChoiceField
from actions.forms.entries import ConfirmField, PersonField, PhoneField
from actions.forms.fields import Option, words
from actions.forms.form import Form
from actions.tasks.appointment import offers
from actions.tasks.appointment.affairs import ALL_AFFAIRS, FUND, SOCIAL, words_of
from actions.tasks.appointment.fields import DayField, HallField, SlotField
from actions.tasks.appointment.offers import AFFAIR, BUSINESS, CONFIRM, DAY, HALL, NAME, PHONE, SLOT

# Whoever names an affair has named the business.
_BUSINESS_WORDS = {
    FUND: (*words("公积金 住房公积金 缴存"), *words_of(FUND)),
    SOCIAL: (*words("社保 社会保险"), *words_of(SOCIAL)),
}

APPOINTMENT_FORM = Form(
    name="appointment_form",
    intent="book_appointment",
    title="大厅预约",
    fields=(
        ChoiceField(
            slot=BUSINESS,
            topic="业务",
            question="要预约哪一类业务？",
            keywords=(*_BUSINESS_WORDS[FUND], *_BUSINESS_WORDS[SOCIAL]),
            choices=(
                Option(FUND, "公积金", _BUSINESS_WORDS[FUND]),
                Option(SOCIAL, "社保", _BUSINESS_WORDS[SOCIAL]),
            ),
            check=offers.check_business,
        ),
        ChoiceField(
            slot=AFFAIR,
            topic="事项",
            question="具体要办什么？",
            choices=ALL_AFFAIRS,
            offer=offers.offer_affairs,
            check=offers.check_affair,
        ),
        HallField(
            slot=HALL,
            topic="大厅",
            question="想去哪个服务大厅？可以点下面的按钮，也可以直接说哪个区。",
            keywords=words("服务大厅 网点 管理部"),
            offer=offers.offer_halls,
            check=offers.check_hall,
        ),
        DayField(
            slot=DAY,
            topic="日期",
            question="想约哪一天？（“余”是还剩的名额）",
            keywords=words("日子 哪天"),
            offer=offers.offer_days,
            check=offers.check_day,
        ),
        SlotField(
            slot=SLOT,
            topic="时段",
            question="想约哪个时段？",
            keywords=words("时间 几点"),
            offer=offers.offer_slots,
            check=offers.check_slot,
        ),
        PersonField(
            slot=NAME,
            topic="姓名",
            question="请告诉我办事人的姓名（和身份证上的一样）。",
            keywords=words("名字 名"),
        ),
        PhoneField(
            slot=PHONE,
            topic="手机号",
            question="请留一个手机号。它只用来登记这次预约：取消或查询预约要用，大厅有变动时也可能打给您。",
            keywords=words("手机 电话 号码"),
        ),
        ConfirmField(
            slot=CONFIRM,
            topic="确认",
            question="请核对一下，没有问题就确认提交：",
        ),
    ),
)
