// How large and where a picture is shown: by keys, wheel, a drag, two fingers or a double press.

import { computed, ref } from "vue";

const MOST = 6;
const DOUBLE = 2.5;

interface Point {
  x: number;
  y: number;
}

const distance = (one: Point, other: Point) => Math.hypot(one.x - other.x, one.y - other.y);

export function useZoom() {
  const scale = ref(1);
  const offset = ref<Point>({ x: 0, y: 0 });
  const fingers = new Map<number, Point>();

  function zoom(factor: number): void {
    const next = Math.min(MOST, Math.max(1, scale.value * factor));
    const grown = next / scale.value;
    // What is in the middle stays there.
    offset.value = next === 1 ? { x: 0, y: 0 } : { x: offset.value.x * grown, y: offset.value.y * grown };
    scale.value = next;
  }

  function move(event: PointerEvent): void {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...fingers.entries()].find(([id]) => id !== event.pointerId)?.[1];
    if (other) zoom(distance(now, other) / Math.max(1, distance(before, other)));
    else if (scale.value > 1) offset.value = { x: offset.value.x + now.x - before.x, y: offset.value.y + now.y - before.y };
    fingers.set(event.pointerId, now);
  }

  return {
    scale,
    transform: computed(() => `translate(${offset.value.x}px, ${offset.value.y}px) scale(${scale.value})`),
    zoom,
    reset: () => zoom(0),
    wheel: (event: WheelEvent) => zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2),
    toggle: () => zoom(scale.value > 1 ? 0 : DOUBLE),
    down(event: PointerEvent) {
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    move,
    up: (event: PointerEvent) => void fingers.delete(event.pointerId),
  };
}
