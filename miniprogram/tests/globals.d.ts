// What scripts/test.mjs puts in, and packages that bring no types.

declare const __DIST__: string;
declare const __ROOT__: string;

declare module "miniprogram-simulate" {
  export interface Rendered {
    dom: HTMLElement;
    data: Record<string, unknown>;
    attach(parent: HTMLElement): void;
    detach(): void;
    querySelector(selector: string): Rendered | undefined;
    querySelectorAll(selector: string): Rendered[];
    dispatchEvent(name: string, options?: object): void;
    addEventListener(name: string, hear: (event: { detail: Record<string, unknown> }) => void): void;
    setData(data: object): void;
    triggerLifeTime(name: string): void;
    instance: Record<string, unknown> & { triggerEvent(name: string, detail: object): void };
  }
  export function load(path: string, options: object): string;
  export function render(id: string, properties?: object): Rendered;
}

declare module "jsdom" {
  export class JSDOM {
    constructor(html: string, options?: object);
    readonly window: Window & typeof globalThis;
  }
}

declare module "ws" {
  export default class WebSocket {
    constructor(url: string);
    on(name: string, hear: (...values: never[]) => void): void;
    send(data: string | ArrayBuffer): void;
    close(code?: number): void;
    terminate(): void;
  }
}
