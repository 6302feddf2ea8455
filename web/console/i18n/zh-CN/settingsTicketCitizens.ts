// Settings of citizens' own tickets.

export const settingsTicketCitizens = {
  settings_ticket_citizens: "市民自助",
  settings_ticket_citizens_hint: "市民在网页窗口、小程序的“办事进度”里看到什么、能做什么。哪些类型可以自己登记，在“工单类型”里设置。",
  own_set_names: "显示办理人姓名",
  own_set_names_hint: "关闭时，市民看到的是“工作人员答复”。",
  own_set_most: "每人每天最多登记（张）",
  own_set_thanks: "登记成功后的话",
  own_set_thanks_hint: "显示在会话里，{number} 会换成工单编号。",
  own_set_confirm: "把编号发到已核验的手机",
  own_set_without: "短信未开通时也可以登记和查询",
  own_set_without_hint: "打开：手机号按市民填写的为准，标为“没有核验”，查询只核对编号和手机号。关闭：短信开通以前，市民不能自己登记，也不能凭编号查询。",
  own_set_rate: "答复后多少天内可以评价",
  own_set_rate_hint: "评价后一天内可以修改。等级和标签与“满意度评价”的设置相同。",
};
