// details.confirm holds a button and, inside, the question. Without scripts it unfolds in place; here it is a dialog.
export function setUpConfirm() {
  document.addEventListener("click", (event) => {
    const summary = event.target.closest("details.confirm > summary");
    if (!summary) return;
    event.preventDefault();
    ask(summary);
  });
}

function ask(summary) {
  const details = summary.parentElement;
  const body = details.querySelector(".confirm-body");
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", body.getAttribute("aria-labelledby"));
  dialog.append(body);
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => {
    details.append(body);
    dialog.remove();
    summary.focus();
  });
  dialog.showModal();
  (body.querySelector("[data-close]") ?? body).focus();
}
