// Answers that the server has not acknowledged yet, kept on this device until it has: in IndexedDB, so that a closed tab
// or an empty battery loses nothing; in memory where a browser has none, forbids it or does not answer.

const NAME = "diajar";
const STORE = "events";
const PATIENCE = 2000;
const KEPT_DAYS = 30;

function open() {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("no answer")), PATIENCE);
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The queue of one attempt. Events are {id, kind, question, n, response, queued_at}; all() gives them oldest first. */
export async function openQueue(attempt) {
  const waiting = new Map();
  let database = null;
  let last = 0;
  const store = (mode) => database.transaction(STORE, mode).objectStore(STORE);
  const forget = (id) => done(store("readwrite").delete(id)).catch(() => {});

  try {
    database = await open();
    const oldest = Date.now() - KEPT_DAYS * 86_400_000;
    for (const event of await done(store("readonly").getAll())) {
      if (event.attempt === attempt) waiting.set(event.id, event);
      else if (event.order < oldest) forget(event.id); // of an attempt that ended long ago
    }
  } catch {
    database = null; // the page still saves; only a closed tab would lose what waits
  }

  function remove(id) {
    waiting.delete(id);
    if (database) forget(id);
  }

  return {
    all: () => [...waiting.values()].sort((a, b) => a.order - b.order),
    empty: () => waiting.size === 0,
    remove,
    add(event) {
      // A newer answer to a question takes the place of one that still waits.
      for (const other of waiting.values()) {
        if (other.question === event.question && (other.kind === "answer") === (event.kind === "answer")) remove(other.id);
      }
      last = Math.max(Date.now(), last + 1);
      const kept = { ...event, attempt, order: last };
      waiting.set(kept.id, kept);
      if (database) done(store("readwrite").put(kept)).catch(() => {});
    },
  };
}
