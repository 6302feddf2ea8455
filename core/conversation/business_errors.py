"""What a business system may refuse, by name. Raised by its adapter, told to citizens by the tasks.

Every message is a sentence for the citizen. None says whether a person is known to the fund, and no detail holds
personal data. A system that is down or answers nonsense is core.errors.Unavailable instead.
"""

from __future__ import annotations

from core.errors import BangbanError

MINUTE = 60
HOUR = 60 * MINUTE


class BusinessError(BangbanError):
    """Base of the refusals below; catch it to tell `error.message` and go on."""

    code, status, default_message = "business_refused", 409, "业务系统没有受理这次操作。"


class RequestRefused(BusinessError):
    """The system does not accept a value, such as a phone number of another country."""

    code, status, default_message = (
        "invalid_input",
        422,
        "业务系统没有接受填写的内容，请核对后再试。",
    )


# ---- identity check --------------------------------------------------------------------------------------------


class PersonNotFound(BusinessError):
    """Name and number do not match one person. The recommended systems never answer this: docs/business.md."""

    code, status = "person_not_found", 404
    default_message = "姓名或证件号码与登记信息不一致，请核对后再试。"


class NoPhoneOnFile(BusinessError):
    code, status = "no_phone_on_file", 409
    default_message = "没有可以接收验证码的登记手机号，请带身份证到服务大厅登记后再试。"


class CodeWrong(BusinessError):
    """Also what somebody gets whose name and number match nobody: the answer must not tell the two apart."""

    code, status = "code_wrong", 422

    def __init__(self, attempts_left: int | None = None) -> None:
        self.attempts_left = attempts_left
        left = "请核对后再试" if attempts_left is None else f"还可以再试 {attempts_left} 次"
        super().__init__(
            f"验证码不正确，或姓名、证件号码与登记信息不一致，{left}。", attempts_left=attempts_left
        )


class CodeExpired(BusinessError):
    """The code is too old, used, or replaced by a newer one; or the challenge is unknown."""

    code, status, default_message = "code_expired", 410, "验证码已经失效，请重新获取。"


class TooManyAttempts(BusinessError):
    """Locked after too many wrong codes, for `retry_after_seconds`."""

    code, status = "too_many_attempts", 429

    def __init__(self, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(
            f"验证码输错次数太多，为了保护您的信息，请{waiting(retry_after_seconds)}后再试。",
            retry_after_seconds=retry_after_seconds,
        )


class SendTooOften(BusinessError):
    """No further code for `retry_after_seconds`: a minute between two, and so many a day."""

    code, status = "send_too_often", 429

    def __init__(self, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(
            f"验证码发送得太频繁，请{waiting(retry_after_seconds)}后再获取。",
            retry_after_seconds=retry_after_seconds,
        )


class IdentityExpired(BusinessError):
    """The token is no longer valid; the citizen has to be checked again."""

    code, status, default_message = "identity_expired", 401, "身份核验已经过期，请重新核验。"


class AccountNotFound(BusinessError):
    """The checked person has no account of this kind here."""

    code, status = "account_not_found", 404
    default_message = "没有查到您在本地的账户信息，可能在其他城市缴存，或者还没有开户。"


# ---- appointments ----------------------------------------------------------------------------------------------


class HallNotFound(BusinessError):
    code, status, default_message = "hall_not_found", 404, "没有找到这个服务大厅。"


class SlotTaken(BusinessError):
    """The slot is full, past, or unknown."""

    code, status, default_message = "slot_taken", 409, "这个时段已经约满了，请换一个时段。"


class AlreadyBooked(BusinessError):
    """The phone has an open appointment for the same business."""

    code, status = "already_booked", 409
    default_message = "这个手机号已经预约过同一业务，请先取消原来的预约。"


class AppointmentNotFound(BusinessError):
    """No appointment has this number and this phone; which of the two is wrong is not told."""

    code, status = "appointment_not_found", 404
    default_message = "没有找到这个预约，请核对预约号和手机号。"


class TooLate(BusinessError):
    """It has begun, is over, or was cancelled before."""

    code, status, default_message = "too_late", 409, "这个预约已经不能取消了。"


def waiting(seconds: int) -> str:
    """A time to wait in words: 45 秒, 15 分钟, 3 小时; rounded up, so that nobody comes back too early."""
    if seconds < MINUTE:
        return f" {max(seconds, 1)} 秒"
    if seconds < HOUR:
        return f" {-(-seconds // MINUTE)} 分钟"
    return f" {-(-seconds // HOUR)} 小时"
