// Who is logged in.

import type { LoginResponse } from "@shared/contract";
import { get, post } from "./http";
import type { Account } from "./types";

export const auth = {
  login: (login: string, password: string) => post<LoginResponse>("/auth/login", { login, password }),
  me: () => get<Account>("/auth/me"),
  logout: () => post<unknown>("/auth/logout"),
};
