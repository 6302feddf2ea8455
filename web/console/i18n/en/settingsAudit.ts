// English: the audit trail.

export const settingsAudit = {
  settings_audit: "Audit",
  settings_audit_hint: "Who did what, and when. No message texts and no personal numbers.",
  audit_since: "From",
  audit_until: "To",
  audit_actor: "Who",
  audit_anybody: "Anybody",
  audit_thing: "What",
  audit_anything: "Everything",
  audit_subject: "Id",
  audit_search: "Search",
  audit_export: "Export CSV",
  audit_at: "Time",
  audit_action: "Deed",
  audit_on: "On",
  audit_details: "Details",
  audit_none: "Nothing in this span",
  audit_system: "System",
  audit_visitor: "Citizens",
  audit_bot: "Bot",
  audit_cli: "Command line",
};
