// What the phone tells: whether the mini-program is in front, whether there is a network, how large letters are wished.

import { ref, type Ref } from "vue";

/** The size people read at who have changed nothing in WeChat (我 > 设置 > 通用 > 字体大小). */
const USUAL_PX = 16;
const LARGEST = 2.8;

/** How many times larger than usual the citizen wants letters, 1..2.8, from WeChat's own setting. */
export function wishedScale(): number {
  try {
    const { fontSizeScaleFactor: factor, fontSizeSetting: pixels } = wx.getAppBaseInfo();
    const wish = factor || pixels / USUAL_PX;
    return Number.isFinite(wish) ? Math.min(LARGEST, Math.max(1, wish)) : 1;
  } catch {
    return 1; // a base library that cannot tell
  }
}

export function wishedLanguage(): string {
  try {
    return wx.getAppBaseInfo().language ?? "";
  } catch {
    return "";
  }
}

export interface Device {
  /** The mini-program is in front. */
  shown: Ref<boolean>;
  hasNetwork: Ref<boolean>;
  onBack(hear: (awayMs: number) => void): void;
  onNetwork(back: () => void): void;
  end(): void;
}

export function watchDevice(): Device {
  const shown = ref(true);
  const hasNetwork = ref(true);
  const backs: ((awayMs: number) => void)[] = [];
  const networks: (() => void)[] = [];
  let left = Date.now();

  const onHide = () => {
    shown.value = false;
    left = Date.now();
  };
  const onShow = () => {
    if (shown.value) return; // told at the start as well
    shown.value = true;
    backs.forEach((hear) => hear(Date.now() - left));
  };
  const onNetwork = ({ isConnected }: { isConnected: boolean }) => {
    hasNetwork.value = isConnected;
    if (isConnected) networks.forEach((hear) => hear());
  };
  wx.onAppHide(onHide);
  wx.onAppShow(onShow);
  wx.onNetworkStatusChange(onNetwork);
  return {
    shown,
    hasNetwork,
    onBack: (hear) => void backs.push(hear),
    onNetwork: (hear) => void networks.push(hear),
    end() {
      wx.offAppHide(onHide);
      wx.offAppShow(onShow);
      wx.offNetworkStatusChange(onNetwork as () => void);
    },
  };
}
