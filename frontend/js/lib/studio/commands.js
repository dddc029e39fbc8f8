// What the keys of the editor do.
import { defaultKeymap, history, historyKeymap, indentLess, indentMore, moveLineDown, moveLineUp } from "@codemirror/commands";
import { EditorSelection } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { walk } from "./language.js";

const LIST = /^(\s*)([-*+] (?:\[[ xX]\] |\([ xX]\) )?|(\d+)\. |(?:> ?)+)/;

/** Put signs around what is chosen, or take them away. */
const around = (sign) => (view) => {
  const { state } = view;
  view.dispatch(state.changeByRange(({ from, to }) => {
    const wide = sign.length;
    if (state.sliceDoc(from - wide, from) === sign && state.sliceDoc(to, to + wide) === sign) {
      const changes = [{ from: from - wide, to: from }, { from: to, to: to + wide }];
      return { changes, range: EditorSelection.range(from - wide, to - wide) };
    }
    const changes = [{ from, insert: sign }, { from: to, insert: sign }];
    return { changes, range: EditorSelection.range(from + wide, to + wide) };
  }), { scrollIntoView: true, userEvent: "input" });
  return true;
};

/** Enter within a list begins its next entry, not right; in an entry that is empty it ends the list. */
function continueList(view) {
  const { head, empty } = view.state.selection.main;
  const line = view.state.doc.lineAt(head);
  const found = line.text.match(LIST);
  if (!empty || !found || head < line.from + found[0].length) return false;
  const next = found[3] ? `${found[1]}${Number(found[3]) + 1}. ` : found[0].replace(/[xX](?=[\])])/, " ");
  const done = line.text.trim() === found[0].trim();
  const change = done ? { from: line.from, to: line.to } : { from: head, insert: `\n${next}` };
  view.dispatch({ changes: change, selection: { anchor: done ? line.from : head + next.length + 1 }, scrollIntoView: true, userEvent: "input" });
  return true;
}

/** The questions of a text: the lines where each begins and ends. */
export function questionsOf(doc) {
  const found = [];
  let open = null;
  const close = (n) => {
    if (open) found.push({ first: open, last: n });
    open = null;
  };
  walk(doc, (line, where) => {
    if (where === "code" || where === "front") return;
    const heading = /^#{1,2} /.test(line.text);
    if (heading || /^\s*```/.test(line.text)) close(line.number - 1);
    if (line.text.startsWith("## ")) open = line.number;
  });
  close(doc.lines);
  return found;
}

/** On the heading of a question the whole question moves past its neighbour; elsewhere the line does. */
const move = (step, otherwise) => (view) => {
  const { doc, selection } = view.state;
  const here = doc.lineAt(selection.main.head);
  const all = questionsOf(doc);
  const place = all.findIndex(({ first }) => first === here.number);
  const [a, b] = step < 0 ? [all[place - 1], all[place]] : [all[place], all[place + 1]];
  if (place < 0) return otherwise(view);
  if (!a || !b || a.last + 1 !== b.first) return true; // a section or a check ends here
  const part = ({ first, last }) => doc.sliceString(doc.line(first).from, doc.line(last).to).trimEnd();
  const [from, to] = [doc.line(a.first).from, doc.line(b.last).to];
  const tail = doc.sliceString(from, to).match(/\s*$/)[0];
  const insert = `${part(b)}\n\n${part(a)}${tail}`;
  const anchor = step < 0 ? from : from + part(b).length + 2;
  view.dispatch({ changes: { from, to, insert }, selection: { anchor }, scrollIntoView: true, userEvent: "move" });
  return true;
};

/** Tab indents a list and leaves the editor after Escape, as CodeMirror's own help asks. */
export const commands = ({ save }) => [
  history(),
  keymap.of([
    { key: "Mod-s", run: save, preventDefault: true },
    { key: "Mod-b", run: around("**") },
    { key: "Mod-i", run: around("*") },
    { key: "Alt-ArrowUp", run: move(-1, moveLineUp) },
    { key: "Alt-ArrowDown", run: move(1, moveLineDown) },
    { key: "Enter", run: continueList },
    { key: "Tab", run: indentMore, shift: indentLess },
    ...historyKeymap,
    ...defaultKeymap,
  ]),
];
