// Sends what waits in the queue, in order, one request at a time, again and again until the server has answered.
import { postJson } from "./http.js";

const RETRY_FIRST = 1000;
const RETRY_MOST = 30_000;
const AT_ONCE = 50;
const PATIENCE = 20_000; // a line that neither answers nor breaks

const plain = ({ id, kind, question, response, queued_at }) => ({ id, kind, question, response, queued_at });

/** Take over the token against forgery of whoever is signed in by now; what stands in the way of that, or null. */
async function renewToken() {
  const page = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (page.status === 404) return "stranger";
  const token = new DOMParser().parseFromString(await page.text(), "text/html").querySelector('meta[name="csrf-token"]');
  if (!token || (page.redirected && new URL(page.url).pathname.endsWith("/masuk"))) return "signed-out";
  document.querySelector('meta[name="csrf-token"]').content = token.content;
  return null;
}

/** What became of one request: {kind: "ok", json}, or "offline", "signed-out", "stranger", "bad". */
async function exchange(url, events, renewed = false) {
  const patience = new AbortController();
  const timeout = setTimeout(() => patience.abort(), PATIENCE);
  let answer;
  let json = null;
  try {
    answer = await postJson(url, { events: events.map(plain) }, { signal: patience.signal });
    if (answer.headers.get("Content-Type")?.includes("json")) json = await answer.json();
  } catch {
    return { kind: "offline" };
  } finally {
    clearTimeout(timeout);
  }
  if (answer.ok && json && !answer.redirected) return { kind: "ok", json };
  if (answer.status >= 500 || answer.status === 429) return { kind: "offline" };
  if (answer.status === 404) return { kind: "stranger" };
  if (json?.error) return { kind: "bad" };
  // Neither ours nor a failure: the session ended, or its token is another one by now.
  if (renewed) return { kind: "signed-out" };
  const trouble = await renewToken().catch(() => "offline");
  return trouble ? { kind: trouble } : exchange(url, events, true);
}

/**
 * What the page is told: `onSending()`, `onWaiting(kind)` when there is no answer yet, `onAnswer(json)` at each word of the
 * server, `onBad(event)` for one that cannot be taken, `onEmpty()` when the server has everything.
 */
export function makeSaver({ queue, url, onSending, onWaiting, onAnswer, onBad, onEmpty }) {
  let running = null;
  let asking = false;
  let wait = RETRY_FIRST;
  let retry = 0;

  function later(kind) {
    onWaiting(kind);
    retry = setTimeout(flush, wait);
    wait = Math.min(wait * 2, RETRY_MOST);
  }

  function answered(json) {
    wait = RETRY_FIRST;
    asking = false;
    for (const id of json.acknowledged) queue.remove(id);
    for (const { id } of json.refused) queue.remove(id);
    onAnswer(json);
  }

  async function drain() {
    clearTimeout(retry);
    retry = 0;
    let atOnce = AT_ONCE;
    while (asking || !queue.empty()) {
      const events = queue.all().slice(0, atOnce);
      if (events.length) onSending();
      const { kind, json } = await exchange(url, events);
      if (kind === "ok") {
        answered(json);
      } else if (kind !== "bad") {
        later(kind);
        return;
      } else if (events.length > 1) {
        atOnce = 1; // one of them spoils the others: find which
      } else {
        asking = false;
        for (const event of events) {
          queue.remove(event.id); // no later try could be taken
          onBad(event);
        }
      }
    }
    onEmpty();
  }

  /** Send what waits. With `ask`, ask how the attempt stands even when nothing does. */
  function flush(ask = false) {
    asking ||= ask === true;
    running ??= drain()
      .finally(() => {
        running = null;
      })
      .then(() => {
        if (!queue.empty() && !retry) flush(); // given in the moment between the last answer and here
      });
  }

  /** When the page goes: the request outlives it, and what it carries stays queued until it is acknowledged. */
  function leaving() {
    const events = queue.all().slice(0, AT_ONCE);
    if (events.length) postJson(url, { events: events.map(plain) }, { keepalive: true }).catch(() => {});
  }

  return { flush, leaving };
}
