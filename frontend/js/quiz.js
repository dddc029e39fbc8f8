// What the pages of an attempt add to their forms: answers saved as they are given, the timer, the navigator.
// The pages work without it. Its words are in the data-text-* attributes of the page.
import { givenAnswer, isChoice, putAnswer, shownAnswer } from "./lib/answer.js";
import { clockTime, countdown, serverClock } from "./lib/clock.js";
import { setUpControls } from "./lib/controls.js";
import { watchNewest } from "./lib/newest.js";
import { openQueue } from "./lib/queue.js";
import { makeSaver } from "./lib/saver.js";

const root = document.querySelector("[data-attempt]");
const form = document.querySelector("[data-question-form]");
const words = root?.dataset ?? {};
const TYPING_PAUSE = 600;
const WRITING_PAUSE = 2500; // of a longer text, which is sent whole each time
const TYPING_MOST = 5000; // who writes without a pause is saved all the same
const LATE = "#terlambat"; // the result page is told by its address that something came too late

const newId = () => (crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`);

function say(text) {
  const region = document.querySelector("[data-announce]");
  if (region) region.textContent = text;
}

// The indicator tells the truth: saved (the server has it), saving, queued (only this device has it), failed.
function show(state, text) {
  const indicator = document.querySelector("[data-saved]");
  if (!indicator) return;
  indicator.className = `saved ${state}`;
  let use = indicator.querySelector("use");
  if (!use) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.append(use);
    indicator.prepend(svg);
  }
  use.setAttribute("href", `${indicator.dataset.sprite}#${indicator.getAttribute(`data-icon-${state}`)}`);
  indicator.querySelector("span").textContent = text ?? indicator.getAttribute(`data-text-${state}`);
}

// `fragile`: what waits would be gone with this page. No message may claim otherwise.
function setTrouble(kind, fragile = false) {
  for (const message of document.querySelectorAll("[data-trouble]")) message.hidden = message.dataset.trouble !== kind;
  for (const message of document.querySelectorAll("[data-fragile]")) message.hidden = !fragile;
  for (const claim of document.querySelectorAll("[data-kept]")) claim.hidden = fragile;
}

// Where the person wants to go, once everything is saved. Where that takes longer, a note beside the buttons says so.
const way = {
  goal: null,
  tell(waiting) {
    const note = document.querySelector("[data-note]");
    if (note) note.hidden = !waiting;
  },
  wait() {
    this.tell(this.goal !== null);
  },
  cancel() {
    this.goal = null;
    this.tell(false);
  },
  open() {
    const leave = this.goal;
    this.cancel();
    leave?.();
  },
};

function mark(n, change) {
  const link = document.querySelector(`[data-qnav] a[data-n="${n}"]`);
  if (!link) return;
  for (const [name, on] of Object.entries(change)) link.classList.toggle(name, on);
  const states = [link.classList.contains("done") ? words.textDone : words.textOpen];
  if (link.classList.contains("flag")) states.push(words.textFlagged);
  link.setAttribute("aria-label", `${link.getAttribute("aria-label").split(",")[0]}, ${states.join(", ")}`);
  const counts = document.querySelector("[data-counts]");
  if (!counts) return;
  const count = (selector) => document.querySelectorAll(`[data-qnav] a${selector}`).length;
  counts.textContent = words.textCounts
    .replace("{done}", count(".done"))
    .replace("{flags}", count(".flag"))
    .replace("{open}", count(":not(.done)"));
}

function markWaiting(queue) {
  for (const { kind, n, response } of queue.all()) {
    if (kind === "certainty") continue;
    mark(n, kind === "answer" ? { done: response !== null } : { flag: kind === "flag" });
  }
}

