// Somebody saved this file meanwhile: both texts in one, each difference with its choice, and nothing is overwritten until
// the person who sees it has decided.
import { unifiedMergeView } from "@codemirror/merge";
import { Compartment } from "@codemirror/state";

/** `take(json)` shows a clash; `decided(version)` when the text of the editor may be saved over that version, `theirs(json)`
 * when the text of the server is taken as it is. */
export function clashes({ panel, words, decided, theirs }) {
  const shown = new Compartment();
  const title = panel.querySelector("[data-clash-title]");
  const [keep, take] = ["[data-clash-keep]", "[data-clash-take]"].map((name) => panel.querySelector(name));

  function control(type, action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-small btn-quiet";
    button.textContent = type === "accept" ? words.keepThis : words.takeThis;
    button.addEventListener("mousedown", action);
    button.addEventListener("click", (click) => click.detail === 0 && action(click)); // by the keyboard
    return button;
  }

  return {
    extensions: shown.of([]),
    take(view, json) {
      const time = new Date(json.at).toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });
      const text = json.text === null ? words.deleted : words.title;
      title.textContent = text.replace("{by}", json.by).replace("{at}", time);
      keep.hidden = take.hidden = json.text === null;
      if (json.text !== null) {
        view.dispatch({ effects: shown.reconfigure(unifiedMergeView({ original: json.text, mergeControls: control, collapseUnchanged: { margin: 3, minSize: 8 } })) });
      }
      const end = () => {
        view.dispatch({ effects: shown.reconfigure([]) });
        panel.hidden = true;
        view.focus();
      };
      keep.onclick = () => {
        end();
        decided(json.version);
      };
      take.onclick = () => {
        end();
        theirs(json);
      };
      panel.hidden = false;
      panel.focus();
    },
  };
}
