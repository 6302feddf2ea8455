// Chinese: what every page uses: the frame, the login, buttons, channels.

export const common = {
  product: "帮办",
  console: "服务工作台",
  error_connection: "连接不上服务器，请检查网络后再试",

  login_title: "登录服务工作台",
  login_name: "账号",
  login_password: "密码",
  login_submit: "登录",
  login_needed: "请输入账号和密码",
  login_hint: "账号由管理员创建。忘记密码请联系管理员。",
  logout: "退出登录",
  language: "English",

  nav_desk: "工作台",
  nav_tickets: "工单",
  nav_bot: "机器人",
  presence_online: "在线",
  presence_busy: "忙碌",
  presence_offline: "离线",
  presence: "在线状态",
  capacity: "接待 {active}/{capacity}",
  role_agent: "坐席",
  role_handler: "承办人",
  role_editor: "知识编辑",
  role_supervisor: "班长",
  role_admin: "管理员",
  link_offline: "连接已断开，正在重新连接。您发送的消息会在恢复后自动送出。",
  link_refused: "登录已失效，请重新登录。",

  load_more: "加载更多",
  channel_short_web: "网",
  channel_short_wechat: "公",
  channel_short_miniprogram: "小",
  channel_short_wecom: "企",
  channel_short_webhook: "门",
  channel_web: "网站",
  channel_wechat: "公众号",
  channel_miniprogram: "小程序",
  channel_wecom: "微信客服",
  channel_webhook: "门户",

  confirm: "确定",
  cancel: "取消",
  basis: "依据",
  retry: "重试",
  remove: "删除",

  send: "发送",

  field_region: "地区",
  line_remove: "删除第 {place} 行",
  expand: "展开",
  collapse: "收起",

  system: "系统",
};