function setUpQuestion(queue, clock, newest, flush, leave) {
  const question = form.querySelector("[data-question]").dataset.question;
  const { n } = form.elements;
  const flag = form.querySelector("[data-flag]");
  let kept = JSON.stringify(shownAnswer(form));
  let pause = 0;
  let typing = 0;

  function add(kind, response = null) {
    const id = newId();
    queue.add({ id, kind, question, n: Number(n.value), response, queued_at: clock.now().toISOString() });
    if (kind === "answer") newest.gave(id, Number(n.value));
    markWaiting(queue);
    way.cancel();
    flush();
  }

  function keep() {
    clearTimeout(pause);
    typing = 0;
    const response = givenAnswer(form);
    if (JSON.stringify(response) === kept) return;
    kept = JSON.stringify(response);
    add("answer", response);
  }

  /** Show a newer answer from elsewhere, unless something newer still waits or is being given here. */
  function adopt(response) {
    const own = queue.all().some((event) => event.kind === "answer" && event.question === question);
    if (own || JSON.stringify(givenAnswer(form)) !== kept) return false;
    putAnswer(form, response);
    kept = JSON.stringify(givenAnswer(form));
    return true;
  }

  function setFlag(on) {
    flag.setAttribute("aria-pressed", String(on));
    flag.value = on ? "0" : "1";
  }

  // What waits on this device is newer than what the server showed; what was done before this script ran is newer still.
  for (const event of queue.all().filter((waiting) => waiting.question === question)) {
    if (event.kind === "certainty") form.elements.yakin.value = event.response;
    else if (event.kind !== "answer") setFlag(event.kind === "flag");
    else if (JSON.stringify(givenAnswer(form)) === kept) {
      putAnswer(form, event.response);
      kept = JSON.stringify(givenAnswer(form));
    }
  }
  keep();

  form.addEventListener("change", ({ target }) => {
    if (target.name === "yakin") add("certainty", Number(target.value));
    else keep();
  });
  form.addEventListener("input", ({ target }) => {
    if (isChoice(target)) return;
    clearTimeout(pause);
    typing ||= performance.now() + TYPING_MOST;
    const wait = target.type === "textarea" ? WRITING_PAUSE : TYPING_PAUSE;
    pause = setTimeout(keep, Math.min(wait, typing - performance.now()));
  });
  flag.addEventListener("click", (click) => {
    click.preventDefault();
    const on = flag.getAttribute("aria-pressed") !== "true";
    setFlag(on);
    add(on ? "flag" : "unflag");
  });
  form.addEventListener("submit", (submit) => {
    submit.preventDefault();
    keep();
    const { submitter } = submit;
    if (submitter?.name === "periksa") {
      // Judged by the server, with what it has then: so everything is sent first.
      leave(() => {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "periksa", value: "1" }));
        form.submit();
      });
      return;
    }
    const goal = (submitter ?? form.elements.ke[0]).value;
    leave(() => location.assign(words.saveUrl.replace(/jawab$/, goal)));
  });
  return { keep, adopt };
}

function setUpTimer(keep, flush) {
  const chip = document.querySelector("[data-timer]");
  if (!chip) return null;
  return countdown(chip, {
    announce: { 300: () => say(words.textFive), 60: () => say(words.textOne) },
    onEnd() {
      keep();
      if (form) form.inert = true;
      say(words.textOver);
      show("saving", words.textOver);
      flush(true); // the server closes what is over, and says so
    },
  });
}

// Without a line the next page would be the browser's own complaint: one stays here until there is one.
function setUpLeaving(free, keep, leave) {
  for (const link of document.querySelectorAll("[data-qnav] a, [data-leave]")) {
    link.addEventListener("click", (click) => {
      keep();
      if (free() || click.ctrlKey || click.metaKey || click.shiftKey || click.button) return;
      click.preventDefault();
      leave(() => location.assign(link.href));
    });
  }
  document.querySelector("[data-submit-form]")?.addEventListener("submit", (submit) => {
    if (free()) return;
    submit.preventDefault();
    leave(() => submit.target.submit());
  });
}

// Who comes back to a page asks how things stand: a phone that slept, a line that is there again, a tab or window from which
// one went to sign in or to answer elsewhere. Who goes leaves nothing behind.
function setUpReturning(queue, saver, keep) {
  for (const name of ["online", "offline", "focus"]) addEventListener(name, () => saver.flush(true));
  addEventListener("pageshow", (shown) => shown.persisted && saver.flush(true));
  document.addEventListener("visibilitychange", () => {
    keep();
    if (document.visibilityState === "visible") saver.flush(true);
  });
  addEventListener("pagehide", () => {
    keep();
    saver.leaving();
  });
  addEventListener("beforeunload", (leaving) => {
    if (!queue.empty() && !queue.kept()) leaving.preventDefault();
  });
}

