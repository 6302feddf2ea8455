"""Appointments at the halls: half-hour slots on the next ten workdays, kept in memory."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from simulators.fund.errors import Refused
from simulators.fund.halls import HALLS
from simulators.fund.people import mask_name, mask_phone
from simulators.fund.schemas import Appointment, Booking, Hall, OpenDay, Slot
from simulators.fund.times import ZONE, Now, day_of, instant, workdays_after

WORKDAYS = 10
PLACES = 3
SLOT = timedelta(minutes=30)
STARTS = tuple(
    [time(h, m) for h in (9, 10, 11) for m in (0, 30)]
    + [time(13, 30)] + [time(h, m) for h in (14, 15) for m in (0, 30)] + [time(16, 0)]
)  # fmt: skip
# Without characters that are mistaken for one another.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass
class _Booked:
    number: str
    slot_id: str
    hall: Hall
    start: datetime
    booking: Booking
    cancelled: bool = False


class BookingDesk:
    def __init__(self, now: Now) -> None:
        self._now = now
        self._halls = {hall.id: hall for hall in HALLS}
        self._booked: dict[str, _Booked] = {}
        self._keys: dict[str, str] = {}
        # Handlers may run in threads; the last place must not be given away twice.
        self._lock = threading.Lock()

    def open_days(self, hall_id: str, business: str) -> list[OpenDay]:
        days = workdays_after(day_of(self._now()), WORKDAYS)
        counted = [(day, sum(s.free for s in self.slots(hall_id, business, day))) for day in days]
        return [OpenDay(day=day, free=free) for day, free in counted if free]

    def slots(self, hall_id: str, business: str, day: date) -> list[Slot]:
        hall = self._halls.get(hall_id)
        if hall is None:
            raise Refused("hall_not_found")
        if business not in hall.businesses or day not in self._days():
            return []
        with self._lock:
            made = [self._slot(hall, business, day, start) for start in STARTS]
        return [slot for slot in made if slot.free]

    def book(self, booking: Booking, key: str) -> Appointment:
        with self._lock:
            if key in self._keys:
                earlier = self._booked[self._keys[key]]
                if earlier.booking != booking:
                    raise Refused("invalid_input")
                return self._answer(earlier)
            hall, start = self._read(booking.slot_id, booking.business)
            if self._has_open(booking.phone, booking.business):
                raise Refused("already_booked")
            if not self._free(booking.slot_id):
                raise Refused("slot_taken")
            number = f"YY{start:%m%d}" + "".join(secrets.choice(ALPHABET) for _ in range(6))
            booked = _Booked(number, booking.slot_id, hall, start, booking)
            self._booked[number] = booked
            self._keys[key] = number
            return self._answer(booked)

    def find(self, number: str, phone: str) -> Appointment:
        with self._lock:
            return self._answer(self._find(number, phone))

    def cancel(self, number: str, phone: str) -> Appointment:
        with self._lock:
            booked = self._find(number, phone)
            if not booked.cancelled and booked.start <= instant(self._now()):
                raise Refused("too_late")
            booked.cancelled = True
            return self._answer(booked)

    def _days(self) -> list[date]:
        return workdays_after(day_of(self._now()), WORKDAYS)

    def _slot(self, hall: Hall, business: str, day: date, at: time) -> Slot:
        start = datetime.combine(day, at, ZONE)
        slot_id = f"{hall.id}.{hall.businesses.index(business)}.{start:%Y%m%d.%H%M}"
        return Slot(id=slot_id, start=start, end=start + SLOT, free=self._free(slot_id))

    def _free(self, slot_id: str) -> int:
        """Places left; some are taken by others from the start, always the same ones."""
        others = hashlib.sha256(slot_id.encode()).digest()[0] % (PLACES + 1)
        ours = sum(b.slot_id == slot_id and not b.cancelled for b in self._booked.values())
        return max(PLACES - others - ours, 0)

    def _read(self, slot_id: str, business: str) -> tuple[Hall, datetime]:
        """Hall and start of a slot that can be booked today. Raises Refused slot_taken."""
        try:
            hall_id, index, day, at = slot_id.split(".")
            hall = self._halls[hall_id]
            right = hall.businesses[int(index)] == business
            start = datetime.strptime(day + at, "%Y%m%d%H%M").replace(tzinfo=ZONE)
        except (ValueError, KeyError, IndexError):
            raise Refused("slot_taken") from None
        if not right or start.time() not in STARTS or start.date() not in self._days():
            raise Refused("slot_taken")
        return hall, start

    def _has_open(self, phone: str, business: str) -> bool:
        return any(
            b.booking.phone == phone
            and b.booking.business == business
            and self._status(b) == "booked"
            for b in self._booked.values()
        )

    def _find(self, number: str, phone: str) -> _Booked:
        found = self._booked.get(number.upper())
        if found is None or found.booking.phone != phone:
            raise Refused("appointment_not_found")
        return found

    def _status(self, booked: _Booked) -> str:
        if booked.cancelled:
            return "cancelled"
        return "over" if booked.start + SLOT <= instant(self._now()) else "booked"

    def _answer(self, booked: _Booked) -> Appointment:
        return Appointment.model_validate(
            {
                "number": booked.number,
                "hall": booked.hall,
                "business": booked.booking.business,
                "start": booked.start,
                "end": booked.start + SLOT,
                "status": self._status(booked),
                "name_masked": mask_name(booked.booking.name),
                "phone_masked": mask_phone(booked.booking.phone),
            }
        )
