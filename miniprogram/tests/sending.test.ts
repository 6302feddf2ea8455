// Pictures, voice, papers and places: chosen with WeChat's windows, sent, called off, tried again; consent before.

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { conversation, picture, sessionReady, settle } from "./samples";
import { Refusal } from "./phone";
import { open, type Screen } from "./screen";

let screen: Screen;
afterEach(() => screen.end());

const begin = async (): Promise<void> => {
  screen = await open({}, sessionReady({ conversation: conversation() }));
  screen.phone.answers["uploadFile"] = () => ({ statusCode: 201, data: JSON.stringify(picture()) });
  screen.phone.answers["getImageInfo"] = () => ({ width: 1000, height: 800 });
  await screen.tap("more-open");
};
const kind = (name: string): HTMLElement => {
  const found = screen.all("kind").find((each) => each.textContent?.includes(name));
  assert.ok(found, name);
  return found;
};
const sent = () => screen.said("send_message").map((each) => each["content"]);

describe("a picture", () => {
  it("is uploaded with the token and sent", async () => {
    await begin();
    screen.phone.answers["chooseMedia"] = () => ({ tempFiles: [{ tempFilePath: "wxfile://tmp_1.jpg", size: 900 }] });
    await screen.tap(kind("图片"));
    await settle();
    const [asked] = screen.phone.called("uploadFile");
    assert.equal(asked?.["url"], "https://bang.example/api/v1/visitor/attachments?inbox=mp");
    assert.deepEqual(asked?.["header"], { authorization: "Bearer t1" });
    assert.deepEqual(sent(), [{ type: "image", attachment_id: "f1" }]);
    assert.equal(screen.has("kinds"), false);
  });

  it("is made smaller when it is larger than any screen", async () => {
    await begin();
    screen.phone.answers["chooseMedia"] = () => ({ tempFiles: [{ tempFilePath: "wxfile://big.jpg", size: 9_000_000 }] });
    screen.phone.answers["getImageInfo"] = () => ({ width: 5120, height: 2560 });
    screen.phone.answers["compressImage"] = () => ({ tempFilePath: "wxfile://small.jpg" });
    screen.phone.answers["getFileInfo"] = () => ({ size: 400_000 });
    await screen.tap(kind("图片"));
    await settle();
    assert.equal(screen.phone.called("compressImage")[0]?.["compressedWidth"], 2560);
    assert.equal(screen.phone.called("uploadFile")[0]?.["filePath"], "wxfile://small.jpg");
  });

  it("shows how far it is and can be called off", async () => {
    await begin();
    screen.phone.answers["chooseMedia"] = () => ({ tempFiles: [{ tempFilePath: "wxfile://tmp_1.jpg", size: 900 }] });
    screen.phone.answers["uploadFile"] = () => new Promise(() => undefined);
    await screen.tap(kind("图片"));
    screen.phone.tell("progress", { progress: 40 });
    await settle();
    assert.match(screen.one("draft-state").textContent ?? "", /正在上传 40%/);
    await screen.tap("draft-cancel");
    assert.equal(screen.has("draft-state"), false);
    assert.deepEqual(sent(), []);
  });

  it("says why it was refused, and is tried again", async () => {
    await begin();
    screen.phone.answers["chooseMedia"] = () => ({ tempFiles: [{ tempFilePath: "wxfile://tmp_1.jpg", size: 900 }] });
    screen.phone.answers["uploadFile"] = () => ({ statusCode: 400, data: JSON.stringify({ error: { code: "file_infected", message: "文件没有通过安全检查。" } }) });
    await screen.tap(kind("图片"));
    await settle();
    assert.match(screen.one("draft-failed").textContent ?? "", /文件没有通过安全检查/);
    screen.phone.answers["uploadFile"] = () => ({ statusCode: 201, data: JSON.stringify(picture()) });
    await screen.tap("draft-retry");
    await settle();
    assert.deepEqual(sent(), [{ type: "image", attachment_id: "f1" }]);
  });
});

