// Answers that the server has not acknowledged yet, kept on this device until it has: in IndexedDB, so that a closed tab
// or an empty battery loses nothing; in memory where a browser has none or forbids it.

const NAME = "diajar";
const STORE = "events";

function open() {
  return new Promise((resolve, reject) => {
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

/** The queue of one attempt: add, remove, all (oldest first). */
export async function openQueue(attempt) {
  let database = null;
  const memory = new Map();
  try {
    database = await open();
  } catch {
    database = null; // a private window: the page still saves, only a closed tab would lose what waits
  }
  const store = (mode) => database.transaction(STORE, mode).objectStore(STORE);
  for (const event of database ? await done(store("readonly").getAll()) : []) {
    if (event.attempt === attempt) memory.set(event.id, event);
  }

  return {
    all: () => [...memory.values()].sort((a, b) => a.order - b.order),
    add(event) {
      // A newer answer to a question takes the place of one that still waits.
      for (const other of memory.values()) {
        if (other.question === event.question && (other.kind === "answer") === (event.kind === "answer")) this.remove(other.id);
      }
      const kept = { ...event, attempt, order: Date.now() + memory.size / 1000 };
      memory.set(kept.id, kept);
      return database ? done(store("readwrite").put(kept)).catch(() => {}) : Promise.resolve();
    },
    remove(id) {
      memory.delete(id);
      if (database) done(store("readwrite").delete(id)).catch(() => {});
    },
  };
}
