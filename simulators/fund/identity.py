"""The identity check: codes to the phone on file, tries and locks, tokens. Never tells whether a person exists.

Everything is counted per name and number together, and what matches nobody is treated exactly like what matches
somebody: same steps, same limits, a masked phone that follows from name and number. So beginning again gives no
fresh tries, and who knows a number but not its name cannot lock its owner out.
"""

from __future__ import annotations

import hmac
import secrets
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from simulators.fund.errors import Refused
from simulators.fund.people import Person, mask_name, mask_phone
from simulators.fund.schemas import Challenge, Identity
from simulators.fund.times import Now, instant

CODE_SECONDS = 5 * 60
RESEND_SECONDS = 60
SENDS_A_DAY = 5
DAY_SECONDS = 24 * 3600
TRIES = 5
LOCK_SECONDS = 15 * 60
TOKEN_SECONDS = 30 * 60


@dataclass(frozen=True)
class Sms:
    """A text message that was sent, as the page shows it."""

    at: float
    phone: str
    name: str
    code: str
    text: str


Who = tuple[str, str]  # name and identity number as they were given


@dataclass
class _Counts:
    """What is counted for one name and number."""

    sent: list[float] = field(default_factory=list)
    wrong: int = 0
    locked_until: float = 0.0


@dataclass
class _Check:
    """A check that was begun. `person` None: name and number match nobody, or there is no phone."""

    id: str
    who: Who
    phone_masked: str
    person: Person | None
    code: str = ""
    expires_at: float = 0.0


class IdentityDesk:
    def __init__(self, people: Iterable[Person], now: Now) -> None:
        self._people = {p.id_number: p for p in people}
        self._now = now
        self._counts: dict[Who, _Counts] = {}
        self._checks: dict[str, _Check] = {}
        self._tokens: dict[str, tuple[Person, float]] = {}
        self._decoy_key = secrets.token_bytes(32)
        self.inbox: deque[Sms] = deque(maxlen=100)

    def start(self, name: str, id_number: str) -> Challenge:
        found = self._people.get(id_number)
        decoy = self._decoy(name, id_number)
        matches = found is not None and hmac.compare_digest(found.name.encode(), name.encode())
        person = found if matches and found is not None and found.phone else None
        masked = mask_phone(person.phone) if person is not None and person.phone else decoy
        check = _Check(secrets.token_urlsafe(24), (name, id_number), masked, person)
        challenge = self._send(check)
        # A newer check of the same person voids the older ones.
        for old in [c for c in self._checks.values() if c.who == check.who]:
            del self._checks[old.id]
        self._checks[check.id] = check
        return challenge

    def resend(self, challenge_id: str) -> Challenge:
        check = self._checks.get(challenge_id)
        if check is None:
            raise Refused("code_expired")
        return self._send(check)

    def confirm(self, challenge_id: str, code: str) -> Identity:
        check = self._checks.get(challenge_id)
        if check is None:
            raise Refused("code_expired")
        counts = self._open_counts(check.who)
        if self._now() >= check.expires_at:
            raise Refused("code_expired")
        right = hmac.compare_digest(check.code, code)
        if not right or check.person is None:
            counts.wrong += 1
            if counts.wrong >= TRIES:
                counts.wrong, counts.locked_until = 0, self._now() + LOCK_SECONDS
                del self._checks[challenge_id]
                raise Refused("too_many_attempts", retry_after_seconds=LOCK_SECONDS)
            raise Refused("code_wrong", attempts_left=TRIES - counts.wrong)
        del self._checks[challenge_id]
        counts.wrong = 0
        token, until = secrets.token_urlsafe(32), self._now() + TOKEN_SECONDS
        self._tokens[token] = (check.person, until)
        return Identity(
            token=token, name_masked=mask_name(check.person.name), expires_at=instant(until)
        )

    def end(self, token: str) -> None:
        self._tokens.pop(token, None)

    def person_of(self, token: str) -> Person:
        """Whose token it is. Raises Refused identity_expired."""
        found = self._tokens.get(token)
        if found is None or self._now() >= found[1]:
            self._tokens.pop(token, None)
            raise Refused("identity_expired")
        return found[0]

    def _send(self, check: _Check) -> Challenge:
        now, counts = self._now(), self._open_counts(check.who)
        counts.sent = [at for at in counts.sent if at > now - DAY_SECONDS]
        wait = max([at + RESEND_SECONDS - now for at in counts.sent], default=0.0)
        if len(counts.sent) >= SENDS_A_DAY:
            wait = max(wait, counts.sent[0] + DAY_SECONDS - now)
        if wait > 0:
            raise Refused("send_too_often", retry_after_seconds=int(-(-wait // 1)))
        counts.sent.append(now)
        check.code, check.expires_at = f"{secrets.randbelow(10**6):06d}", now + CODE_SECONDS
        if check.person is not None and check.person.phone:
            text = f"【示例市公积金】您的验证码是 {check.code}，5 分钟内有效。请勿告诉任何人。"
            self.inbox.append(Sms(now, check.person.phone, check.person.name, check.code, text))
        return Challenge(
            id=check.id,
            phone_masked=check.phone_masked,
            expires_at=instant(check.expires_at),
            resend_after_seconds=RESEND_SECONDS,
        )

    def _open_counts(self, who: Who) -> _Counts:
        counts = self._counts.setdefault(who, _Counts())
        wait = counts.locked_until - self._now()
        if wait > 0:
            raise Refused("too_many_attempts", retry_after_seconds=int(-(-wait // 1)))
        return counts

    def _decoy(self, name: str, id_number: str) -> str:
        """A masked phone like the real ones, the same each time for the same name and number."""
        digest = hmac.digest(self._decoy_key, f"{name}|{id_number}".encode(), "sha256")
        return mask_phone(f"1990000{int.from_bytes(digest[:4]) % 10_000:04d}")
