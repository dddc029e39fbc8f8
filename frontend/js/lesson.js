// What a lesson page adds to reading: the place one left off, and terms explained by touch and keyboard.
// The page works without it. Checks are answered by htmx.
import { setUpControls } from "./lib/controls.js";
import { csrfToken, postForm } from "./lib/http.js";

const root = document.querySelector("[data-lesson]");
const PAUSE = 1500;

function rememberPlace() {
  const places = () => [...root.querySelectorAll(".reader h2[id], .reader h3[id], .reader [data-block]")];
  let known = root.dataset.position;
  let timer = 0;

  /** The last heading or check above the middle of the screen: it means the same on every screen size. */
  function here() {
    let found = "";
    for (const place of places()) {
      if (place.getBoundingClientRect().top > innerHeight / 2) break;
      found = place.id;
    }
    return found;
  }

  function send(leaving) {
    const place = here();
    if (!place || place === known) return;
    known = place;
    if (leaving) {
      navigator.sendBeacon(root.dataset.positionUrl, new URLSearchParams({ jangkar: place, csrf_token: csrfToken() }));
    } else {
      postForm(root.dataset.positionUrl, { jangkar: place }).catch(() => {
        known = ""; // not arrived: the next pause tries again
      });
    }
  }

  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(() => send(false), PAUSE);
  }, { passive: true });
  addEventListener("pagehide", () => send(true));
}

function explainTerms() {
  const tip = document.createElement("div");
  tip.className = "term-tip";
  tip.id = "penjelasan-istilah";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);
  const seen = new Set();

  function hide() {
    tip.hidden = true;
    root.querySelector("abbr[aria-describedby]")?.removeAttribute("aria-describedby");
  }

  function show(term) {
    hide();
    tip.textContent = term.dataset.meaning;
    tip.hidden = false;
    const box = term.getBoundingClientRect();
    const width = Math.min(320, innerWidth - 24);
    tip.style.setProperty("max-width", `${width}px`);
    tip.style.setProperty("left", `${Math.max(12, Math.min(box.left, innerWidth - width - 12)) + scrollX}px`);
    tip.style.setProperty("top", `${box.bottom + scrollY + 6}px`);
    term.setAttribute("aria-describedby", tip.id);
  }

  for (const term of root.querySelectorAll(".reader abbr[title]")) {
    term.dataset.meaning = term.title;
    term.removeAttribute("title"); // else two tips, of which a finger and a keyboard get none
    if (!seen.has(term.textContent)) term.tabIndex = 0; // each term once on the way of the keyboard
    seen.add(term.textContent);
    term.addEventListener("focus", () => show(term));
    term.addEventListener("blur", hide);
    term.addEventListener("mouseenter", () => show(term));
    term.addEventListener("mouseleave", hide);
    term.addEventListener("click", (event) => {
      event.stopPropagation();
      show(term);
    });
  }
  document.addEventListener("click", hide);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
}

if (root) {
  setUpControls();
  rememberPlace();
  explainTerms();
}
