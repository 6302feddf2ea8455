"""What can be wrong with a portal's request, with its inbox, and with an address somebody gives us. Pure."""

from __future__ import annotations

from core.errors import Conflict, InvalidInput, NotAuthenticated, NotFound


class InboxNotFound(NotFound):
    code, default_message = "inbox_not_found", "没有这个门户接入点，或者它已停用。"


class PortalInvalid(InvalidInput):
    """The inbox's settings do not fit. Details: `field`."""

    code, default_message = "webhook_inbox_invalid", "门户接入点的设置不正确。"


class HeadersInvalid(InvalidInput):
    """A header of the signature is missing, twice there or malformed. Details: `header`."""

    code, status = "webhook_headers_invalid", 400
    default_message = "缺少签名请求头，或者格式不对。"


class TimestampStale(NotAuthenticated):
    """Older than five minutes, or from the future. Details: `age_seconds`, negative for the future."""

    code = "webhook_timestamp_stale"
    default_message = "时间戳超出允许的范围：请核对服务器时间，重试时重新签名。"


class SignatureInvalid(NotAuthenticated):
    code = "webhook_signature_invalid"
    default_message = "签名不对：请核对密钥，并对原始请求内容签名。"


class RequestReplayed(Conflict):
    """A signed GET or upload came a second time with the same id."""

    code, default_message = "webhook_id_reused", "这个 webhook-id 已经用过了，请换一个。"


class EventReused(Conflict):
    """An id that was used for another event."""

    code = "webhook_event_reused"
    default_message = "这个 webhook-id 已用于另一条内容不同的事件，请换一个。"


class BodyMalformed(InvalidInput):
    """Not a JSON object, or nested too deep."""

    code, status = "webhook_body_malformed", 400
    default_message = "请求内容不是有效的 JSON 对象。"


class BodyTooLarge(InvalidInput):
    """Details: `limit` in bytes."""

    code, status, default_message = "body_too_large", 413, "提交的内容太大了。"


class DigestMismatch(InvalidInput):
    """The uploaded file is not the one that was signed for."""

    code, default_message = "webhook_digest_mismatch", "文件与签名中的 sha256 不一致。"


class AddressRefused(InvalidInput):
    """An address that is not called. Details: `reason`, and `field` where it stands in one."""

    code, default_message = "address_refused", "不能访问这个地址。"


class FetchFailed(InvalidInput):
    """The file behind an address could not be had. Details: `reason`."""

    code, default_message = "file_fetch_failed", "无法从这个地址取得文件。"
