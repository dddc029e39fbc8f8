// `elearn content watch`: the page is made anew with each file that is saved; the place one looks at and answers stay.
import { setUpControls } from "./lib/controls.js";

const region = document.querySelector("[data-watch]");
const state = document.querySelector("[data-watch-state]");
let asked = 0;

const key = (input) => `${input.closest("section")?.getAttribute("aria-labelledby") ?? ""}/${input.name}/${input.value}`;
const findings = () => region.querySelector("[data-watch-findings]");
const answered = () => new Set([...region.querySelectorAll("input:checked")].map(key));

function show(fresh) {
  const given = answered();
  const was = findings();
  region.replaceChildren(...fresh.childNodes);
  const now = findings();
  if (was?.querySelector("li") && now) now.open = was.open; // the first ones open by themselves
  for (const input of region.querySelectorAll("input[type=radio], input[type=checkbox]")) {
    if (given.has(key(input))) input.checked = true;
  }
  region.dispatchEvent(new Event("answershown", { bubbles: true }));
}

async function reload() {
  const mine = ++asked;
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== asked) return; // another file was saved meanwhile
  const fresh = page.querySelector("[data-watch]");
  if (!fresh) return location.reload(); // the file is gone, or the address: the page that says so
  document.title = page.title;
  show(fresh);
}

function follow() {
  const source = new EventSource(region.dataset.watch);
  source.addEventListener("berubah", reload);
  source.addEventListener("open", () => {
    if (state.textContent) reload(); // it was away, and may have missed something
    state.textContent = "";
  });
  source.addEventListener("error", () => {
    state.textContent = state.dataset.lost;
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, 1000);
  });
}

setUpControls();
follow();
