// What the pages of an attempt add to their forms: answers saved as they are given, the timer, the navigator.
// The pages work without it. Its words are in the data-text-* attributes of the page.
import { givenAnswer, isChoice, putAnswer, shownAnswer } from "./lib/answer.js";
import { clockTime, countdown, serverClock } from "./lib/clock.js";
import { setUpControls } from "./lib/controls.js";
import { openQueue } from "./lib/queue.js";
import { makeSaver } from "./lib/saver.js";

const root = document.querySelector("[data-attempt]");
const form = document.querySelector("[data-question-form]");
const words = root?.dataset ?? {};
const TYPING_PAUSE = 600;
const WRITING_PAUSE = 2500; // of a longer text, which is sent whole each time

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

function setTrouble(kind) {
  for (const message of document.querySelectorAll("[data-trouble]")) message.hidden = message.dataset.trouble !== kind;
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

function setUpQuestion(queue, clock, flush, leave) {
  const question = form.querySelector("[data-question]").dataset.question;
  const { n } = form.elements;
  const flag = form.querySelector("[data-flag]");
  let kept = JSON.stringify(shownAnswer(form));
  let pause = 0;

  function add(kind, response = null) {
    queue.add({ id: newId(), kind, question, n: Number(n.value), response, queued_at: clock.now().toISOString() });
    markWaiting(queue);
    way.cancel();
    flush();
  }

  function keep() {
    clearTimeout(pause);
    const response = givenAnswer(form);
    if (JSON.stringify(response) === kept) return;
    kept = JSON.stringify(response);
    add("answer", response);
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
    pause = setTimeout(keep, target.type === "textarea" ? WRITING_PAUSE : TYPING_PAUSE);
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
  return keep;
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

function setUpLeaving(queue, keep, leave) {
  for (const link of document.querySelectorAll("[data-qnav] a, [data-leave]")) {
    link.addEventListener("click", (click) => {
      keep();
      if (queue.empty() || click.ctrlKey || click.metaKey || click.shiftKey || click.button) return;
      click.preventDefault();
      leave(() => location.assign(link.href));
    });
  }
  document.querySelector("[data-submit-form]")?.addEventListener("submit", (submit) => {
    if (queue.empty()) return;
    submit.preventDefault();
    leave(() => submit.target.submit());
  });
}

async function setUp() {
  const clock = serverClock(words.now);
  const queue = await openQueue(words.attempt);
  let timer = null;

  function waiting(kind) {
    const answers = new Set(queue.all().map((event) => event.question)).size;
    const text = kind === "offline" ? words.textWaiting : words.textHeld;
    if (answers) show("queued", text.replace("{n}", answers));
    setTrouble(kind);
    way.wait();
  }

  function answered(json) {
    setTrouble(null);
    clock.set(json.saved_at);
    if (json.state !== "open") {
      location.replace(words.resultUrl);
      return;
    }
    if (json.refused.some(({ why }) => why === "judged")) {
      location.reload(); // judged in another tab meanwhile: the page shows what counts
      return;
    }
    if (json.remaining_seconds !== null) timer?.set(json.remaining_seconds);
    if (form) form.inert = false;
    if (json.acknowledged.length) show("saved", words.textSaved.replace("{time}", clockTime(json.saved_at)));
  }

  function bad({ n }) {
    way.cancel();
    const text = words.textBad.replace("{n}", n);
    show("failed", text);
    say(text);
  }

  const { flush, leaving } = makeSaver({
    queue,
    url: words.saveUrl,
    onSending: () => show("saving"),
    onWaiting: waiting,
    onAnswer: answered,
    onBad: bad,
    onEmpty: () => way.open(),
  });
  const leave = (goal) => {
    way.goal = goal;
    flush();
  };
  const keep = form?.querySelector("[data-question]") && !form.querySelector("fieldset.closed") ? setUpQuestion(queue, clock, flush, leave) : () => {};
  timer = setUpTimer(keep, flush);
  setUpLeaving(queue, keep, leave);

  addEventListener("online", () => flush());
  addEventListener("pagehide", () => {
    keep();
    leaving();
  });
  // A phone that slept, or a tab in which one signed in again: ask the server how things stand.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") flush(true);
  });
  markWaiting(queue);
  flush();
}

/** After the end: what still waits on this device counts if it is not too late, and is told if it is. */
async function deliverLate() {
  const queue = await openQueue(words.attempt);
  if (queue.empty()) return;
  const late = document.querySelector("[data-late]");
  const saver = makeSaver({
    queue,
    url: words.saveUrl,
    onSending() {},
    onWaiting: setTrouble,
    onAnswer(json) {
      setTrouble(null);
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
