// Texts that changed in two places.
import { ChangeSet } from "@codemirror/state";

function trimmed(from, old, text) {
  let start = 0;
  while (start < old.length && start < text.length && old[start] === text[start]) start++;
  let end = 0;
  while (end < old.length - start && end < text.length - start && old.at(-1 - end) === text.at(-1 - end)) end++;
  return { from: from + start, to: from + old.length - end, insert: text.slice(start, text.length - end) };
}

/** What makes `text` of `old`, kept small, so that cursors and later changes keep their places: line by line where the lines
 * are as many (the server adds ids at their ends), else between the first and the last difference. */
export function changesBetween(old, text) {
  if (old === text) return ChangeSet.empty(old.length);
  const [before, after] = [old.split("\n"), text.split("\n")];
  if (before.length !== after.length) return ChangeSet.of([trimmed(0, old, text)], old.length);
  const changes = [];
  let from = 0;
  before.forEach((line, n) => {
    if (line !== after[n]) changes.push(trimmed(from, line, after[n]));
    from += line.length + 1;
  });
  return ChangeSet.of(changes, old.length);
}

/** A text without the ids of its headings, which the server writes: equal texts then differ in nothing that was typed. */
export const withoutIds = (text) => text.replace(/[ \t]*\{#[a-z0-9-]+\}[ \t]*$/gm, "").replace(/(\{)#[a-z0-9-]+ /g, "$1").trim();
