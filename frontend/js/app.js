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
function showWhatScriptsDo(root) {
  for (const element of root.querySelectorAll("[data-needs-js]")) element.hidden = false;
}
showWhatScriptsDo(document);
document.addEventListener("htmx:load", ({ detail }) => showWhatScriptsDo(detail.elt ?? document)); // what came by htmx
for (const element of document.querySelectorAll("[data-print]")) element.addEventListener("click", () => print());
