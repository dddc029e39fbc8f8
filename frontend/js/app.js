// What every page adds to plain HTML. Each part leaves the page working when it is missing.
import { setUpConfirm } from "./lib/confirm.js";
import { setUpHtmx } from "./lib/htmx.js";
import { setUpMenus } from "./lib/menus.js";
import { setUpMessages } from "./lib/messages.js";
import { setUpReveal } from "./lib/reveal.js";
import { setUpTheme } from "./lib/theme.js";

setUpHtmx();
setUpMenus();
setUpConfirm();
setUpMessages();
setUpReveal();
setUpTheme();
for (const element of document.querySelectorAll("[data-needs-js]")) element.hidden = false;
for (const element of document.querySelectorAll("[data-print]")) element.addEventListener("click", () => print());
