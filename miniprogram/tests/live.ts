// The chat's session against a real server over a real socket, on a stand-in of the phone: started and told what to do,
// a line of JSON each, by tests/integration/app/test_miniprogram_client.py. Every change of what is seen is a line out.

import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import WebSocket from "ws";
import type * as Core from "../src/components/bangban-chat/core";
import { createPhone, type Asked, type Task } from "./phone";

const [server = "", inbox = ""] = process.argv.slice(2);

/** wx.connectSocket over a real WebSocket. */
function connect(url: string): Task {
  const socket = new WebSocket(url);
  socket.on("error", () => undefined); // a close follows
  return {
    onOpen: (hear) => socket.on("open", hear),
    onMessage: (hear) => socket.on("message", (data: Buffer, binary: boolean) => hear({ data: binary ? "" : data.toString() })),
    onError: () => undefined,
    onClose: (hear) => socket.on("close", (code: number) => hear({ code, reason: "" })),
    send: ({ data }) => socket.send(data),
    close: () => socket.close(1000),
  };
}

/** wx.uploadFile with Node's own fetch; WeChat names the part after its temporary file. */
function uploadFile(asked: Asked): object {
  const { url, filePath, header, formData, success, fail } = asked as {
    url: string; filePath: string; header: Record<string, string>; formData: Record<string, string>;
    success(answer: { statusCode: number; data: string }): void; fail(problem: object): void;
  };
  const form = new FormData();
  for (const [name, value] of Object.entries(formData)) form.append(name, value);
  form.append("file", new Blob([readFileSync(filePath)]), "tmp_0a1b2c.dat");
  fetch(url, { method: "POST", headers: header, body: form }).then(
    async (answer) => success({ statusCode: answer.status, data: await answer.text() }),
    (failure: unknown) => fail({ errMsg: String(failure) }),
  );
  return { abort: () => undefined, onProgressUpdate: () => undefined };
}

const phone = createPhone(connect);
(globalThis as unknown as { wx: object }).wx = { ...phone.wx, uploadFile };

const core = createRequire(__filename)(join(__DIST__, "components/bangban-chat/core.js")) as typeof Core;
const sid = core.openSession({ server, inbox, page: () => "pages/chat/chat", subChannel: "", language: "zh-CN" });
const { visitor, uploads } = core.sessionOf(sid);

const tell = () => {
  const seen = visitor.history.messages.value;
  return {
    status: visitor.status.value, drafts: visitor.thread.drafts.value.length, logins: phone.called("login").length,
    failed: visitor.thread.drafts.value.filter((draft) => draft.state === "failed").map((draft) => draft.error),
    seqs: seen.map((message) => message.seq),
    said: seen.filter(({ author }) => author.kind === "visitor").map(({ content }) => ("text" in content ? content.text : "name" in content ? content.name : content.type)),
    heard: seen.filter(({ author }) => author.kind === "bot").map(({ content }) => ("text" in content ? content.text : content.type)),
  };
};
core.connect({ data: {}, setData: (_changes, done) => done?.() }, tell, (now) => process.stdout.write(`${JSON.stringify(now)}\n`));

const tasks: Record<string, (value: string) => void> = {
  say: (text) => visitor.send(text),
  file(path) {
    uploads.take([{ path, name: "我的材料.jpg", size: statSync(path).size, type: "image/jpeg" }]);
  },
  network: () => phone.tell("network", { isConnected: true }),
};
createInterface({ input: process.stdin }).on("line", (line) => {
  const { task, value } = JSON.parse(line) as { task: string; value: string };
  tasks[task]?.(value);
});
visitor.open();
