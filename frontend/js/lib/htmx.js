import htmx from "htmx.org";
import { csrfToken } from "./http.js";
import { announceProblem } from "./messages.js";

/** htmx as the Content-Security-Policy allows it: nothing evaluated, no styles written. */
export function setUpHtmx() {
  Object.assign(htmx.config, { allowEval: false, includeIndicatorStyles: false, historyCacheSize: 0 });
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, announceProblem);
  }
}
