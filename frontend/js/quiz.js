// What a quiz page adds to its forms: answers saved as they are given, the timer, the navigator.
// The page works without it.
import { postJson } from "./lib/http.js";
import { openQueue } from "./lib/queue.js";

const root = document.querySelector("[data-attempt]");
const form = document.querySelector("[data-question-form]");
const indicator = document.querySelector("[data-saved]");
const announcer = document.querySelector("[data-announce]");
const RETRY_FIRST = 1000;
const RETRY_MOST = 30000;

const newId = () => (crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`);
const say = (text) => {
  if (announcer) announcer.textContent = text;
};

// The indicator tells the truth: saved (the server has it), saving, queued (only this device has it), failed.
function show(state, text) {
  if (!indicator) return;
  indicator.className = `saved ${state}`;
  const symbol = `${indicator.dataset.sprite}#${indicator.getAttribute(`data-icon-${state}`)}`;
  let use = indicator.querySelector("use");
  if (!use) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.append(use);
    indicator.prepend(svg);
  }
  use.setAttribute("href", symbol);
  indicator.querySelector("span").textContent = text ?? indicator.getAttribute(`data-text-${state}`);
}

function clockTime(instant) {
  const parts = new Intl.DateTimeFormat("id-ID", { timeZone: "Asia/Jakarta", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
  return parts.format(new Date(instant)).replaceAll(":", ".");
}

async function freshToken() {
  // After signing in again in another tab the token against forgery is another one.
  const page = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (page.redirected && new URL(page.url).pathname.endsWith("/masuk")) return false;
  const token = new DOMParser().parseFromString(await page.text(), "text/html").querySelector('meta[name="csrf-token"]');
  if (!token) return false;
  document.querySelector('meta[name="csrf-token"]').content = token.content;
  return true;
}

function saver(queue, timer) {
  let sending = null;
  let wait = RETRY_FIRST;
  let retry = 0;

  function later() {
    clearTimeout(retry);
    retry = setTimeout(() => flush(), wait);
    wait = Math.min(wait * 2, RETRY_MOST);
  }

  function waiting(text) {
    show("queued", `${text} (${queue.all().length})`);
    later();
    return false;
  }

  async function send(renewed = false) {
    const events = queue.all();
    if (!events.length) return true;
    show("saving");
    const body = { events: events.map(({ id, kind, question, response, queued_at }) => ({ id, kind, question, response, queued_at })) };
    let answer;
    try {
      answer = await postJson(root.dataset.saveUrl, body);
    } catch {
      return waiting(root.dataset.textWaiting);
    }
    const json = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
    if (answer.status >= 500) return waiting(root.dataset.textWaiting);
    if (!json || answer.redirected || (answer.status === 400 && json.error !== "invalid")) {
      if (!renewed && (await freshToken().catch(() => false))) return send(true);
      return waiting(root.dataset.textSignedOut ?? root.dataset.textWaiting);
    }
    if (!answer.ok) {
      for (const event of events) queue.remove(event.id); // no later try could be taken
      show("failed");
      return false;
    }
    for (const id of json.acknowledged) queue.remove(id);
    for (const { id } of json.refused) queue.remove(id);
    wait = RETRY_FIRST;
    timer?.set(json.remaining_seconds);
    if (json.refused.length) show("failed", root.dataset.textRefused);
    else show("saved", `${indicator?.dataset.textSaved ?? ""} ${clockTime(json.saved_at)}`);
    if (json.state !== "open") location.assign(root.dataset.resultUrl);
    return json.refused.length === 0;
  }

  /** Send what waits; true when the server has everything. One request at a time. */
  async function flush() {
    while (sending) await sending;
    clearTimeout(retry);
    sending = send();
    const sent = await sending;
    sending = null;
    return sent && queue.all().length ? flush() : sent;
  }

  addEventListener("online", () => flush());
  addEventListener("pagehide", () => {
    const events = queue.all();
    if (events.length) postJson(root.dataset.saveUrl, { events: events.map(({ attempt, order, ...event }) => event) }, { keepalive: true }).catch(() => {});
  });
  return { flush };
}

function countdown(onEnd) {
  const element = document.querySelector("[data-timer]");
  if (!element) return null;
  let end = 0;
  let ended = false;
  const said = new Set();
  // The server owns the time: its seconds are counted by a clock that no one can set.
  const set = (seconds) => {
    if (seconds !== null && seconds !== undefined) end = performance.now() + seconds * 1000;
  };
  const pad = (number) => String(number).padStart(2, "0");
  function tick() {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor((left % 3600) / 60), left % 60];
    element.querySelector("[data-time]").textContent = hours ? `${hours}.${pad(minutes)}.${pad(seconds)}` : `${minutes}.${pad(seconds)}`;
    element.classList.toggle("late", left < 60);
    element.classList.toggle("due", left >= 60);
    for (const [limit, text] of [[300, root.dataset.textFive], [60, root.dataset.textOne]]) {
      if (left <= limit && left > limit - 5 && !said.has(limit)) {
        said.add(limit);
        say(text);
      }
    }
    if (left === 0 && !ended) {
      ended = true;
      onEnd();
    }
  }
  set(Number(element.dataset.secondsLeft));
  tick();
  setInterval(tick, 500);
  return { set };
}

function readAnswer(fields) {
  const chosen = [...form.querySelectorAll('[name="jawaban"]:checked')].map((input) => input.value);
  if (fields.dataset.type === "multiple") return chosen.length ? chosen : null;
  if (fields.dataset.type === "single") return chosen[0] ?? null;
  return form.querySelector('[name="jawaban"]').value.trim() || null;
}

function putAnswer(fields, response) {
  const values = Array.isArray(response) ? response : [response];
  for (const input of form.querySelectorAll('[name="jawaban"]')) {
    if (input.type === "radio" || input.type === "checkbox") input.checked = values.includes(input.value);
    else input.value = response ?? "";
  }
}

function markNavigator(change) {
  const link = document.querySelector('[data-qnav] a[aria-current="page"]');
  if (!link) return;
  for (const [name, on] of Object.entries(change)) link.classList.toggle(name, on);
  const { textDone, textOpen, textFlagged } = root.dataset;
  const words = [link.classList.contains("done") ? textDone : textOpen, ...(link.classList.contains("flag") ? [textFlagged] : [])];
  link.setAttribute("aria-label", `${link.getAttribute("aria-label").split(",")[0]}, ${words.join(", ")}`);
  const count = (selector) => document.querySelectorAll(`[data-qnav] a${selector}`).length;
  const counts = document.querySelector("[data-counts]");
  counts.textContent = root.dataset.textCounts
    .replace("{done}", count(".done"))
    .replace("{flags}", count(".flag"))
    .replace("{open}", count(":not(.done)"));
}

async function setUp() {
  const queue = await openQueue(root.dataset.attempt);
  let save = null;
  const timer = countdown(async () => {
    say(root.dataset.textOver);
    show("saving", root.dataset.textOver);
    await save.flush();
    const ending = document.createElement("form");
    ending.method = "post";
    ending.action = root.dataset.submitUrl;
    const token = document.createElement("input");
    token.name = "csrf_token";
    token.type = "hidden";
    token.value = document.querySelector('meta[name="csrf-token"]').content;
    ending.append(token);
    document.body.append(ending);
    ending.submit();
  });
  save = saver(queue, timer);
  if (form) setUpQuestion(queue, save);
  document.querySelector("[data-submit-form]")?.addEventListener("submit", async (event) => {
    if (!queue.all().length) return;
    event.preventDefault();
    if (await save.flush()) event.target.submit();
  });
  if (queue.all().length) save.flush();
}

function setUpQuestion(queue, save) {
  const fields = form.querySelector("[data-question]");
  const question = fields.dataset.question;
  const waiting = queue.all().find((event) => event.question === question && event.kind === "answer");
  if (waiting) putAnswer(fields, waiting.response);
  let given = JSON.stringify(readAnswer(fields));
  let pause = 0;

  const event = (kind, response = null) => ({ id: newId(), kind, question, response, queued_at: new Date().toISOString() });

  async function keep() {
    clearTimeout(pause);
    const response = readAnswer(fields);
    if (JSON.stringify(response) === given) return;
    given = JSON.stringify(response);
    await queue.add(event("answer", response));
    markNavigator({ done: response !== null });
    save.flush();
  }

  form.addEventListener("change", keep);
  form.addEventListener("input", (changed) => {
    if (changed.target.type === "radio" || changed.target.type === "checkbox") return;
    clearTimeout(pause);
    pause = setTimeout(keep, 600);
  });

  const flag = form.querySelector("[data-flag]");
  flag.addEventListener("click", async (click) => {
    click.preventDefault();
    const on = flag.getAttribute("aria-pressed") !== "true";
    flag.setAttribute("aria-pressed", String(on));
    flag.value = on ? "0" : "1";
    markNavigator({ flag: on });
    await queue.add(event(on ? "flag" : "unflag"));
    save.flush();
  });

  const base = root.dataset.saveUrl.replace(/\/jawab$/, "");
  form.addEventListener("submit", async (submit) => {
    submit.preventDefault();
    await keep();
    const goal = submit.submitter?.value ?? "";
    if (await save.flush()) location.assign(`${base}/${goal}`);
  });
  document.querySelector("[data-leave]")?.addEventListener("click", async (click) => {
    await keep();
    if (!queue.all().length) return;
    click.preventDefault();
    const { href } = click.currentTarget;
    if (await save.flush()) location.assign(href);
  });
}

if (root) setUp();
