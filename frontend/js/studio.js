// The studio: one file of a draft in an editor with its preview and findings, saved as one types.
// Without this script the form saves and shows findings and preview by reloading.
import { setUpControls } from "./lib/controls.js";
import { autosave, backup } from "./lib/studio/saving.js";
import { clashes } from "./lib/studio/clash.js";
import { fromServer, openEditor } from "./lib/studio/editor.js";
import { findings, jump } from "./lib/studio/findings.js";
import { droppedImages } from "./lib/studio/images.js";
import { changesBetween } from "./lib/studio/merging.js";
import { livePreview, scrollTogether } from "./lib/studio/preview.js";
import { ChangeSet } from "@codemirror/state";

const find = (name) => document.querySelector(`[data-${name}]`);
const clockTime = (at) => new Date(at).toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });

function setUpSaveState(words) {
  const line = find("save-state");
  return (state, json) => {
    line.dataset.saveState = state;
    const text = state === "refused" ? json.message : words[state].replace("{at}", json?.saved_at ? clockTime(json.saved_at) : "");
    if (line.textContent !== text) line.textContent = text;
  };
}

/** On a narrow screen either the text or the preview; on a wide one the preview as wide as a phone, if one likes. */
function setUpViews(studio, view) {
  const tabs = [...document.querySelectorAll("[data-show]")];
  const show = (which) => {
    studio.dataset.shown = which;
    for (const tab of tabs) tab.setAttribute("aria-pressed", tab.dataset.show === which);
    view.requestMeasure();
  };
  for (const tab of tabs) tab.addEventListener("click", () => show(tab.dataset.show));
  show("text");
  const phone = find("phone");
  phone.addEventListener("click", () => {
    phone.setAttribute("aria-pressed", find("preview").classList.toggle("as-phone"));
  });
}

/** What a crash or a lost line left on this device is offered; nothing of it is lost by looking away. */
function offerBackup(view, store) {
  const kept = store.left(view.state.doc.toString());
  const panel = find("left");
  if (!kept) return;
  panel.querySelector("[data-left-time]").textContent = new Date(kept.at).toLocaleString("id-ID", { dateStyle: "long", timeStyle: "short" });
  panel.hidden = false;
  panel.querySelector("[data-left-use]").addEventListener("click", () => {
    panel.hidden = true;
    const { doc } = view.state;
    view.dispatch({ changes: changesBetween(doc.toString(), kept.text), userEvent: "input.restore" });
    view.focus();
  });
  panel.querySelector("[data-left-drop]").addEventListener("click", () => {
    panel.hidden = true;
    store.drop();
    view.focus();
  });
}

/** Other forms of the page act on what is saved: what is not goes first, and they name the version there is. */
function setUpOtherForms(own, saver) {
  document.addEventListener("submit", async (submit) => {
    const form = submit.target;
    if (form === own || form.method !== "post" || !saver.unsaved()) return;
    submit.preventDefault();
    if (await saver.save()) form.submit();
  });
}

function setUpEditor(form) {
  const textarea = form.querySelector("[data-editor]");
  const words = JSON.parse(form.dataset.texts);
  const store = backup(`${form.dataset.owner}:${location.pathname}`);
  const tell = setUpSaveState(words.states);
  const told = findings(find("findings"), words);
  const read = () => view.state.doc.toString();
  let sinceSent = null; // what was typed while the server had the text

  function setVersion(version) {
    for (const field of document.querySelectorAll('input[name="versi"]')) field.value = version;
  }

  /** Bring the text of the server in, under what was typed since, and leave the cursor where it is. */
  function adopt(text, sent) {
    const changes = changesBetween(sent, text);
    if (!changes.empty) view.dispatch({ changes: sinceSent ? changes.map(sinceSent) : changes, annotations: fromServer.of(true) });
  }

  const saver = autosave({
    url: form.action,
    store,
    version: form.elements.versi.value,
    read: () => read(),
    tell,
    onSaving: () => {
      sinceSent = ChangeSet.empty(view.state.doc.length);
    },
    onSaved(json, sent) {
      adopt(json.text, sent);
      sinceSent = null;
      setVersion(json.version);
    },
    onClash: (json) => clash.take(view, json),
  });
  const clash = clashes({
    panel: find("clash"),
    words: words.clash,
    decided(version) {
      saver.resume(version);
      saver.save();
    },
    theirs(json) {
      view.dispatch({ changes: changesBetween(read(), json.text), annotations: fromServer.of(true) });
      saver.resume(json.version);
      saver.clean();
      setVersion(json.version);
      tell("taken");
    },
  });
  const save = () => {
    saver.save();
    return true;
  };
  const view = openEditor(textarea, {
    words,
    save,
    extensions: [told.extensions, clash.extensions, textarea.dataset.media ? droppedImages({ url: textarea.dataset.media, dialog: find("image"), words: words.image, tell: (message) => tell("refused", { message }) }) : []],
    onChange(update) {
      if (sinceSent) sinceSent = sinceSent.compose(update.changes);
      preview.soon();
      if (!update.transactions.every((one) => one.annotation(fromServer))) saver.changed();
    },
  });
  const preview = livePreview({
    url: textarea.dataset.check,
    pane: find("preview"),
    read,
    onFindings: (found) => told.show(view, found),
    onTrouble: (trouble) => {
      find("preview-trouble").hidden = !trouble;
    },
  });
  form.addEventListener("submit", (submit) => {
    submit.preventDefault();
    save();
  });
  view.contentDOM.addEventListener("blur", save);
  scrollTogether(view, find("preview"));
  setUpViews(find("studio-columns"), view);
  setUpOtherForms(form, saver);
  offerBackup(view, store);
  preview.check();
  if (textarea.dataset.line) jump(view, Number(textarea.dataset.line));
}

setUpControls();
const form = find("studio");
if (form) setUpEditor(form);
