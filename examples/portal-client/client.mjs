// One citizen's talk with Bangban over the signed portal channel (docs/webhook.md), in a terminal.
// Node 20, nothing to install. Everything is in memory: a real portal keeps `seen` and `shown` in a table.
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const { BANGBAN_ADDRESS: ADDRESS, BANGBAN_SECRET, CONTACT = "u-1", PORT = 9000 } = process.env;
const KEY = Buffer.from(BANGBAN_SECRET.replace(/^whsec_/, ""), "base64");
const KEPT = 8 * 86_400_000; // milliseconds an id is remembered; a notice can be sent again for 7 days
const LARGEST = 1 << 20; // bytes of a notice
const PAUSES = [1, 2, 5, 15, 30]; // seconds before an event is sent again
const WHO = { visitor: "我", bot: "机器人", agent: "坐席", system: "系统" };

const sign = (id, seconds, payload) =>
  "v1," + createHmac("sha256", KEY).update(`${id}.${seconds}.`).update(payload).digest("base64");
const same = (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
// What others wrote must not steer the terminal.
const plain = (text) => String(text ?? "").replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, " ").trim();
const complain = (error) => console.log(`! ${plain(`${error.code ?? ""} ${error.message}`)}`);

/** The notice in a request, or an Error whose message says why it is refused. */
function verify(headers, body) {
  const [id, seconds, given] = ["id", "timestamp", "signature"].map((name) => {
    const values = headers[`webhook-${name}`] ?? [];
    if (values.length !== 1) throw new Error(`webhook-${name} must be there once`);
    return values[0];
  });
  const right = sign(id, seconds, body);
  if (!given.split(" ").some((each) => same(each, right))) throw new Error("wrong signature");
  if (!/^\d{1,12}$/.test(seconds) || Math.abs(Date.now() / 1000 - seconds) > 300) throw new Error("stale timestamp");
  const notice = JSON.parse(body);
  if (notice.id !== id) throw new Error("the id is another notice's");
  return notice;
}

class Portal {
  seen = new Map(); // webhook-id -> when, oldest first
  shown = new Map(); // conversation -> seq of the last message printed
  offers = []; // what /1, /2 ... stand for
  sending = Promise.resolve(); // events leave one after the other,
  showing = Promise.resolve(); // and so is everything printed

  async request(method, url, id, body) {
    const payload = body ?? url.pathname.slice(url.pathname.indexOf("/channels/")) + url.search;
    const seconds = Math.floor(Date.now() / 1000);
    const signature = sign(id, seconds, payload);
    const headers = { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signature };
    if (body) headers["content-type"] = "application/json";
    const answer = await fetch(url, { method, headers, body, redirect: "error", signal: AbortSignal.timeout(30_000) });
    return { status: answer.status, wait: Number(answer.headers.get("retry-after")), ...(await answer.json()) };
  }

  /** Sends one event, after those before it; again under the same id until there is a firm answer. */
  send(fields) {
    const body = JSON.stringify({ ...fields, contact: { id: CONTACT } });
    const id = randomUUID();
    const work = async () => {
      for (const seconds of [...PAUSES, 0]) {
        const answer = await this.request("POST", new URL(ADDRESS), id, body).catch((error) => ({ error }));
        if (answer.message) this.take(answer.message);
        if (answer.ok) return fields.type === "rate" && console.log("-- 已评价");
        if (!seconds || (answer.status < 500 && answer.status !== 429)) throw answer.error; // no status: no answer
        await pause(1000 * Math.max(seconds, answer.wait || 0));
      }
    };
    this.sending = this.sending.then(work).catch(complain);
  }

  /** Takes a message in. Those missing before it are fetched, so that the talk is printed in order. */
  take(message) {
    const { conversation_id: talk, seq } = message;
    const last = () => this.shown.get(talk) ?? 0;
    this.later(async () => {
      for (let more = seq > last() + 1; more; ) {
        const missing = await this.after(talk, last());
        for (const each of missing) this.shown.set(talk, this.show(each));
        more = missing.length === 100; // numbers may stay empty: what is not there then never comes
      }
      if (seq > last()) this.shown.set(talk, this.show(message));
    });
  }

  async after(talk, seq) {
    const url = new URL(`${ADDRESS}/messages`);
    url.search = new URLSearchParams({ contact: CONTACT, conversation_id: talk, after_seq: seq, limit: 100 });
    const answer = await this.request("GET", url, randomUUID()).catch((error) => ({ error }));
    if (!answer.ok) complain(answer.error); // then the talk has a gap
    return answer.messages ?? [];
  }

  later(work) {
    this.showing = this.showing.then(work).catch(complain);
  }

  show({ seq, author, content }, mark = "") {
    const { type, citations = [], choices, next } = content;
    const text = content.text_md ?? content.text ?? content.name ?? content.label ?? "（请用文字回答）";
    console.log(`[${seq}]${mark} ${plain(`${WHO[author.kind]} ${author.name ?? ""}`)}（${type}）: ${plain(text)}`);
    for (const row of content.table?.rows ?? []) console.log(`      ${row.map(plain).join(" | ")}`);
    for (const each of citations) console.log("      依据", plain(each.document), plain(each.number), plain(each.clause));
    this.offers = choices ?? (next ?? []).map((question) => ({ label: question, value: question }));
    this.offers.forEach(({ label }, index) => console.log(`      /${index + 1} ${plain(label)}`));
    return seq;
  }

  tell(state) {
    this.later(() => state === this.state || console.log(`-- ${plain((this.state = state))}`)); // once
  }

  /** Deals with a verified notice once; what is unknown is ignored. */
  notice({ type, contact, data }) {
    if (contact?.id !== CONTACT) return;
    if (type === "message.created") this.take(data.message);
    if (type === "message.updated") this.later(() => this.show(data.message, " 更改"));
    if (type === "conversation.updated") this.tell(`${data.conversation.status} ${data.conversation.owner_name ?? ""}`);
    if (type === "queue.updated") this.tell(`排队第 ${data.position} 位`);
    if (type === "rating.requested") this.tell(`${data.offer.title}：/rate 1-5`);
  }

  async receive(request, response) {
    try {
      let body = Buffer.alloc(0);
      for await (const part of request) if (body.length <= LARGEST) body = Buffer.concat([body, part]);
      if (body.length > LARGEST || request.method !== "POST") throw new Error("not a notice");
      const notice = verify(request.headersDistinct, body);
      for (const [id, at] of this.seen) if (at < Date.now() - KEPT) this.seen.delete(id);
      if (!this.seen.has(notice.id)) this.notice(notice); // a repeat, or a replay: answered, not acted on
      this.seen.set(notice.id, Date.now());
      response.writeHead(204).end();
    } catch (error) {
      complain(error);
      response.writeHead(401).end();
    }
  }

  type(line) {
    const [, command, score, rest] = /^\/(\w+)\s*([1-5]?)\s*(.*)$/.exec(line) ?? [];
    if (command === "human") this.send({ type: "handoff", category: rest || undefined });
    else if (command === "rate") this.send({ type: "rate", score: Number(score), comment: rest || undefined });
    else if (command === "close") this.send({ type: "close" });
    else this.send({ type: "message", content: { type: "text", text: this.offers[command - 1]?.value ?? line } });
  }
}

const portal = new Portal();
createServer(portal.receive.bind(portal)).listen(PORT, "127.0.0.1", () => console.log(`listening on ${PORT}`));
for await (const line of createInterface({ input: process.stdin })) if (line.trim()) portal.type(line.trim());
portal.sending.then(() => process.exit()); // at the end of the input
