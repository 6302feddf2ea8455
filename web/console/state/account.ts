// Who is logged in. One for the whole console.

import { computed, shallowRef } from "vue";
import { auth } from "../api";
import type { Account } from "../api/types";

const account = shallowRef<Account | null>(null);
let asked: Promise<void> | null = null;

export function useAccount() {
  return {
    account,
    may: (permission: string) => computed(() => account.value?.permissions.includes(permission) ?? false),
    /** Find out once whether the browser's cookie is still good. */
    restore(): Promise<void> {
      asked ??= auth.me().then(
        (me) => void (account.value = me),
        () => undefined,
      );
      return asked;
    },
    async login(name: string, password: string): Promise<void> {
      account.value = (await auth.login(name, password)).account;
    },
    async logout(): Promise<void> {
      await auth.logout().catch(() => undefined);
      account.value = null;
    },
    /** The server says that we are not logged in any more. */
    forget(): void {
      account.value = null;
    },
  };
}
