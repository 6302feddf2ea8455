// What goes on behind the phone: how much may still be sent, what was pushed and called, and what may go wrong next.

import { byId, call, clock, tableRow, terms } from "./phone.js";

const PARAMETERS = {
  callback_url: "回调地址",
  app_id: "AppID",
  app_secret: "AppSecret",
  token: "Token",
  aes_key: "EncodingAESKey",
};
const ROWS = 5;
const TWO_DAYS = 48 * 3600;
// The paths by which the account may have sent something that then goes wrong.
const SEND = "/cgi-bin/message/custom/send";

export class Backstage {
  /** `account()`: the one that is chatted with. `event(name, key)`: the citizen does something. */
  constructor(account, event) {
    this.account = account;
    this.subscribed = false;
    byId("mode").addEventListener("change", (change) =>
      call("_control/mode", { mode: change.target.value, account: account().key }, "PUT"),
    );
    byId("verify").addEventListener("click", () => this.verify());
    byId("scan").addEventListener("click", () => {
      const scene = byId("scene").value.trim();
      if (scene) event(this.subscribed ? "SCAN" : "subscribe", this.subscribed ? scene : `qrscene_${scene}`);
    });
    byId("fault").addEventListener("change", (change) => this.order(change.target.value));
    byId("void").addEventListener("click", async () => {
      await call("_control/expire_tokens", { account: account().key });
      this.say("token 已失效");
    });
    byId("advance").addEventListener("click", async () => {
      await call("_control/clock", { seconds: TWO_DAYS });
      this.say("微信的时间已过 48 小时");
    });
  }

  say(text) {
    byId("said").textContent = text;
  }

  async order(wanted) {
    await call("_control/faults", {}, "DELETE");
    const [kind, errcode] = wanted.split(":");
    if (kind) await call("_control/faults", { path: SEND, kind, errcode: Number(errcode ?? 0), seconds: kind === "slow" ? 10 : 0 });
  }

  async verify() {
    this.say("…");
    const ok = await call("_control/verify", { account: this.account().key }).then(() => true, () => false);
    this.say(ok ? "回调地址正常" : "没有通过");
  }

  async showAccount() {
    const account = await call(`_control/account?account=${this.account().key}`);
    byId("mode").value = account.mode;
    byId("parameters").replaceChildren(...terms(Object.entries(PARAMETERS).map(([key, label]) => [label, account[key]])));
  }

  showQuota({ left, ends_at: endsAt }) {
    byId("left").textContent = left;
    byId("until").textContent = endsAt ? `，到 ${new Date(endsAt * 1000).toLocaleString("zh-CN", WHEN)}` : "";
  }

  async refresh() {
    const { key } = this.account();
    const state = await call(`_control/state?account=${key}`);
    byId("tokens").textContent = state.tokens_issued;
    if (!state.faults.length) byId("fault").value = "";
    const pushes = state.pushes.slice(-ROWS).reverse();
    byId("pushes").replaceChildren(
      ...pushes.map((push) =>
        tableRow(
          [clock(push.at), push.kind, push.attempt, push.status ?? "无应答", `${push.milliseconds} ms`],
          !push.accepted,
        ),
      ),
    );
    const calls = state.log.slice(-ROWS).reverse();
    byId("calls").replaceChildren(
      ...calls.map(({ at, path, outcome }) => tableRow([clock(at), path.replace("/cgi-bin/", ""), outcome], outcome !== "ok")),
    );
  }
}

const WHEN = { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };
