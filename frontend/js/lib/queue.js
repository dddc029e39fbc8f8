// Answers that the server has not acknowledged yet, kept on this device until it has: in IndexedDB, so that a closed tab
// or an empty battery loses nothing; in memory where a browser has none, forbids it, is full or does not answer.

const NAME = "diajar";
const STORE = "events";
const PATIENCE = 2000;
const KEPT_DAYS = 30;

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Do something with the store; resolves to its result once it is on the disk, not only on its way there. */
function act(database, mode, doIt) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode, { durability: "strict" });
    const request = doIt(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

const same = (one, other) => one.question === other.question && (one.kind === "answer") === (other.kind === "answer");

/**
 * The queue of one attempt. Events are {id, kind, question, n, response, queued_at}; all() gives them oldest first. kept()
 * is whether all of them would outlive this page; settled() resolves when that is as true as it is going to be. Where the
 * device is slow to open its store, `onLate` is called when it has, and what waited there has joined the queue.
 */
export async function openQueue(attempt, onLate = () => {}) {
  const waiting = new Map();
  const unkept = new Set();
  const writing = new Set();
  let database = null;
  let last = 0;

  async function write(mode, doIt) {
    if (database) await act(database, mode, doIt);
    else throw new Error("no database");
  }

  function begin(promise) {
    const settling = promise.catch(() => {}).then(() => writing.delete(settling));
    writing.add(settling);
  }

  function keep(event) {
    unkept.add(event.id);
    begin(write("readwrite", (store) => store.put(event)).then(() => unkept.delete(event.id)));
  }

  const forget = (id) => begin(write("readwrite", (store) => store.delete(id)));

  function remove(id) {
    waiting.delete(id);
    unkept.delete(id);
    forget(id);
  }

  async function load() {
    const found = await open();
    const stored = await act(found, "readonly", (store) => store.getAll());
    found.onclose = () => {
      database = null; // by the browser, as when its data are cleared: what is given from now on is not kept
      for (const id of waiting.keys()) unkept.add(id);
    };
    database = found;
    const oldest = Date.now() - KEPT_DAYS * 86_400_000;
    for (const event of stored) {
      if (event.attempt !== attempt) {
        if (event.order < oldest) forget(event.id); // of an attempt that ended long ago
      } else if ([...waiting.values()].some((newer) => same(newer, event))) forget(event.id);
      else waiting.set(event.id, event);
    }
    for (const id of unkept) keep(waiting.get(id));
  }

  let late = false;
  const loading = load().then(
    () => late && onLate(),
    () => {}, // the page still saves; it says that nothing is kept here
  );
  await Promise.race([loading, pause(PATIENCE)]);
  late = true;

  return {
    all: () => [...waiting.values()].sort((a, b) => a.order - b.order),
    empty: () => waiting.size === 0,
    kept: () => unkept.size === 0,
    settled: () => Promise.race([Promise.all(writing), pause(PATIENCE)]),
    remove,
    add(event) {
      // A newer answer to a question takes the place of one that still waits.
      const replaced = [...waiting.values()].filter((other) => same(other, event));
      last = Math.max(Date.now(), last + 1);
      const added = { ...event, attempt, order: last };
      waiting.set(added.id, added);
      keep(added);
      for (const other of replaced) remove(other.id); // after the new one: at no moment is neither kept
    },
  };
}
