// Saves what is typed: a moment after typing stops, when one leaves, and again until the server has it. What the server has
// not acknowledged stays on this device too, and is offered to whoever opens the file after a crash.
import { adoptToken, csrfToken } from "../http.js";
import { withoutIds } from "./merging.js";

const PAUSE = 1500;
const RETRY_FIRST = 2000;
const RETRY_MOST = 30_000;

/** The text of this file that no server acknowledged, as this device keeps it. `put` says whether it could. */
export function backup(name) {
  const key = `diajar-naskah:${name}`;
  return {
    get() {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    put(text, version) {
      try {
        localStorage.setItem(key, JSON.stringify({ text, version, at: Date.now() }));
        return true;
      } catch {
        return false;
      }
    },
    drop() {
      try {
        localStorage.removeItem(key);
      } catch {
        // nothing can be kept here, so nothing was
      }
    },
    /** What was kept and differs from the text of the server; what does not is dropped. */
    left(text) {
      const kept = this.get();
      if (!kept) return null;
      if (withoutIds(kept.text) !== withoutIds(text)) return kept;
      this.drop();
      return null;
    },
  };
}

async function send(url, text, version, keepalive) {
  const answer = await fetch(url, {
    method: "POST",
    body: new URLSearchParams({ isi: text, versi: version }),
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    redirect: "manual",
    keepalive,
  });
  const json = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
  if (answer.ok && json) return { kind: "saved", json };
  if (answer.status === 409 && json) return { kind: "clash", json };
  if (answer.status === 422 && json) return { kind: "refused", json };
  if (answer.status >= 500 || answer.status === 429) return { kind: "busy" };
  return { kind: answer.status === 404 ? "gone" : "held" }; // signed out, or a token that is no longer good
}

/** Who signed in again, in another tab say, has another token: taken from the page as it is now, if it is still theirs. */
async function renewToken() {
  const answer = await fetch(location.href, { redirect: "manual" });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const owner = (of) => of.querySelector("[data-studio]")?.dataset.owner;
  const known = csrfToken();
  return owner(page) === owner(document) && adoptToken(page) && csrfToken() !== known;
}

/**
 * `read()` is the text, `tell(state, json)` says how it stands: saved, saving, dirty, waiting, busy, held, gone, refused, clash.
 * `onSaved(json, sent)` when the server has `sent`, `onClash(json, sent)` when somebody was first: nothing is sent from then
 * until `resume(version)`.
 */
export function autosave({ url, store, version, read, tell, onSaving, onSaved, onClash }) {
  let running = null;
  let timer = 0;
  let wait = RETRY_FIRST;
  let dirty = false;
  let stopped = false;
  let kept = true;

  function later(after) {
    clearTimeout(timer);
    timer = setTimeout(save, after);
  }

  async function exchange() {
    const sent = read();
    dirty = false;
    tell("saving");
    onSaving();
    let answer;
    try {
      answer = await send(url, sent, version, false);
      if (answer.kind === "held" && (await renewToken())) answer = await send(url, sent, version, false);
    } catch {
      answer = { kind: "waiting" };
    }
    if (answer.kind === "saved") {
      version = answer.json.version;
      wait = RETRY_FIRST;
      onSaved(answer.json, sent);
      if (dirty) return;
      store.drop();
      tell("saved", answer.json);
      return;
    }
    dirty = true;
    tell(answer.kind, answer.json);
    if (answer.kind === "clash") {
      stopped = true;
      onClash(answer.json, sent);
    } else if (answer.kind === "waiting" || answer.kind === "busy") {
      later(wait);
      wait = Math.min(wait * 2, RETRY_MOST);
    }
  }

  /** Save now what is not saved; resolves to whether the server has everything. */
  async function save() {
    clearTimeout(timer);
    if (running) {
      await running;
      if (dirty && !stopped) later(PAUSE);
      return !dirty;
    }
    if (!dirty || stopped) return !dirty;
    running = exchange();
    await running;
    running = null;
    return !dirty;
  }

  addEventListener("online", () => dirty && save());
  addEventListener("focus", () => dirty && save()); // back from another tab, where one may have signed in
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && dirty && save());
  addEventListener("pagehide", () => {
    if (dirty && !stopped && !running) send(url, read(), version, true).catch(() => {}); // it is kept on the device as well
  });
  addEventListener("beforeunload", (leaving) => {
    if (dirty && !kept) leaving.preventDefault();
  });

  return {
    save,
    changed() {
      dirty = true;
      kept = store.put(read(), version);
      if (stopped) return;
      if (!running) tell("dirty");
      later(PAUSE);
    },
    resume(newVersion) {
      version = newVersion;
      stopped = false;
    },
    clean() {
      dirty = false;
      store.drop();
    },
    unsaved: () => dirty || running !== null,
  };
}
