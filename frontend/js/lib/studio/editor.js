// The editor in the place of a textarea, with what CodeMirror brings in our words and colours.
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { bracketMatching } from "@codemirror/language";
import { search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, Prec } from "@codemirror/state";
import { EditorView, drawSelection, dropCursor, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { completion } from "./completion.js";
import { commands } from "./commands.js";
import { contentFormat } from "./language.js";

/** Marks a change that the server made: it is saved already. */
export const fromServer = Annotation.define();

// The look itself is in scss/_studio.scss; here is only what has to win over CodeMirror's own.
const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--card)" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--bs-font-monospace)", lineHeight: "1.6", fontSize: ".95rem" },
  ".cm-content": { caretColor: "var(--ink)", paddingBottom: "4rem" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { color: "var(--ink-soft)", backgroundColor: "var(--sand)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--teal-wash)" },
  "& > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: "var(--teal-line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--teal-wash) 45%, transparent)" },
  // Pictures in data: addresses are not allowed here: lines and signs do it.
  ".cm-lintRange": { backgroundImage: "none", textDecoration: "underline wavy", textUnderlineOffset: "3px", paddingBottom: "0" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecorationColor: "var(--coral)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecorationColor: "var(--marigold)" },
  ".cm-lintRange-active": { backgroundColor: "var(--mark)" },
  ".cm-lint-marker": { width: "1em", height: "1.2em", lineHeight: "1.2", textAlign: "center", fontWeight: "800" },
  ".cm-lint-marker-error": { content: "normal", color: "var(--coral-ink)", "&:before": { content: '"!"' } },
  ".cm-lint-marker-warning": { content: "normal", color: "var(--marigold-ink)", "&:before": { content: '"?"' } },
  ".cm-lint-marker-info": { content: "normal", color: "var(--sky-ink)", "&:before": { content: '"i"' } },
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--card)", border: "1px solid var(--line-strong)", borderRadius: "var(--radius-s)", maxWidth: "min(30rem, 90vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".4rem .7rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--on-fill)", backgroundColor: "var(--fill)" },
  ".cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail": { color: "var(--on-fill)" },
  ".cm-completionDetail": { color: "var(--ink-soft)" },
  ".cm-diagnosticAction": { color: "var(--on-fill)", backgroundColor: "var(--fill)", padding: ".35rem .8rem", borderRadius: "var(--radius-s)", font: "inherit" },
  // In their place: stuck to the window they would lie over the bars of the page.
  ".cm-panels": { color: "var(--ink)", backgroundColor: "var(--sand)", borderColor: "var(--line)", position: "static", zIndex: "auto" },
  ".cm-panel.cm-panel-lint ul [aria-selected], .cm-panel.cm-panel-lint ul:focus [aria-selected]": { color: "var(--ink)", backgroundColor: "var(--teal-wash)" },
  ".cm-textfield": { color: "var(--ink)", backgroundColor: "var(--card)", border: "1px solid var(--line-strong)", fontSize: "1rem", scrollMarginTop: "5rem" },
  ".cm-button": { color: "var(--ink)", backgroundColor: "var(--card)", backgroundImage: "none", border: "1px solid var(--line-strong)", fontSize: ".95rem" },
  ".cm-searchMatch": { backgroundColor: "var(--mark)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--teal-line)" },
  ".cm-changedLine, &.cm-merge-b .cm-changedLine": { backgroundColor: "var(--teal-wash)" },
  "& .cm-deletedChunk": { color: "var(--ink)", backgroundColor: "var(--coral-wash)", paddingBlock: ".3rem" },
  ".cm-deletedChunk .cm-chunkButtons": { position: "static", display: "flex", gap: ".4rem", justifyContent: "flex-end" },
  "& .cm-deletedChunk .cm-chunkButtons button": { color: "var(--teal-deep)", backgroundColor: "var(--card)", border: "1px solid var(--teal-line)", padding: ".3rem .8rem", minHeight: "36px" },
  "&.cm-merge-b .cm-changedText, .cm-deletedChunk .cm-deletedText": { background: "none", fontWeight: "700", textDecoration: "underline" },
  ".cm-collapsedLines": { color: "var(--ink-soft)", background: "var(--sand)" },
});

/** After Escape, Tab leaves the editor for a moment, whatever else Escape closed. */
const leaving = Prec.highest(EditorView.domEventHandlers({
  keydown(press, view) {
    if (press.key === "Escape") view.setTabFocusMode(3000);
    return false;
  },
}));

/** The view, with the textarea hidden and kept in step whenever its form is sent. `save()` is what Ctrl-S does. */
export function openEditor(textarea, { words, save, extensions, onChange }) {
  const view = new EditorView({
    state: EditorState.create({
      doc: textarea.value,
      extensions: [
        EditorView.cspNonce.of(textarea.dataset.nonce),
        EditorState.phrases.of(words.phrases),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-labelledby": "teks-label", "aria-describedby": "teks-bantuan", spellcheck: "true", tabindex: "0" }),
        EditorView.editorAttributes.of({ class: "studio-editor" }),
        leaving,
        lineNumbers(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        drawSelection(),
        dropCursor(),
        bracketMatching(),
        closeBrackets(),
        search({ top: true }),
        contentFormat(),
        completion(textarea.dataset.complete),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap]),
        commands({ save }),
        look,
        extensions,
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update);
        }),
      ],
    }),
  });
  textarea.hidden = true;
  textarea.after(view.dom);
  textarea.form.addEventListener("formdata", ({ formData }) => formData.set(textarea.name, view.state.doc.toString()));
  document.getElementById("teks-label").addEventListener("click", (click) => {
    click.preventDefault();
    view.focus();
  });
  return view;
}

