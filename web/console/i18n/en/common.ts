// English: what every page uses: the frame, the login, buttons, channels.

import type { common as chinese } from "../zh-CN/common";

export const common: Record<keyof typeof chinese, string> = {
  product: "Bangban",
  console: "Service desk",
  error_connection: "The server cannot be reached; check the network and try again",

  login_title: "Log in to the service desk",
  login_name: "Login",
  login_password: "Password",
  login_submit: "Log in",
  login_needed: "Enter login and password",
  login_hint: "Accounts are made by an administrator, who also resets passwords.",
  logout: "Log out",
  language: "中文",

  nav_desk: "Desk",
  nav_tickets: "Tickets",
  nav_bot: "Bot",
  presence_online: "Online",
  presence_busy: "Busy",
  presence_offline: "Offline",
  presence: "Presence",
  capacity: "Serving {active}/{capacity}",
  role_agent: "Agent",
  role_handler: "Handler",
  role_editor: "Editor",
  role_supervisor: "Supervisor",
  role_admin: "Administrator",
  link_offline: "The connection is lost; reconnecting. What you send goes out as soon as it is back.",
  link_refused: "The login is no longer valid; log in again.",

  load_more: "More",
  channel_short_web: "W",
  channel_short_wechat: "C",
  channel_short_miniprogram: "M",
  channel_short_wecom: "E",
  channel_short_webhook: "P",
  channel_web: "Website",
  channel_wechat: "Official account",
  channel_miniprogram: "Mini-program",
  channel_wecom: "WeChat service",
  channel_webhook: "Portal",

  confirm: "OK",
  cancel: "Cancel",
  basis: "Legal basis",
  retry: "Retry",
  remove: "Delete",

  send: "Send",

  field_region: "Region",
  line_remove: "Delete line {place}",
  expand: "More",
  collapse: "Less",

  system: "System",
};
