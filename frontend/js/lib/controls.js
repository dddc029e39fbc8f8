// What scripts add to the controls of questions, in quizzes and in the checks of lessons, also those that come later.
import { setUpOrdering } from "./ordering.js";

// Pointing at a picture chooses the option of the area; the chosen one stands out.
function setUpPointing() {
  const optionOf = (area) => area.closest("fieldset").querySelector(`input[value="${area.dataset.area}"]`);
  document.addEventListener("click", ({ target }) => {
    const area = target.closest("[data-area]");
    const option = area && optionOf(area);
    if (!option || option.disabled) return;
    option.checked = true;
    option.dispatchEvent(new Event("change", { bubbles: true }));
  });
  return (root) => {
    for (const area of root.querySelectorAll("[data-area]")) area.classList.toggle("chosen", Boolean(optionOf(area)?.checked));
  };
}

const SAID_AFTER = 1500;

// The words of a longer text: shown at once, said when one pauses.
function setUpCounting() {
  let pause = 0;
  const angka = new Intl.NumberFormat("id-ID");
  const put = (text, n, off) => text.replace("{n}", angka.format(n)).replace("{lagi}", angka.format(off));

  function count(text) {
    const shown = text.parentElement.querySelector("[data-word-count]");
    const { least, most, text: plain, textLess, textMore } = shown.dataset;
    const n = text.value.split(/\s+/).filter(Boolean).length;
    if (n && n < least) shown.textContent = put(textLess, n, least - n);
    else if (n > most) shown.textContent = put(textMore, n, n - most);
    else shown.textContent = put(plain, n, 0);
    return shown.textContent;
  }

  document.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-words]")) return;
    const said = count(target);
    clearTimeout(pause);
    pause = setTimeout(() => {
      target.parentElement.querySelector("[data-word-status]").textContent = said;
    }, SAID_AFTER);
  });
  return (root) => root.querySelectorAll("[data-words]").forEach(count);
}

export function setUpControls() {
  setUpOrdering();
  const parts = [setUpPointing(), setUpCounting()];
  const refresh = (root) => parts.forEach((part) => part(root));
  const refreshForm = ({ target }) => refresh(target.closest("form") ?? document);
  refresh(document);
  document.addEventListener("change", refreshForm);
  document.addEventListener("answershown", refreshForm);
}
