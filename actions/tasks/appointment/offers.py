"""What can be booked: asks the business system for the choices, and looks answers over against them.

Hall, day and time hang together: whoever changes one may lose the others. `_settle` sees to it for every check.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions.forms.context import Answers, Checked, EndForm, TaskContext
from actions.forms.fields import Option
from actions.replies import HUMAN
from actions.tasks.appointment.affairs import AFFAIRS, BY_VALUE
from actions.tasks.appointment.fields import OTHER_DAY, WISH, is_wish, show_day, show_span
from actions.tasks.halls.choose import stem
from actions.tasks.wording import suggest
from core.conversation.business import BusinessGateway, ServiceHall, Slot

BUSINESS, AFFAIR = "appointment_business", "appointment_affair"
HALL, DAY, SLOT = "appointment_hall", "appointment_day", "appointment_slot"
NAME, PHONE, CONFIRM = "appointment_name", "appointment_phone", "appointment_confirm"

HALLS_BUTTON = suggest("服务大厅在哪里")
NO_SYSTEM = "现在还不能在这里预约。可以打服务大厅的电话问一问，或者在工作时间直接去大厅取号。"
NO_HALLS = "现在没有可以在这里预约的大厅。可以打服务大厅的电话问一问，或者转人工。"
# A message has room for twelve buttons, one of them for another day.
MOST_SLOTS = 11


def gateway_of(context: TaskContext) -> BusinessGateway:
    """The business system. Raises EndForm where there is none."""
    if context.gateway is None:
        raise EndForm(NO_SYSTEM, [HALLS_BUTTON, HUMAN])
    return context.gateway


async def offer_affairs(answers: Answers, context: TaskContext) -> Sequence[Option]:
    business = answers.get(BUSINESS)
    return [a.option for a in AFFAIRS if business in (None, a.business)]


async def offer_halls(answers: Answers, context: TaskContext) -> Sequence[Option]:
    halls = await _halls(answers, context)
    return [
        Option(hall.id, _label(hall), (hall.name, hall.district, stem(hall.district)))
        for hall in halls
    ]


async def offer_days(answers: Answers, context: TaskContext) -> Sequence[Option]:
    days = await gateway_of(context).open_days(answers[HALL]["id"], answers[BUSINESS])
    return [
        Option(
            one.day.isoformat(),
            f"{show_day(one.day.isoformat())} 余{one.free}",
            (f"{one.day.month}月{one.day.day}日",),
        )
        for one in days
    ]


async def offer_slots(answers: Answers, context: TaskContext) -> Sequence[Option]:
    slots = await _slots(answers, context)
    return [
        *(Option(s.id, f"{show_span(s.start, s.end)} 余{s.free}") for s in slots[:MOST_SLOTS]),
        Option(OTHER_DAY, "换一天", ("换个日子", "换天", "其他日子", "别的日子", "改天")),
    ]


async def check_business(value: Any, answers: Answers, context: TaskContext) -> Checked:
    also: dict[str, Any] = {}
    affair = BY_VALUE.get(str(answers.get(AFFAIR)))
    if affair is not None and affair.business != value:
        also[AFFAIR] = None
    return await _settled(value, BUSINESS, {**answers, **also}, context, also)


async def check_affair(value: Any, answers: Answers, context: TaskContext) -> Checked:
    business = BY_VALUE[value].business
    if answers.get(BUSINESS) == business:
        return Checked(value)
    also = {BUSINESS: business}
    return await _settled(value, AFFAIR, {**answers, **also}, context, also)


async def check_hall(value: Any, answers: Answers, context: TaskContext) -> Checked:
    if is_wish(value):
        return await _settled(value, HALL, answers, context)
    hall = value if isinstance(value, Mapping) else await _hall(str(value), answers, context)
    if hall is None:
        return Checked(problem="这个大厅现在不能预约，请换一个")
    days = await gateway_of(context).open_days(hall["id"], answers[BUSINESS])
    if not days:
        return Checked(
            problem=f"{hall['name']}近期的号都约满了，请换一个大厅。也可以在服务时间去现场问问能不能取号："
            f"{hall['hours']}，电话{hall['phone']}。"
        )
    return await _settled(dict(hall), HALL, answers, context)


async def check_day(value: Any, answers: Answers, context: TaskContext) -> Checked:
    if date.fromisoformat(value) < context.now.date():
        return Checked(problem=f"{show_day(value)}已经过去了，请换一天")
    if not _is_known(answers.get(HALL)):
        return Checked(value)
    days = await gateway_of(context).open_days(answers[HALL]["id"], answers[BUSINESS])
    if all(one.day.isoformat() != value for one in days):
        return Checked(problem=f"{show_day(value)}没有空位，请换一天")
    # Another day has other slots; the time itself stays a wish.
    kept = _as_wish(answers.get(SLOT))
    return await _settled(value, DAY, {**answers, SLOT: kept}, context, {SLOT: kept})


async def check_slot(value: Any, answers: Answers, context: TaskContext) -> Checked:
    if value == OTHER_DAY:
        return Checked(None, also={DAY: None})
    if is_wish(value):
        if not _is_known(answers.get(HALL)) or not answers.get(DAY):
            return Checked(value)
        slot = _starting(value[WISH], await _slots(answers, context))
        missing = f"{show_day(answers[DAY])}{value[WISH]}已经约满或者不开放"
    else:
        wanted = value["id"] if isinstance(value, Mapping) else value
        slot = next((s for s in await _slots(answers, context) if s.id == wanted), None)
        missing = "这个时段刚刚约满了"
    return Checked(_kept(slot)) if slot else Checked(problem=f"{missing}，请换一个时段")


@dataclass
class _Settling:
    also: dict[str, Any]
    notes: list[str] = field(default_factory=list)


async def _settled(
    value: Any, slot: str, answers: Answers, context: TaskContext, also: Mapping[str, Any] = {}
) -> Checked:  # fmt: skip
    """The answer `value` of `slot`, with what becomes of the answers that hang on it."""
    known = {**answers, slot: value}
    settling = _Settling(dict(also))
    if known.get(BUSINESS):
        await _settle(known, context, settling)
    own = settling.also.pop(slot, value)
    return Checked(own, also=settling.also, note="\n".join(settling.notes))


async def _settle(known: dict[str, Any], context: TaskContext, settling: _Settling) -> None:
    def change(slot: str, value: Any, note: str = "") -> None:
        known[slot] = settling.also[slot] = value
        if note:
            settling.notes.append(note)

    hall = known.get(HALL)
    if hall is not None:
        halls = await _halls(known, context)
        if is_wish(hall):
            named = [h for h in halls if stem(h.district) in hall[WISH]]
            change(HALL, _kept_hall(named[0]) if len(named) == 1 else None)
        elif all(h.id != hall["id"] for h in halls):
            change(HALL, None, f"{hall['name']}不办{known[BUSINESS]}，请另选一个大厅。")
    if known.get(HALL) is None or not known.get(DAY):
        return
    days = await gateway_of(context).open_days(known[HALL]["id"], known[BUSINESS])
    if all(one.day.isoformat() != known[DAY] for one in days):
        change(DAY, None, f"{known[HALL]['name']}{show_day(known[DAY])}没有空位。")
        if known.get(SLOT) is not None:
            change(SLOT, _as_wish(known[SLOT]))
        return
    wish = _as_wish(known.get(SLOT))
    if wish is not None:
        slot = _starting(wish[WISH], await _slots(known, context))
        note = "" if slot else f"{show_day(known[DAY])}{wish[WISH]}已经约满或者不开放。"
        change(SLOT, _kept(slot) if slot else None, note)


async def _halls(answers: Answers, context: TaskContext) -> list[ServiceHall]:
    """The halls that do the chosen business. Raises EndForm where none does."""
    halls = await gateway_of(context).service_halls(context.region_code)
    found = [hall for hall in halls if answers[BUSINESS] in hall.businesses]
    if not found:
        raise EndForm(NO_HALLS, [HALLS_BUTTON, HUMAN])
    return found


async def _hall(id_: str, answers: Answers, context: TaskContext) -> dict[str, str] | None:
    found = next((h for h in await _halls(answers, context) if h.id == id_), None)
    return _kept_hall(found) if found else None


async def _slots(answers: Answers, context: TaskContext) -> list[Slot]:
    day = date.fromisoformat(answers[DAY])
    slots = await gateway_of(context).open_slots(answers[HALL]["id"], answers[BUSINESS], day)
    return [slot for slot in slots if slot.start > context.now]


def _kept_hall(hall: ServiceHall) -> dict[str, str]:
    """What the form keeps of a hall."""
    return {
        "id": hall.id, "name": hall.name, "district": hall.district, "address": hall.address,
        "phone": hall.phone, "hours": hall.hours,
    }  # fmt: skip


def _kept(slot: Slot) -> dict[str, str]:
    """What the form keeps of a slot. `key`: made once, so that a repeated submission books once."""
    return {
        "id": slot.id, "start": slot.start.isoformat(), "end": slot.end.isoformat(),
        "key": uuid.uuid4().hex,
    }  # fmt: skip


def _is_known(hall: Any) -> bool:
    return isinstance(hall, Mapping) and not is_wish(hall)


def _as_wish(slot: Any) -> dict[str, str] | None:
    """The time of day alone, of a slot or of a wish."""
    if slot is None or is_wish(slot):
        return dict(slot) if slot else None
    hour, minute = slot["start"].split("T")[1].split(":")[:2]
    return {WISH: f"{int(hour)}:{minute}"}


def _starting(clock: str, slots: Sequence[Slot]) -> Slot | None:
    return next((s for s in slots if f"{s.start.hour}:{s.start:%M}" == clock), None)


def _label(hall: ServiceHall) -> str:
    return f"{hall.district} {hall.name}"
