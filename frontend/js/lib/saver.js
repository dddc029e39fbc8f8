// Sends what waits in the queue, in order, one request at a time, again and again until the server has answered. Each
// event has an id of its own, so one that is sent twice is stored once.
import { elapsed } from "./clock.js";
import { adoptToken, postJson } from "./http.js";

const RETRY_FIRST = 1000;
const RETRY_MOST = 30_000;
const AT_ONCE = 50;
// A line that neither answers nor breaks counts as gone after so long: soon at first, later for one that is only slow.
const PATIENCE_FIRST = 8000;
const PATIENCE_MOST = 32_000;

const plain = ({ id, kind, question, response, queued_at }) => ({ id, kind, question, response, queued_at });
const uneven = (time) => time * (0.75 + Math.random() / 2); // so that a thousand pages do not come back at once

/** Take over the token against forgery of whoever is signed in by now; what stands in the way of that, or null. */
async function renewToken(signal) {
  const page = await fetch(location.href, { headers: { Accept: "text/html" }, signal });
  if (page.status === 404) return "stranger";
  if (page.redirected && new URL(page.url).pathname.endsWith("/masuk")) return "signed-out";
  const found = new DOMParser().parseFromString(await page.text(), "text/html");
  if (!page.ok || !adoptToken(found)) return "busy"; // not a page of ours: a proxy's, or a failure
  return null;
}

/** What became of one request: {kind: "ok", json, asked, answered}, or "offline", "silent", "busy", "signed-out",
 * "stranger", "bad". */
async function exchange(url, body, signal, renewed = false) {
  const asked = elapsed();
  const answer = await postJson(url, body, { signal });
  const answered = elapsed();
  const json = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
  if (answer.ok && json && !answer.redirected) return { kind: "ok", json, asked, answered };
  if (answer.status >= 500 || answer.status === 429) return { kind: "busy" };
  if (answer.status === 404) return { kind: "stranger" };
  if (json?.error) return { kind: "bad" };
  // Neither ours nor a failure: the session ended, or its token is another one by now.
  if (renewed) return { kind: "signed-out" };
  const trouble = await renewToken(signal);
  return trouble ? { kind: trouble } : exchange(url, body, signal, true);
}

/** An exchange that is given up after `patience` milliseconds. */
async function patiently(url, body, patience) {
  const patienceEnds = new AbortController();
  const timeout = setTimeout(() => patienceEnds.abort(), patience);
  try {
    return await exchange(url, body, patienceEnds.signal);
  } catch {
    return { kind: patienceEnds.signal.aborted ? "silent" : "offline" };
  } finally {
    clearTimeout(timeout);
  }
}

/**
 * `shown` is the question that the page shows, or null: who asks is told which answer counts, of it and of those sent.
 * What the page is told:
 * `onSending()`, `onWaiting(kind)` when there is no answer yet, `onAnswer(json, asked, answered)` at each word of the server,
 * `onBad(event)` for one that cannot be taken, `onEmpty()` when the server has everything.
 */
export function makeSaver({ queue, url, shown, onSending, onWaiting, onAnswer, onBad, onEmpty }) {
  let running = null;
  let asking = false;
  let wait = RETRY_FIRST;
  let patience = PATIENCE_FIRST;
  let retry = 0;

  function later(kind) {
    asking = true; // by the time there is an answer, another device may have given a newer one
    patience = kind === "silent" ? Math.min(patience * 2, PATIENCE_MOST) : PATIENCE_FIRST;
    onWaiting(kind === "silent" ? "offline" : kind);
    retry = setTimeout(flush, uneven(wait));
    wait = Math.min(wait * 2, RETRY_MOST);
  }

  function answered({ json, asked, answered }) {
    wait = RETRY_FIRST;
    for (const id of json.acknowledged) queue.remove(id);
    for (const { id } of json.refused) queue.remove(id);
    onAnswer(json, asked, answered);
  }

  async function drain() {
    clearTimeout(retry);
    retry = 0;
    let atOnce = AT_ONCE;
    while (asking || !queue.empty()) {
      const events = queue.all().slice(0, atOnce);
      if (events.length) onSending();
      const body = { events: events.map(plain), ...(asking && { shown }) };
      const asked = asking;
      asking = false; // who asks from here on asks about a later moment than this request tells of
      const outcome = await patiently(url, body, patience);
      const { kind, json } = outcome;
      if (kind === "ok" && (!events.length || json.acknowledged.length || json.refused.length)) {
        answered(outcome);
      } else if (kind !== "bad") {
        later(kind === "ok" ? "busy" : kind);
        return;
      } else if (events.length > 1) {
        atOnce = 1; // one of them spoils the others: find which
        asking ||= asked;
      } else {
        for (const event of events) {
          queue.remove(event.id); // no later try could be taken
          onBad(event);
        }
      }
    }
    onEmpty();
  }

  /** Send what waits. With `ask`, ask how the attempt stands even when nothing does: what time is left, what counts. */
  function flush(ask = false) {
    asking ||= ask === true;
    running ??= drain()
      .finally(() => {
        running = null;
      })
      .then(() => {
        if ((asking || !queue.empty()) && !retry) flush(); // given or asked in the moment between the last answer and here
      });
  }

  /** When the page goes: the request outlives it, and what it carries stays queued until it is acknowledged. */
  function leaving() {
    const events = queue.all().slice(0, AT_ONCE);
    if (events.length) postJson(url, { events: events.map(plain) }, { keepalive: true }).catch(() => {});
  }

  return { flush, leaving };
}
