"""The named errors of editing, training and switching the bot."""

from __future__ import annotations

from core.errors import Conflict, InvalidInput


class BotChanged(Conflict):
    """Somebody else saved something newer. Details: `edit`, `by`."""

    code, default_message = "bot_changed", "已被他人修改，请刷新后再编辑。"


class ExampleTaken(Conflict):
    """A sentence means one intent. Details: `intent`, `title`."""

    code, default_message = "example_taken", "这句话已经是别的意图的例句。"


class TitleTaken(Conflict):
    code, default_message = "title_taken", "已有同名的意图，请换一个名称。"


class IntentUnknown(InvalidInput):
    """Details: `intent`."""

    code, default_message = "intent_unknown", "没有这个意图。"


class IntentIncomplete(InvalidInput):
    """Details: `problems`, in words."""

    code, default_message = "intent_incomplete", "这个意图还不完整，不能启用。"


class FlowInvalid(InvalidInput):
    """Details: `problems`, each {node, choice, code, message}."""

    code, default_message = "flow_invalid", "流程还有问题，不能启用。"


class FlowInUse(Conflict):
    """Details: `intents`, their titles."""

    code, default_message = "flow_in_use", "有启用的意图在使用这个流程，请先停用或改掉它们。"


class IntentInUse(Conflict):
    code, default_message = "intent_in_use", "请先停用这个意图再删除。"


class LimitReached(Conflict):
    """Details: `limit`."""

    code, default_message = "limit_reached", "数量已到上限。"


class TrainingOpen(Conflict):
    """Details: `training_id`."""

    code, default_message = "training_open", "已有一次训练正在进行，请等它结束或取消它。"


class NothingChanged(Conflict):
    """Details: `training_id` of the one that has the same data."""

    code, default_message = "nothing_changed", "自上次训练以来没有改动，不需要重新训练。"


class ModelRefused(Conflict):
    """The gate refused it; `force` with a reason overrides."""

    code, default_message = "model_refused", "这个模型在回归句上比现用的差，不能直接启用。"


class ModelGone(Conflict):
    code, default_message = "model_gone", "这次训练的模型已被清理，请重新训练。"


class SwitchOpen(Conflict):
    code, default_message = "switch_open", "正在切换模型，请稍等。"


class ReasonRequired(InvalidInput):
    code, default_message = "reason_required", "请写明强制启用的理由。"
