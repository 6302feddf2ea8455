// How many articles end soon, as the knowledge section's tab tells it.

import type { ArticleSummary } from "@shared/contract";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { articles } from "../console/api";
import { useExpiring } from "../console/state/expiring";

describe("the number of articles that end soon", () => {
  beforeEach(() => vi.restoreAllMocks());

  async function told(items: number, next: string | null): Promise<string> {
    const page = { items: Array.from({ length: items }, () => ({ id: "a1" }) as ArticleSummary), next, people: {} };
    const asked = vi.spyOn(articles, "expiring").mockResolvedValue(page);
    const { count, load } = useExpiring();
    await load();
    expect(asked).toHaveBeenCalledWith(30, null);
    return count.value;
  }

  it("is their number", async () => expect(await told(3, null)).toBe("3"));
  it("says that there are more than one page holds", async () => expect(await told(50, "x")).toBe("50+"));
  it("is silent when there are none", async () => expect(await told(0, null)).toBe(""));
});
