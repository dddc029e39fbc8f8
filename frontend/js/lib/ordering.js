// A list to be put into an order: each entry has a select with its number. Here the entries move as the numbers change,
// and by the buttons beside them or the arrow keys on these; each move is said aloud.

const entries = (list) => [...list.children];
const select = (entry) => entry.querySelector("select");
const idOf = (entry) => select(entry).name.split(".")[1];

function sorted(list, value) {
  const last = list.children.length + 1;
  const number = (entry) => Number(value(select(entry))) || last;
  return entries(list).sort((a, b) => number(a) - number(b));
}

/** The ids in their order, by what `value` reads from a select; null while nothing has a number. */
export function inOrder(list, value) {
  return entries(list).some((entry) => value(select(entry))) ? sorted(list, value).map(idOf) : null;
}

function renumber(list) {
  entries(list).forEach((entry, place) => {
    select(entry).value = String(place + 1);
  });
}

/** Show this order; null: none is given. */
export function putInOrder(list, ids) {
  for (const id of ids ?? []) list.append(entries(list).find((entry) => idOf(entry) === id));
  if (ids) renumber(list);
  else for (const entry of entries(list)) select(entry).value = "";
}

function tell(list, entry) {
  list.parentElement.querySelector("[data-moved]").textContent = list.dataset.textMoved
    .replace("{langkah}", entry.querySelector("label").textContent.trim())
    .replace("{n}", entries(list).indexOf(entry) + 1)
    .replace("{total}", list.children.length);
}

/** Bring an entry to a place, from 0. The others move around it, so that it keeps the focus. */
function bring(list, entry, place) {
  for (let here = entries(list).indexOf(entry); here > place; here--) entry.after(entry.previousElementSibling);
  for (let here = entries(list).indexOf(entry); here < place; here++) entry.before(entry.nextElementSibling);
  renumber(list);
  tell(list, entry);
}

function move(button) {
  const list = button.closest("[data-ordering]");
  const entry = button.closest("li");
  const place = entries(list).indexOf(entry) + Number(button.dataset.move);
  bring(list, entry, Math.max(0, Math.min(list.children.length - 1, place)));
  select(entry).dispatchEvent(new Event("change", { bubbles: true }));
}

export function setUpOrdering() {
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-move]");
    if (button) move(button);
  });
  document.addEventListener("keydown", (press) => {
    const step = { ArrowUp: "-1", ArrowDown: "1" }[press.key];
    const button = step && press.target.closest("[data-move]")?.parentElement.querySelector(`[data-move="${step}"]`);
    if (!button) return;
    press.preventDefault();
    button.focus();
    move(button);
  });
  // Before whoever saves hears of it.
  document.addEventListener("change", ({ target }) => {
    const list = target.closest("[data-ordering]");
    if (!list) return;
    if (!target.value) putInOrder(list, null);
    else if (entries(list).indexOf(target.closest("li")) !== target.value - 1) bring(list, target.closest("li"), target.value - 1);
    else if (entries(list).some((entry) => !select(entry).value)) bring(list, target.closest("li"), target.value - 1);
  }, true);
  // What was numbered before this script came.
  for (const list of document.querySelectorAll("[data-ordering]")) putInOrder(list, inOrder(list, (control) => control.value));
}
