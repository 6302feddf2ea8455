import { describe, expect, it } from "vitest";
import { createBoard } from "../console/state/board";
import { conversation, message } from "./samples";

type Delivery = NonNullable<ReturnType<typeof message>["delivery"]>;

function sent(seq: number, state: Delivery["state"]) {
  const one = message(seq);
  return { ...one, delivery: { ...(one.delivery ?? {}), state } as Delivery };
}

describe("the mark of what did not reach the citizen", () => {
  it("goes with the last message that got through after all", () => {
    const board = createBoard("li", true);
    board.put(conversation({ status: "assigned", owner_id: "li" }));
    const id = message(1).conversation_id;
    board.applyChange(sent(1, "failed"));
    board.applyChange(sent(2, "failed"));
    board.applyChange(sent(1, "delivered"));
    expect(board.known.get(id)?.undelivered).toBe(true);
    board.applyChange(sent(2, "delivered"));
    expect(board.known.get(id)?.undelivered).toBe(false);
  });
});
