/** Flash messages can be put away. (The error summary takes the focus by its autofocus attribute.) */
export function setUpMessages() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (!button) return;
    button.closest(".alert").remove();
    document.querySelector("main")?.focus({ preventScroll: true });
  });
}

/** Show the page's prepared message for a request that did not arrive (template#request-failed in the layout). */
export function announceProblem() {
  const region = document.querySelector(".flashes");
  const prepared = document.querySelector("template#request-failed");
  if (!region || !prepared) return;
  region.querySelector("[data-request-failed]")?.remove();
  region.append(prepared.content.cloneNode(true));
  for (const element of region.querySelectorAll("[data-needs-js]")) element.hidden = false;
}
