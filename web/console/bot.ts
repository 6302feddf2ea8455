// The pages of the section about the bot, in the order of their tabs.

import type { SectionPage } from "./section";

const READ = "bot.read";

export const BOT_PAGES: SectionPage[] = [
  {
    name: "bot-intents",
    path: "intents/:name?",
    title: "bot_intents",
    permission: READ,
    view: () => import("./views/BotIntentsView.vue"),
  },
  {
    name: "bot-replies",
    path: "replies/:name?",
    title: "bot_replies",
    permission: READ,
    view: () => import("./views/BotRepliesView.vue"),
  },
  {
    name: "bot-flows",
    path: "flows/:id?",
    title: "bot_flows",
    permission: READ,
    view: () => import("./views/BotFlowsView.vue"),
  },
  {
    name: "bot-regression",
    path: "regression",
    title: "bot_regression",
    permission: READ,
    view: () => import("./views/BotRegressionView.vue"),
  },
  {
    name: "bot-training",
    path: "training/:id?",
    title: "bot_training",
    permission: READ,
    view: () => import("./views/BotTrainingView.vue"),
  },
  {
    name: "bot-try",
    path: "try",
    title: "bot_try",
    permission: READ,
    view: () => import("./views/BotTryView.vue"),
  },
];
