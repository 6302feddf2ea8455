// A phone with WeChat on it, as far as the chat can tell: `wx` with its storage, its events and its windows, and what
// the citizen does outside of the mini-program.

export interface Task {
  onOpen(hear: () => void): void;
  onMessage(hear: (event: { data: string | ArrayBuffer }) => void): void;
  onError(hear: (problem: object) => void): void;
  onClose(hear: (event: { code: number; reason: string }) => void): void;
  send(options: { data: string | ArrayBuffer }): void;
  close(options?: object): void;
}

type Handler = (event: never) => void;
export type Asked = Record<string, unknown>;
/** How WeChat answers: by callback, or by promise where none was given. */
type Answer = (asked: Asked) => unknown;

export class Refusal extends Error {
  readonly errMsg: string;

  constructor(errMsg: string) {
    super(errMsg);
    this.errMsg = errMsg;
  }
}

export function createPhone(connect: (url: string) => Task, storage = new Map<string, unknown>()) {
  const handlers = new Map<string, Set<Handler>>();
  const calls: { name: string; asked: Asked }[] = [];
  const answers: Record<string, Answer> = {};
  let codes = 0;

  const on = (name: string) => (hear: Handler) => void (handlers.get(name) ?? handlers.set(name, new Set()).get(name))?.add(hear);
  const off = (name: string) => (hear: Handler) => void handlers.get(name)?.delete(hear);
  const tell = (name: string, event: object = {}) => handlers.get(name)?.forEach((hear) => hear(event as never));

  /** One of wx's asynchronous interfaces, answered by `answers[name]`. */
  const ask = (name: string) => (asked: Asked = {}) => {
    calls.push({ name, asked });
    const given = Promise.resolve().then(() => (answers[name] ?? (() => ({})))(asked));
    const { success, fail } = asked as { success?: (value: unknown) => void; fail?: (problem: unknown) => void };
    if (!success && !fail) return given;
    given.then((value) => success?.(value), (problem: unknown) => fail?.(problem));
    return undefined;
  };

  const sound = { onEnded: on("ended"), onError: on("soundError"), play: () => calls.push({ name: "play", asked: {} }), stop: () => undefined, destroy: () => undefined, src: "" };
  const recorder = {
    onStart: on("recorderStart"), onStop: on("recorderStop"), onError: on("recorderError"),
    start: (asked: Asked) => calls.push({ name: "record", asked }), stop: () => tell("recorderStop", recorded),
  };
  const recorded = { tempFilePath: "wxfile://tmp_voice.mp3", duration: 4200, fileSize: 25_000 };

  const wx = {
    connectSocket: ({ url }: { url: string }) => connect(url),
    getStorageSync: (key: string) => storage.get(key) ?? "",
    setStorageSync: (key: string, value: unknown) => void storage.set(key, value),
    removeStorageSync: (key: string) => void storage.delete(key),
    getStorageInfoSync: () => ({ keys: [...storage.keys()] }),
    getAppBaseInfo: () => ({ language: "zh_CN", fontSizeSetting: 16 }),
    getFileSystemManager: () => ({ getFileInfo: ask("getFileInfo") }),
    getRecorderManager: () => recorder,
    createInnerAudioContext: () => sound,
    login: async () => {
      calls.push({ name: "login", asked: {} });
      return { code: `code-${++codes}` };
    },
    onAppHide: on("hide"), offAppHide: off("hide"), onAppShow: on("show"), offAppShow: off("show"),
    onNetworkStatusChange: on("network"), offNetworkStatusChange: off("network"),
    onNeedPrivacyAuthorization: on("privacy"), getPrivacySetting: ask("getPrivacySetting"), openPrivacyContract: ask("openPrivacyContract"),
    chooseMedia: ask("chooseMedia"), chooseMessageFile: ask("chooseMessageFile"), chooseLocation: ask("chooseLocation"),
    getImageInfo: ask("getImageInfo"), compressImage: ask("compressImage"),
    previewImage: ask("previewImage"), openDocument: ask("openDocument"), openLocation: ask("openLocation"), shareFileMessage: ask("shareFileMessage"),
    downloadFile: ask("downloadFile"), setClipboardData: ask("setClipboardData"), requestSubscribeMessage: ask("requestSubscribeMessage"),
    showToast: ask("showToast"), showLoading: ask("showLoading"), hideLoading: ask("hideLoading"),
    setInnerAudioOption: ask("setInnerAudioOption"),
    setNavigationBarTitle: ask("setNavigationBarTitle"), setNavigationBarColor: ask("setNavigationBarColor"), navigateTo: ask("navigateTo"),
    uploadFile(asked: Asked) {
      ask("uploadFile")(asked);
      return {
        abort: () => (asked["fail"] as (problem: object) => void)({ errMsg: "uploadFile:fail abort" }),
        onProgressUpdate: on("progress"),
      };
    },
  };

  return {
    wx, calls, answers, tell, storage, recorded,
    called: (name: string) => calls.filter((each) => each.name === name).map((each) => each.asked),
  };
}

export type Phone = ReturnType<typeof createPhone>;
