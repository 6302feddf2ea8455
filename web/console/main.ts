// Entry of the console.

import "./first";
import { createApp } from "vue";
import App from "./App.vue";
import { router } from "./router";
import "./styles/element.css";
import "./styles/console.css";

createApp(App).use(router).mount("#app");
