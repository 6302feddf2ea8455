// Chinese: the audit trail.

export const settingsAudit = {
  settings_audit: "审计",
  settings_audit_hint: "谁在什么时候做了什么。这里没有消息内容和个人号码。",
  audit_since: "从",
  audit_until: "到",
  audit_actor: "操作人",
  audit_anybody: "所有人",
  audit_thing: "对象类型",
  audit_anything: "全部",
  audit_subject: "对象编号",
  audit_search: "查询",
  audit_export: "导出 CSV",
  audit_at: "时间",
  audit_action: "操作",
  audit_on: "对象",
  audit_details: "详情",
  audit_none: "这个范围内没有记录",
  audit_system: "系统",
  audit_visitor: "市民",
  audit_bot: "机器人",
  audit_cli: "命令行",
};
