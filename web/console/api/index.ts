// Every HTTP call of the console, an area a file.

export { accounts, auditTrail, departments, numbers, skillGroups, words, type AuditQuery } from "./administration";
export { articles, categories, versions, type ArticleQuery, type SeenVersion } from "./articles";
export { auth } from "./auth";
export { flows, intents, regression, replies, trainings } from "./bot";
export { conversations, people, type ConversationQuery } from "./desk";
export { imports, type RowOutcome } from "./imports";
export { knowledge } from "./knowledge";
export { hot, questions, type QuestionQuery } from "./learning";
export { businesses, calendar, inboxes, rulePreview } from "./settings";
export { files, savedReplies, type ReplyScope, type Shelf } from "./replies";
export { portals } from "./portals";
export { routing } from "./routing";
export { ticketTypes } from "./ticketTypes";
export { tickets } from "./tickets";
export { team, wall } from "./team";
export { presence, wrapUps } from "./wrapUps";
