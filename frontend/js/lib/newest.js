// A newer answer from another device or tab wins, and is seen to: it takes its place on the page, with a word of it.

/**
 * `known` are the ids of answers that this page showed or gave; `adopt(question, n, response)` brings a newer one to the
 * page and says whether it could (not while something newer still is being typed here). `take(newest)` for each word of the
 * server: {question: {id, response}}.
 */
export function watchNewest({ known, places, adopt, text }) {
  const alert = document.querySelector("[data-newer]");
  const told = new Set();

  function tell() {
    alert.querySelector("p").textContent = text.replace("{n}", [...told].sort((a, b) => a - b).join(", "));
    alert.hidden = told.size === 0;
  }

  return {
    /** This device gave an answer itself. */
    gave(id, n) {
      known.add(id);
      if (told.delete(n)) tell();
    },
    take(newest) {
      for (const [question, { id, response }] of Object.entries(newest)) {
        const n = places.get(question);
        if (known.has(id) || n === undefined || !adopt(question, n, response)) continue;
        known.add(id);
        told.add(n);
        tell();
      }
    },
  };
}
