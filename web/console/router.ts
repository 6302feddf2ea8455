// Where things are: the desk, the tickets, the knowledge base, the bot, the settings, and the login that guards them.

import { createRouter, createWebHistory, type RouteLocationRaw, type RouteRecordRaw } from "vue-router";
import { BOT_PAGES } from "./bot";
import { KNOWLEDGE_PAGES } from "./knowledge";
import type { SectionPage } from "./section";
import { SETTINGS_PAGES } from "./settings";
import { useAccount } from "./state/account";
import LoginView from "./views/LoginView.vue";
import ShellView from "./views/ShellView.vue";

/** Where an account begins: the desk; for those who serve nobody their tickets, or the knowledge base. */
function home(): RouteLocationRaw {
  const mine = useAccount().account.value?.permissions ?? ["conversation.read"];
  if (mine.includes("conversation.read")) return { name: "desk" };
  return { name: mine.includes("ticket.read") ? "tickets" : "knowledge" };
}

/** The first page of the settings the account may open: agents keep their saved replies there. */
function settingsHome(): RouteLocationRaw {
  const mine = useAccount().account.value?.permissions ?? [];
  const page = SETTINGS_PAGES.find((each) => mine.includes(each.permission));
  return page ? { name: page.name } : home();
}

function pagesOf(pages: SectionPage[]): RouteRecordRaw[] {
  return pages.map(({ name, path, view, permission }) => ({ name, path, component: view, meta: { needs: permission } }));
}

export const router = createRouter({
  history: createWebHistory("/console/"),
  routes: [
    { path: "/login", name: "login", component: LoginView },
    // On paper, without anything around it.
    { path: "/tickets/:id/print", name: "ticket-print", meta: { needs: "ticket.read" }, component: () => import("./views/TicketPrintView.vue") },
    {
      path: "/",
      component: ShellView,
      children: [
        { path: "", name: "home", redirect: home },
        { path: "desk/:id?", name: "desk", meta: { needs: "conversation.read" }, component: () => import("./views/DeskView.vue") },
        { path: "wall", name: "wall", meta: { needs: "conversation.supervise" }, component: () => import("./views/WallView.vue") },
        { path: "left-messages/:id?", name: "left-messages", meta: { needs: "conversation.read" }, component: () => import("./views/LeftMessagesView.vue") },
        { path: "ratings", name: "ratings", meta: { needs: "conversation.read" }, component: () => import("./views/RatingsView.vue") },
        { path: "tickets/:id?", name: "tickets", meta: { needs: "ticket.read" }, component: () => import("./views/TicketsView.vue") },
        {
          path: "knowledge",
          name: "knowledge",
          component: () => import("./views/KnowledgeView.vue"),
          redirect: { name: "knowledge-articles" },
          meta: { needs: "knowledge.read" },
          children: pagesOf(KNOWLEDGE_PAGES),
        },
        {
          path: "bot",
          name: "bot",
          component: () => import("./views/BotView.vue"),
          redirect: { name: "bot-intents" },
          meta: { needs: "bot.read" },
          children: pagesOf(BOT_PAGES),
        },
        {
          path: "settings",
          name: "settings",
          component: () => import("./views/SettingsView.vue"),
          redirect: settingsHome,
          meta: { needs: "conversation.serve" },
          children: pagesOf(SETTINGS_PAGES),
        },
      ],
    },
    { path: "/:rest(.*)*", redirect: home },
  ],
});

router.beforeEach(async (to) => {
  const { account, restore } = useAccount();
  await restore();
  if (!account.value && to.name !== "login") return { name: "login", query: { to: to.fullPath } };
  if (account.value && to.name === "login") return home();
  const needs = to.meta.needs;
  if (account.value && typeof needs === "string" && !account.value.permissions.includes(needs)) return home();
  return true;
});

// The product was brought up to date while this page was open: its parts have other names now. Load the page anew, where
// somebody wanted to go; at the first page of a visit that would go round in circles.
router.onError((error: unknown, to, from) => {
  const missing = error instanceof Error && /dynamically imported module|module script failed/i.test(error.message);
  if (missing && from.matched.length) window.location.assign(router.resolve(to.fullPath).href);
});
