// What articles may be limited to: regions and businesses. Asked for once.

import type { ScopeRead } from "@shared/contract";
import { shallowRef } from "vue";
import { knowledge } from "../api";

const scope = shallowRef<ScopeRead>({ region: "", nationwide: "", regions: [], businesses: [], values: [] });
let asked: Promise<void> | null = null;

export function useScope() {
  return {
    scope,
    load(): Promise<void> {
      asked ??= knowledge.scope().then(
        (read) => void (scope.value = read),
        (failure: unknown) => {
          asked = null; // ask again next time
          throw failure;
        },
      );
      return asked;
    },
  };
}
