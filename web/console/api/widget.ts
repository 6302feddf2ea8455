// The website widget's logos and identity secrets; its settings are a document like the others.

import type { IdentitySecret, LogoRead } from "@shared/contract";
import { get, post, remove, upload } from "./http";

const secretOf = (inbox: string) => `/inboxes/${inbox}/identity-secret`;

export const widget = {
  uploadLogo(file: File): Promise<LogoRead> {
    const form = new FormData();
    form.append("file", file);
    return upload<LogoRead>("/widget-logos", form);
  },
  secret: (inbox: string) => get<IdentitySecret>(secretOf(inbox)),
  renewSecret: (inbox: string) => post<IdentitySecret>(secretOf(inbox)),
  dropSecret: (inbox: string) => remove<null>(secretOf(inbox)),
};
