// What can be completed while typing: shapes of questions, outcomes, terms, files, media and ids, as the server lists them.
import { autocompletion, snippetCompletion } from "@codemirror/autocomplete";

const option = (type) => (label) => ({ label, type });

/** The values for what stands before the cursor, `from` where they begin; null where there is nothing to complete. */
function complete(context, known) {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const upto = (found) => context.pos - found.length;

  const value = before.match(/\{[^{}]*\b(\w+)=([\w-]*)$/) ?? before.match(/^(outcomes): \[(?:.*,\s*)?([\w-]*)$/);
  if (value) {
    const outcomes = Object.entries(known.outcomes).map(([label, detail]) => ({ label, detail, type: "constant" }));
    const options = value[1].startsWith("outcome") ? outcomes : known.questions.map(option("variable"));
    return { from: upto(value[2]), options, validFor: /^[\w-]*$/ };
  }
  const link = before.match(/(!?)\[[^\]]*\]\(([^)\s]*)$/);
  if (link) {
    const paths = link[1] ? known.media : [...known.files, ...known.media];
    return { from: upto(link[2]), options: paths.map(option("text")), validFor: /^[^)\s]*$/ };
  }
  const shape = before.match(/^\s*(#{1,2} ?|- ?[([]?|=|>|```\w*|)$/);
  if (shape && (shape[1] || context.explicit)) {
    const options = known.shapes.map(({ label, text, detail }) => snippetCompletion(text, { label, detail, type: "keyword" }));
    return { from: upto(shape[1]), options, filter: false };
  }
  const word = before.match(/[\p{L}][\p{L}\d-]+$/u);
  if (!word || (word[0].length < 3 && !context.explicit)) return null;
  return { from: upto(word[0]), options: known.terms.map(option("text")), validFor: /^[\p{L}\d-]*$/u };
}

/** The list is asked for once, when something could first be completed; without it there is simply nothing to offer. */
export function completion(url) {
  const load = () => fetch(url, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : null));
  let asked = null;
  const source = async (context) => {
    asked ??= load().catch(() => null);
    const known = await asked;
    if (!known) asked = null; // the next word tries again
    return known && complete(context, known);
  };
  // Enter and Tab stay what they are until one goes into the list by an arrow: then at once, since nothing is chosen by accident.
  return autocompletion({ override: [source], icons: false, selectOnOpen: false, interactionDelay: 0 });
}
