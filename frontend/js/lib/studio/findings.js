// Findings of the checks: underlined in the text with their message and fix, marked beside it, and listed under it.
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { keymap } from "@codemirror/view";

/** Put the line of the fix in place of the one it was written for, wherever that is by now; the cursor stays. */
function mend(view, { fix, was }) {
  const { doc } = view.state;
  let n = fix.line <= doc.lines && doc.line(fix.line).text === was ? fix.line : 0;
  for (let other = 1; !n && other <= doc.lines; other++) if (doc.line(other).text === was) n = other;
  if (!n) return; // rewritten meanwhile: the next check says what it finds now
  const { from, to } = doc.line(n);
  view.dispatch({ changes: { from, to, insert: fix.text }, userEvent: "input.fix" });
  view.focus();
}

export function jump(view, n) {
  const line = view.state.doc.line(Math.max(1, Math.min(n, view.state.doc.lines)));
  view.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
  view.focus();
}

function placeOf(doc, { line, col }) {
  const { from, to, text } = doc.line(Math.max(1, Math.min(line, doc.lines)));
  const start = Math.min(from + Math.max(0, col - 1), to);
  return start < to ? { from: start, to } : { from: text ? to - 1 : from, to };
}

function entry(view, finding, words) {
  const item = document.createElement("li");
  item.className = finding.severity;
  const place = document.createElement("button");
  place.type = "button";
  place.className = "btn btn-link finding-line";
  place.textContent = words.line.replace("{n}", finding.line);
  place.addEventListener("click", () => jump(view, finding.line));
  item.append(place, ` · ${finding.message} `);
  if (finding.hint) item.append(Object.assign(document.createElement("span"), { className: "muted", textContent: finding.hint }));
  item.append(" ", Object.assign(document.createElement("code"), { className: "small", textContent: finding.code }), " ");
  if (finding.fix) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet btn-small", textContent: words.fix });
    button.setAttribute("aria-label", `${words.fix}: ${words.line.replace("{n}", finding.line)}`);
    button.addEventListener("click", () => mend(view, finding));
    item.append(button);
  }
  return item;
}

/** Findings as extensions of the editor, and `show(view, findings)`, which holds for the text that was checked. */
export function findings(list, words) {
  return {
    extensions: [lintGutter(), keymap.of(lintKeymap)],
    show(view, told) {
      const { doc } = view.state;
      const found = told.map((finding) => ({ ...finding, was: finding.fix && finding.fix.line <= doc.lines ? doc.line(finding.fix.line).text : null }));
      const diagnostics = found.map((finding) => ({
        ...placeOf(doc, finding),
        severity: finding.severity,
        message: [finding.message, finding.hint].filter(Boolean).join(" "),
        actions: finding.fix ? [{ name: words.fix, apply: () => mend(view, finding) }] : [],
      }));
      view.dispatch(setDiagnostics(view.state, diagnostics.sort((a, b) => a.from - b.from)));
      const at = [...list.querySelectorAll("button")].indexOf(document.activeElement);
      list.replaceChildren(...found.map((finding) => entry(view, finding, words)));
      if (at >= 0) (list.querySelectorAll("button")[at] ?? list.querySelector("button") ?? view.contentDOM).focus();
      document.querySelector("[data-findings-count]").textContent = found.length ? words.count.replace("{n}", found.length) : words.none;
    },
  };
}
