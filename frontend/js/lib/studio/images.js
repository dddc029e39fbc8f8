// An image that is dropped or pasted goes to the module's media, and its line into the text, once it has words for those who
// cannot see it.
import { EditorView } from "@codemirror/view";
import { csrfToken } from "../http.js";

const images = (files) => [...(files ?? [])].filter(({ type }) => type.startsWith("image/"));

async function upload(url, file) {
  const body = new FormData();
  body.set("berkas", file);
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": csrfToken() }, redirect: "manual" });
  const json = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
  if (!answer.ok || !json?.path) throw new Error(json?.message ?? "");
  return json;
}

/** `dialog` asks for the alternative text in its field `alt`; `tell(message)` says what went wrong. */
export function droppedImages({ url, dialog, words, tell }) {
  const field = dialog.querySelector("[name=alt]");

  const ask = (name, suggested) => new Promise((resolve) => {
    dialog.querySelector("[data-image-name]").textContent = name;
    field.value = suggested ?? "";
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "pakai" ? field.value.trim() : null), { once: true });
  });

  async function insertOne(view, file, at) {
    const { path, alt } = await upload(url, file);
    const told = await ask(path, alt);
    if (told === null) return;
    const text = `![${told.replace(/[[\]\n]/g, " ")}](${path})\n`;
    const place = Math.min(at ?? view.state.selection.main.head, view.state.doc.length);
    view.dispatch({ changes: { from: place, insert: text }, selection: { anchor: place + text.length }, scrollIntoView: true, userEvent: "input.paste" });
  }

  async function insert(view, files, at) {
    for (const file of files) {
      await insertOne(view, file, at).catch((failed) => tell(failed.message || words.failed.replace("{name}", file.name)));
    }
    view.focus();
  }

  const take = (view, files, at) => {
    const found = images(files);
    if (!found.length) return false;
    insert(view, found, at);
    return true;
  };
  return EditorView.domEventHandlers({
    paste: (event, view) => take(view, event.clipboardData?.files),
    drop: (event, view) => take(view, event.dataTransfer?.files, view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? undefined),
  });
}