// What the indicator says while there is no answer from the server.
function tellWaiting(kind, answers, over) {
  const text = { offline: words.textWaiting, busy: words.textBusy }[kind] ?? words.textHeld;
  if (answers) show("queued", text.replace("{n}", answers));
  else if (over) show("queued", words.textOverWaiting);
  else if (kind === "offline") show("queued", words.textQuiet);
}

async function setUp() {
  const clock = serverClock(words.now);
  const places = new Map();
  const known = new Set();
  const queue = await openQueue(words.attempt, takeUp);
  const indicator = document.querySelector("[data-saved] span");
  let savedText = indicator?.textContent || undefined;
  let trouble = null;
  let timer = null;

  async function waiting(kind) {
    trouble = kind;
    way.wait();
    await queue.settled();
    if (trouble !== kind) return;
    const answers = new Set(queue.all().map((event) => event.question)).size;
    tellWaiting(kind, answers, timer?.over());
    setTrouble(kind, answers > 0 && !queue.kept());
  }

  function answered(json, asked, at) {
    const troubled = trouble !== null;
    trouble = null;
    setTrouble(null);
    clock.set(json.saved_at, asked, at);
    if (json.state !== "open") {
      location.replace(words.resultUrl + (json.refused.length ? LATE : ""));
      return;
    }
    if (json.refused.some(({ why }) => why === "judged")) {
      location.reload(); // judged in another tab meanwhile: the page shows what counts
      return;
    }
    if (json.remaining_seconds !== null) timer?.set(json.remaining_seconds);
    if (form) form.inert = false;
    newest.take(json.newest);
    if (json.acknowledged.length) savedText = words.textSaved.replace("{time}", clockTime(json.saved_at));
    if (json.acknowledged.length || (troubled && queue.empty())) show("saved", savedText);
  }

  function bad({ n }) {
    way.cancel();
    const text = words.textBad.replace("{n}", n);
    show("failed", text);
    say(text);
  }

  /** Take up what an earlier page left in the queue. */
  function takeUp() {
    for (const { id, question: of, n } of queue.all()) {
      known.add(id);
      places.set(of, n);
    }
    markWaiting(queue);
    saver.flush(!queue.empty());
  }

  // A question that was judged for good is shown without controls, or with ones that are closed.
  const asked = form && !form.querySelector("fieldset.closed") ? form.querySelector("[data-question]") : null;
  const question = asked?.dataset.question ?? null;
  if (asked) {
    known.add(form.dataset.answerId);
    places.set(question, Number(form.elements.n.value));
  }
  const newest = watchNewest({
    known,
    places,
    text: words.textNewer,
    adopt(of, n, response) {
      if (of === question && !page.adopt(response)) return false;
      mark(n, { done: response !== null });
      return true;
    },
  });
  const saver = makeSaver({
    queue,
    url: words.saveUrl,
    shown: question,
    onSending: () => show("saving"),
    onWaiting: waiting,
    onAnswer: answered,
    onBad: bad,
    onEmpty: () => way.open(),
  });
  const lineIsGone = () => trouble !== null || navigator.onLine === false;
  const leave = (goal) => {
    way.goal = goal;
    saver.flush(lineIsGone());
  };
  const page = asked ? setUpQuestion(queue, clock, newest, saver.flush, leave) : { keep() {} };
  timer = setUpTimer(page.keep, saver.flush);
  setUpLeaving(() => queue.empty() && !lineIsGone(), page.keep, leave);
  setUpReturning(queue, saver, page.keep);
  takeUp();
  if (navigator.onLine === false) saver.flush(true); // the line went before anyone listened
}

/** After the end: what still waits on this device counts if it is not too late, and is told if it is. */
async function deliverLate() {
  const late = document.querySelector("[data-late]");
  late.hidden = location.hash !== LATE;
  const queue = await openQueue(words.attempt);
  if (queue.empty()) return;
  const saver = makeSaver({
    queue,
    url: words.saveUrl,
    onSending() {},
    onWaiting: setTrouble,
    async onAnswer(json) {
      setTrouble(null);
      await queue.settled(); // what is acknowledged must not be met again by the page that comes
      if (json.refused.length) late.hidden = false;
      else location.reload();
    },
    onBad() {},
    onEmpty() {},
  });
  saver.flush();
}

setUpControls();
if (root) (words.ended === undefined ? setUp : deliverLate)();
