// Where things are: the desk, the tickets, the knowledge base, and the login that guards them.

import { createRouter, createWebHistory } from "vue-router";
import { KNOWLEDGE_PAGES } from "./knowledge";
import { useAccount } from "./state/account";
import LoginView from "./views/LoginView.vue";
import ShellView from "./views/ShellView.vue";

export const router = createRouter({
  history: createWebHistory("/console/"),
  routes: [
    { path: "/login", name: "login", component: LoginView },
    {
      path: "/",
      component: ShellView,
      children: [
        { path: "", redirect: { name: "desk" } },
        { path: "desk/:id?", name: "desk", component: () => import("./views/DeskView.vue") },
        { path: "tickets/:id?", name: "tickets", component: () => import("./views/TicketsView.vue") },
        {
          path: "knowledge",
          name: "knowledge",
          component: () => import("./views/KnowledgeView.vue"),
          redirect: { name: "knowledge-articles" },
          children: KNOWLEDGE_PAGES.map(({ name, path, view }) => ({ name, path, component: view })),
        },
      ],
    },
    { path: "/:rest(.*)*", redirect: { name: "desk" } },
  ],
});

router.beforeEach(async (to) => {
  const { account, restore } = useAccount();
  await restore();
  if (!account.value && to.name !== "login") return { name: "login", query: { to: to.fullPath } };
  if (account.value && to.name === "login") return { name: "desk" };
  return true;
});
