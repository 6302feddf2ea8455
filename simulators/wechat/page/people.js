// Who is chatting, and with which account. Both are kept in this browser; the stand-in forgets everything at its end.

import { byId, call } from "./phone.js";

const NAMES = ["张示例", "李样本", "王演示", "赵模拟", "陈测试", "刘虚构"];

export class People {
  constructor(onChange) {
    this.onChange = onChange;
    this.accounts = [];
    this.everybody = [];
    this.person = null;
    this.accountKey = localStorage.getItem("wechat-account") ?? "wechat";
    byId("accounts").addEventListener("change", (event) => this.choose(this.person, event.target.value));
    byId("people").addEventListener("change", (event) =>
      this.choose(this.everybody.find(({ unionid }) => unionid === event.target.value), this.accountKey),
    );
    byId("another").addEventListener("click", () => this.add());
  }

  get account() {
    return this.accounts.find(({ key }) => key === this.accountKey) ?? this.accounts[0];
  }

  get openid() {
    return this.person?.openids[this.account.key];
  }

  async start() {
    this.accounts = await call("_control/accounts");
    const kept = JSON.parse(localStorage.getItem("wechat-person") ?? "null");
    if (kept) await call("_control/people", kept);
    else await this.introduce();
    await this.load(kept?.unionid);
  }

  async introduce() {
    const { length } = await call("_control/people");
    return call("_control/people", { name: NAMES[length] ?? `市民${length + 1}` });
  }

  async add() {
    const made = await this.introduce();
    await this.load(made.unionid);
  }

  /** Everybody has an openid in each account once the list has been asked for. */
  async load(unionid) {
    this.everybody = await call("_control/people");
    this.choose(this.everybody.find((one) => one.unionid === unionid) ?? this.everybody.at(-1), this.accountKey);
  }

  choose(person, accountKey) {
    this.person = person;
    this.accountKey = this.accounts.some(({ key }) => key === accountKey) ? accountKey : this.accounts[0].key;
    localStorage.setItem("wechat-person", JSON.stringify(person));
    localStorage.setItem("wechat-account", this.accountKey);
    // Pages that ask WeChat who opens them are told by this.
    document.cookie = `wechat_user=${person.unionid}; path=/; SameSite=Lax`;
    const options = this.accounts.map(({ key, kind, name }) => new Option(`${KINDS[kind]}：${name}`, key));
    byId("accounts").replaceChildren(...options);
    byId("accounts").value = this.accountKey;
    byId("people").replaceChildren(...this.everybody.map(({ name, unionid }) => new Option(name, unionid)));
    byId("people").value = person.unionid;
    byId("openid").textContent = this.openid;
    byId("unionid").textContent = person.unionid;
    this.onChange();
  }
}

const KINDS = { official: "公众号", miniprogram: "小程序" };

