// The provider of text messages: what is set, whether it works, what was sent.

import type { SmsCheck, SmsLog, SmsSecrets, SmsStatus, SmsTest } from "@shared/contract";
import { get, post, put } from "./http";

export const sms = {
  status: () => get<SmsStatus>("/sms/status"),
  storeSecrets: (body: SmsSecrets) => put<null>("/sms/secrets", body),
  check: () => post<SmsCheck>("/sms/check"),
  test: (body: SmsTest) => post<SmsCheck>("/sms/test", body),
  log: () => get<SmsLog>("/sms/texts", { limit: 20 }),
};
