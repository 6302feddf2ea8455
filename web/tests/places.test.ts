import { toGcj02 } from "@shared/places";
import { describe, expect, it } from "vitest";

// Test values of github.com/googollee/eviltransform, which many maps are measured by.
const KNOWN: [[number, number], [number, number]][] = [
  [[31.1774276, 121.5272106], [31.17530398364597, 121.531541859215]],
  [[22.543847, 113.912316], [22.540796131694766, 113.9171764808363]],
  [[39.911954, 116.377817], [39.91334545536069, 116.38404722455657]],
];

describe("a place for China's maps", () => {
  it.each(KNOWN)("is where others compute it: %s", ([latitude, longitude], [north, east]) => {
    const found = toGcj02({ latitude, longitude });
    expect(found.latitude).toBeCloseTo(north, 7);
    expect(found.longitude).toBeCloseTo(east, 7);
  });

  it("stays where it is outside of China", () => {
    expect(toGcj02({ latitude: 48.8584, longitude: 2.2945 })).toEqual({ latitude: 48.8584, longitude: 2.2945 });
  });
});
