// The content format coloured: Markdown, and on top of it what only we have: front matter, and the shapes of questions.
import { HighlightStyle, Language, LanguageSupport, defineLanguageFacet, languageDataProp, syntaxHighlighting } from "@codemirror/language";
import { RangeSetBuilder } from "@codemirror/state";
import { Decoration, ViewPlugin } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { GFM, parser } from "@lezer/markdown";

const facet = defineLanguageFacet();
const markdown = new Language(
  facet,
  // A line of --- under text would be a heading: here it closes the front matter.
  parser.configure([GFM, { remove: ["SetextHeading"], props: [languageDataProp.add({ Document: facet })] }]),
  [],
  "markdown",
);

const colours = HighlightStyle.define([
  { tag: tags.heading, class: "md-heading" },
  { tag: tags.strong, class: "md-strong" },
  { tag: tags.emphasis, class: "md-emphasis" },
  { tag: [tags.link, tags.url], class: "md-link" },
  { tag: tags.monospace, class: "md-code" },
  { tag: [tags.quote, tags.comment], class: "md-quote" },
  { tag: [tags.processingInstruction, tags.contentSeparator], class: "md-sign" },
]);

// What each shape looks like within its line: a pattern whose first group is what stands out.
const SHAPES = [
  [/^#{1,2} .*?(\{[^{}]*\})\s*$/d, () => "quiz-attributes"],
  [/^\s*[-*] (\((?:[ xX]|-?\d+ ?%)\)|\[(?:[ xX]|-?\d+ ?%)\])(?=\s|$)/d, (sign) => (/x/i.test(sign) ? "quiz-right" : /%/.test(sign) ? "quiz-part" : "quiz-option")],
  [/^(=(?:\d+%)?)(?=\s)/d, () => "quiz-right"],
  [/^\s*[-*].*?(=>)/d, () => "quiz-part"],
  [/^\s*> (\[!hint\])/d, () => "quiz-attributes"],
];
const GAP = /\[\[[^\]]+\]\]/g;
const FENCE = /^\s*(```+|~~~+)\s*(\w*)/;

/** Calls `each(line, where)` for all lines; `where` is front, quiz (a check's fence), code or text. */
export function walk(doc, each) {
  let where = "text";
  let fence = "";
  for (let n = 1; n <= doc.lines; n++) {
    const line = doc.line(n);
    if (n === 1 && line.text === "---") where = "front";
    else if (where === "front" && line.text === "---") {
      each(line, where);
      where = "text";
      continue;
    }
    const found = where !== "front" && line.text.match(FENCE);
    if (found && !fence) {
      each(line, "text");
      fence = found[1];
      where = found[2] === "quiz" ? "quiz" : "code";
    } else if (fence && line.text.trim().startsWith(fence)) {
      fence = "";
      where = "text";
      each(line, where);
    } else each(line, where);
  }
}

function marksOf({ text }, where) {
  if (where === "code") return [];
  if (where === "front") {
    const key = text.match(/^\s*(?:- )?[\w-]+:/);
    return key ? [[0, key[0].length, "front-key"]] : [];
  }
  const marks = [];
  if (where === "quiz" && text.startsWith("#")) marks.push([0, text.length, "md-heading"]);
  for (const [pattern, named] of SHAPES) {
    const found = pattern.exec(text);
    if (found) marks.push([...found.indices[1], named(found[1])]);
  }
  for (const gap of text.matchAll(GAP)) marks.push([gap.index, gap.index + gap[0].length, "quiz-right"]);
  return marks.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
}

function decorate(view) {
  const builder = new RangeSetBuilder();
  const { from, to } = view.viewport;
  walk(view.state.doc, (line, where) => {
    if (line.to < from || line.from > to) return;
    if (where !== "text") builder.add(line.from, line.from, Decoration.line({ class: `in-${where}` }));
    for (const [start, end, name] of marksOf(line, where)) {
      builder.add(line.from + start, line.from + end, Decoration.mark({ class: name }));
    }
  });
  return builder.finish();
}

const shapes = ViewPlugin.define((view) => ({
  decorations: decorate(view),
  update(update) {
    if (update.docChanged || update.viewportChanged) this.decorations = decorate(update.view);
  },
}), { decorations: (plugin) => plugin.decorations });

export const contentFormat = () => [new LanguageSupport(markdown), syntaxHighlighting(colours), shapes];