describe("what else is sent", () => {
  it("is a paper under its own name", async () => {
    await begin();
    screen.phone.answers["chooseMessageFile"] = () => ({ tempFiles: [{ path: "wxfile://tmp_77", size: 900, name: "租房合同.pdf" }] });
    await screen.tap(kind("文件"));
    await settle();
    assert.deepEqual(screen.phone.called("uploadFile")[0]?.["formData"], { name: "租房合同.pdf" });
  });

  it("is a place, by China's maps", async () => {
    await begin();
    screen.phone.answers["chooseLocation"] = () => ({ latitude: "31.1", longitude: "121.5", name: "市民中心", address: "某路 1 号" });
    await screen.tap(kind("位置"));
    assert.deepEqual(sent(), [{ type: "location", latitude: 31.1, longitude: 121.5, label: "市民中心", system: "gcj02" }]);
  });

  it("is a voice message that was listened to first", async () => {
    await begin();
    await screen.tap(kind("语音"));
    await screen.tap("voice-start");
    screen.phone.tell("recorderStart");
    await settle();
    assert.match(screen.one("voice-panel").textContent ?? "", /正在录音/);
    assert.equal(screen.phone.called("record")[0]?.["format"], "mp3");
    await screen.tap("voice-stop");
    assert.match(screen.one("voice-panel").textContent ?? "", /录好了，4 秒/);
    await screen.tap("voice-listen");
    assert.equal(screen.phone.called("play").length, 1);
    await screen.tap("voice-send");
    await settle();
    assert.deepEqual(screen.phone.called("uploadFile")[0]?.["formData"], { name: "语音.mp3", seconds: "4" });
    assert.deepEqual(sent(), [{ type: "image", attachment_id: "f1" }]); // what the server says that it is
  });

  it("is nothing after a change of mind, and a word where the phone refuses", async () => {
    await begin();
    screen.phone.answers["chooseMedia"] = () => Promise.reject(new Refusal("chooseMedia:fail cancel"));
    await screen.tap(kind("图片"));
    assert.equal(screen.has("problem"), false);
    await screen.tap("more-open");
    screen.phone.answers["chooseMedia"] = () => Promise.reject(new Refusal("chooseMedia:fail privacy permission is not authorized"));
    await screen.tap(kind("图片"));
    assert.match(screen.one("problem").textContent ?? "", /没有同意隐私保护指引/);
  });
});

describe("the privacy guide", () => {
  it("is named, may be read, and is agreed to by WeChat's own button", async () => {
    screen = await open();
    screen.phone.answers["getPrivacySetting"] = () => ({ needAuthorization: true, privacyContractName: "《市公积金中心小程序隐私保护指引》" });
    const answers: unknown[] = [];
    (screen.phone.tell as (name: string, event: unknown) => void)("privacy", (answer: unknown) => answers.push(answer));
    await settle();
    assert.match(screen.one("privacy").textContent ?? "", /《市公积金中心小程序隐私保护指引》/);
    await screen.tap("privacy-read");
    assert.equal(screen.phone.called("openPrivacyContract").length, 1);
    await screen.fire("privacy-agree", "agreeprivacyauthorization");
    assert.deepEqual(answers, [{ event: "exposureAuthorization" }, { event: "agree", buttonId: "bangban-agree" }]);
    assert.equal(screen.has("privacy"), false);
  });

  it("may be refused", async () => {
    screen = await open();
    const answers: unknown[] = [];
    (screen.phone.tell as (name: string, event: unknown) => void)("privacy", (answer: unknown) => answers.push(answer));
    await settle();
    await screen.tap("privacy-refuse");
    assert.deepEqual(answers.at(-1), { event: "disagree" });
  });
});

describe("consent to a message of WeChat", () => {
  it("is asked of who leaves the queue, where the inbox has a template", async () => {
    screen = await open({}, sessionReady({ conversation: conversation({ status: "queued" }), subscribe: ["TPL"] }));
    screen.phone.answers["requestSubscribeMessage"] = () => ({ errMsg: "requestSubscribeMessage:ok", TPL: "accept" });
    await screen.tap("cancel-wait");
    assert.deepEqual(screen.phone.called("requestSubscribeMessage"), [{ tmplIds: ["TPL"] }]);
    assert.equal(screen.said("cancel_handoff").length, 1);
    assert.match(String(screen.phone.called("showToast")[0]?.["title"]), /会发微信消息通知您/);
  });
});
