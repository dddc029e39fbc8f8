// The answer that the controls of a question hold, whatever its type: read and written by what the controls are. A field
// `jawaban` is a choice, several or a line; fields `jawaban.<place>` are one answer in several places, {place: answer}; in
// a list to be ordered they are the numbers of its entries, and the answer is all entries in their order.
import { inOrder, putInOrder } from "./ordering.js";

const PLACE = "jawaban.";

export const isChoice = (control) => control.type === "radio" || control.type === "checkbox";
const controls = (form) => [...form.querySelectorAll('[name="jawaban"], [name^="jawaban."]')];

const onPage = {
  isOn: (control) => control.defaultChecked,
  value: (control) =>
    control.options ? ([...control.options].find((option) => option.defaultSelected)?.value ?? "") : control.defaultValue,
};
const now = { isOn: (control) => control.checked, value: (control) => control.value };

function read(form, { isOn, value }) {
  const all = controls(form);
  const [first] = all;
  const list = form.querySelector("[data-ordering]");
  if (list) return inOrder(list, value);
  if (first.name !== "jawaban") {
    const filled = all.map((control) => [control.name.slice(PLACE.length), value(control).trim()]).filter(([, text]) => text);
    return filled.length ? Object.fromEntries(filled) : null;
  }
  const chosen = all.filter((control) => isChoice(control) && isOn(control)).map((control) => control.value);
  if (first.type === "checkbox") return chosen.length ? chosen : null;
  if (first.type === "radio") return chosen[0] ?? null;
  return value(first).trim() || null;
}

/** The answer as the server showed it. */
export const shownAnswer = (form) => read(form, onPage);
/** The answer as it stands now. */
export const givenAnswer = (form) => read(form, now);

/** Show another answer than the server did. */
export function putAnswer(form, response) {
  const values = Array.isArray(response) ? response : [response];
  const list = form.querySelector("[data-ordering]");
  if (list) putInOrder(list, response);
  else {
    for (const control of controls(form)) {
      if (isChoice(control)) control.checked = values.includes(control.value);
      else if (control.name === "jawaban") control.value = response ?? "";
      else control.value = response?.[control.name.slice(PLACE.length)] ?? "";
    }
  }
  form.dispatchEvent(new Event("answershown", { bubbles: true }));
}
