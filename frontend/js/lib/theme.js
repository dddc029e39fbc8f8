import { postForm } from "./http.js";

const NAMES = { terang: "light", gelap: "dark" };

/** The theme form works by itself (POST and redirect); here the page changes at once and stays where it is. */
export function setUpTheme() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const chosen = event.submitter.value;
    show(chosen);
    try {
      await postForm(form.action, { tema: chosen });
    } catch {
      // Without a connection the choice holds for this page only.
    }
  });
}

function show(chosen) {
  const root = document.documentElement;
  if (NAMES[chosen]) root.dataset.bsTheme = NAMES[chosen];
  else delete root.dataset.bsTheme;
  for (const button of document.querySelectorAll("form[data-theme-form] button")) {
    button.setAttribute("aria-pressed", String(button.value === chosen));
  }
}
