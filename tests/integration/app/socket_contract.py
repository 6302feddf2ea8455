"""The commands that programs rely on, by namespace: a new one, or one that goes, is a decision to write down here."""

from __future__ import annotations

from channels.web.namespace import VisitorNamespace
from core.sockets import CommandNamespace
from handoff.desk.namespace import AgentNamespace

CONTRACT: dict[type[CommandNamespace], set[str]] = {
    VisitorNamespace: {
        "send_message", "list_messages", "request_handoff", "cancel_handoff", "rate_conversation",
        "list_services", "answer_feedback", "mark_read", "set_typing", "close_conversation",
        "send_phone_code", "leave_message", "list_left_messages", "follow_up_left_message",
        "ticket_forms", "list_tickets", "open_ticket", "read_ticket", "file_ticket", "remark_ticket",
        "withdraw_ticket", "urge_ticket", "confirm_ticket", "rate_ticket",
    },
    AgentNamespace: {
        "set_presence", "claim_next", "claim_conversation", "recall_message", "retry_delivery", "send_message",
        "list_messages",
        "transfer_conversation", "release_conversation", "close_conversation", "invite_rating",
        "join_conversation", "leave_conversation", "set_typing", "mark_read", "wrap_up",
        "reassign_conversation", "designate_agent",
        "ask_to_join", "invite_to_join", "answer_join", "step_out", "take_over_conversation",
        "accept_transfer", "decline_transfer", "cancel_transfer", "return_conversation", "log_out_agent",
    },
}  # fmt: skip
