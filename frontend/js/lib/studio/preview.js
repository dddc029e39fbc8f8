// The preview: what the peserta will see of the text as it stands, a moment after each pause, scrolled along with the text.
import { postForm } from "../http.js";

const PAUSE = 50; // between two keys of somebody who types fast there is less: only then it waits
const SIGNS = /^#+\s*|\s*\{[^{}]*\}\s*$|[*_`]/g;

/** `check(text)` soon; answers for a text that has changed meanwhile are dropped. `onFindings(findings)` with each. */
export function livePreview({ url, pane, read, onFindings, onTrouble }) {
  let timer = 0;
  let asked = 0;

  async function check() {
    const mine = ++asked;
    try {
      const answer = await postForm(url, { isi: read() });
      if (!answer.ok) throw new Error(answer.status);
      const { html, findings } = await answer.json();
      if (mine !== asked) return;
      show(pane, html);
      onFindings(findings);
      onTrouble(false);
    } catch {
      if (mine === asked) onTrouble(true);
    }
  }

  return {
    check,
    soon() {
      asked++; // what is on its way is of an older text
      clearTimeout(timer);
      timer = setTimeout(check, PAUSE);
    },
  };
}

/** Put in what is new. The place that one looks at, and what was answered by way of trial, stay. */
function show(pane, html) {
  const top = pane.scrollTop;
  const given = new Map([...pane.querySelectorAll("input:checked")].map((input) => [`${input.name}=${input.value}`, true]));
  pane.innerHTML = html; // of our own server, which cleans it: scripts in it would not run
  for (const input of pane.querySelectorAll("input[type=radio], input[type=checkbox]")) {
    if (given.has(`${input.name}=${input.value}`)) input.checked = true;
  }
  pane.scrollTop = top;
  pane.dispatchEvent(new Event("answershown", { bubbles: true }));
}

const plain = (text) => text.replace(SIGNS, "").replace(/\s+/g, " ").trim().toLowerCase();

/** Pairs of a line's height in the editor and a height in the preview, found by the headings that both have in order. */
function anchors(view, pane) {
  const shown = [...pane.querySelectorAll("h1, h2, h3, h4, legend, .stem, .question-text")].map((element) => [plain(element.textContent), element]);
  const base = pane.getBoundingClientRect().top - pane.scrollTop;
  const found = [[0, 0]];
  let next = 0;
  for (let n = 1; n <= view.state.doc.lines; n++) {
    const line = view.state.doc.line(n);
    if (!/^#{1,4} /.test(line.text)) continue;
    const words = plain(line.text);
    const at = shown.findIndex(([text], place) => place >= next && words && text.startsWith(words));
    if (at < 0) continue;
    next = at + 1;
    found.push([view.lineBlockAt(line.from).top, shown[at][1].getBoundingClientRect().top - base]);
  }
  found.push([view.contentHeight - view.scrollDOM.clientHeight, pane.scrollHeight - pane.clientHeight]);
  return found.filter(([a, b], place) => !place || (a > found[place - 1][0] && b > found[place - 1][1]));
}

function across(pairs, from, to, height) {
  const after = pairs.findIndex((pair) => pair[from] > height);
  if (after < 1) return pairs.at(after < 0 ? -1 : 0)[to];
  const [low, high] = [pairs[after - 1], pairs[after]];
  return low[to] + ((height - low[from]) / (high[from] - low[from])) * (high[to] - low[to]);
}

/** Whichever of the two is scrolled by hand takes the other along. */
export function scrollTogether(view, pane) {
  const sides = [view.scrollDOM, pane];
  let led = null; // the side that was moved by us, whose scroll event is only an echo
  let waiting = false;
  sides.forEach((side, from) => side.addEventListener("scroll", () => {
    if (led === side) {
      led = null;
      return;
    }
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const other = sides[1 - from];
      const wanted = Math.round(across(anchors(view, pane), from, 1 - from, side.scrollTop));
      if (Math.abs(other.scrollTop - wanted) < 2) return;
      led = other;
      other.scrollTop = wanted;
    });
  }, { passive: true }));
}
