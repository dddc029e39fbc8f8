/** A password that can be looked at while it is typed: a button whose data-reveal names the fields. Without scripts the
 * button stays hidden and the fields are plain password fields. */
export function setUpReveal() {
  for (const button of document.querySelectorAll("[data-reveal]")) {
    const fields = button.dataset.reveal.split(" ").map((id) => document.getElementById(id));
    const show = (shown) => {
      for (const field of fields) field.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
    };
    button.addEventListener("click", () => show(button.getAttribute("aria-pressed") !== "true"));
    // Hidden again before it is sent, so that no browser offers it later as a text once typed here.
    button.form?.addEventListener("submit", () => show(false));
  }
}
