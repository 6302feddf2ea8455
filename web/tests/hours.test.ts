// Duty hours as people type them.
import { describe, expect, test } from "vitest";
import { arePeriods, newSchedule, periodsText, readPeriods } from "../console/state/hours";

describe("periods", () => {
  test("are read as people write them", () => {
    expect(readPeriods("9:00-12:00，13：30—17:00")).toEqual(["09:00-12:00", "13:30-17:00"]);
    expect(readPeriods("09:00 - 12:00  13:30至17:00")).toEqual(["09:00-12:00", "13:30-17:00"]);
    expect(readPeriods("  ")).toEqual([]);
  });

  test("read back as the same", () => {
    const day = ["09:00-12:00", "13:30-24:00"];
    expect(readPeriods(periodsText(day))).toEqual(day);
  });

  test("must be in order, apart and within the day", () => {
    expect(arePeriods([])).toBe(true);
    expect(arePeriods(["09:00-12:00", "12:00-24:00"])).toBe(true);
    for (const wrong of [["12:00-09:00"], ["09:00-12:00", "11:00-13:00"], ["24:00-24:00"], ["09:60-10:00"], ["上午"]])
      expect(arePeriods(wrong), wrong.join()).toBe(false);
  });
});

test("a new schedule has an id of its own", () => {
  const first = newSchedule([], "新的");
  const second = newSchedule([first, { ...first, id: "hours-2" }], "新的");
  expect(second.id).toBe("hours-3");
  expect(second.weekly).toHaveLength(7);
});
