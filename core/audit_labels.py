"""What the codes of the audit trail are called on screens and in exported files. A test walks the code for them."""

from __future__ import annotations

# What was acted on: the part of a code before the dot, and of a subject before the colon.
THINGS: dict[str, str] = {
    "account": "账号",
    "agent": "坐席",
    "article": "知识条目",
    "attachment": "附件",
    "audit": "审计记录",
    "bot": "机器人",
    "business": "业务",
    "calendar": "节假日",
    "category": "分类",
    "cluster": "未知问题",
    "config": "设置",
    "contact": "联系人",
    "conversation": "会话",
    "department": "部门",
    "group": "技能组",
    "hot": "热门问题",
    "import": "导入",
    "inbox": "接入点",
    "knowledge": "知识库",
    "message": "消息",
    "region": "地区",
    "saved_reply": "快捷回复",
    "ticket": "工单",
    "version": "知识版本",
    "wechat": "公众号",
}
# Codes whose two halves alone would not say it.
ACTIONS: dict[str, str] = {
    "account.login": "登录",
    "account.password_changed": "修改自己的密码",
    "account.password_reset": "重置密码",
    "agent.capacity": "修改接待上限",
    "agent.presence": "切换在线状态",
    "article.expiry_reminded": "提醒知识条目快到期",
    "article.filed": "提交知识条目",
    "bot.example_changed": "修改例句",
    "bot.example_deleted": "删除例句",
    "bot.examples_added": "添加例句",
    "bot.flow_changed": "修改流程",
    "bot.flow_created": "新建流程",
    "bot.flow_deleted": "删除流程",
    "bot.intent_changed": "修改意图",
    "bot.intent_created": "新建意图",
    "bot.intent_deleted": "删除意图",
    "bot.regression_added": "添加回归问题",
    "bot.regression_deleted": "删除回归问题",
    "bot.reply_changed": "修改机器人话术",
    "bot.reply_reset": "恢复机器人话术",
    "bot.switch_given_up": "放弃切换模型",
    "bot.switch_wanted": "请求切换模型",
    "bot.switched": "切换模型",
    "bot.training_cancelled": "取消训练",
    "bot.training_started": "开始训练",
    "contact.designated": "指定专属坐席",
    "conversation.business": "修改会话业务",
    "conversation.mentioned": "在备注里提到同事",
    "conversation.numbers_forgotten": "到期清除会话中的证件号",
    "conversation.wrapped_up": "填写话后小结",
    "message.forgotten": "到期清除个人信息",
    "message.recalled_seen": "查看撤回的消息",
    "message.revealed": "查看完整号码",
    "wechat.connected": "连接公众号",
}
DEEDS: dict[str, str] = {
    "accepted": "接受",
    "added": "添加",
    "adopted": "采纳",
    "applied": "执行",
    "cancelled": "取消",
    "changed": "修改",
    "claimed": "接入",
    "closed": "结束",
    "created": "新建",
    "deactivated": "停用",
    "deleted": "删除",
    "draft_changed": "修改草稿",
    "draft_deleted": "删除草稿",
    "drafted": "起草",
    "exported": "导出",
    "handed_off": "转人工",
    "handoff_cancelled": "取消排队",
    "imported": "导入",
    "published": "发布",
    "queue_timed_out": "排队超时",
    "rated": "评价",
    "reactivated": "恢复",
    "reassigned": "改派",
    "recalled": "撤回",
    "received": "上传",
    "released": "交还机器人",
    "rejected": "退回",
    "requeued": "转到技能组",
    "retired": "下架",
    "rolled_back": "回退",
    "saved": "保存",
    "submitted": "提交审核",
    "swept": "清理",
    "taken_over": "接管",
    "transferred": "转接",
    "uploaded": "上传",
}
PEOPLE: dict[str, str] = {
    "system": "系统",
    "bot": "机器人",
    "visitor": "市民",
    "cli": "命令行",
    "install": "安装程序",
    "import": "导入",
    "shipped": "随产品提供",
}


def action_label(code: str) -> str:
    """The deed in Chinese; a code nobody has named stays readable as its thing and itself."""
    if code in ACTIONS:
        return ACTIONS[code]
    thing, _, deed = code.partition(".")
    return f"{THINGS.get(thing, thing)}：{DEEDS.get(deed, deed)}"


def subject_label(subject: str, name: str | None = None) -> str:
    """会话 019a…: what it is, and its name, else its id."""
    thing, _, rest = subject.partition(":")
    return f"{THINGS.get(thing, thing)} {name or rest}".strip()
