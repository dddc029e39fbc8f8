// Arrow keys in the map: one stop of the Tab key for all its cells (roving tabindex). Without this every link is a stop.
const MOVES = {
  ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], PageUp: [-10, 0], PageDown: [10, 0],
};

function setUpGrid(table) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.querySelector("a") ?? cell));
  let [y, x] = [0, 0];

  function place(next) {
    for (const [r, row] of rows.entries()) {
      const c = row.indexOf(next);
      if (c >= 0) return [r, c];
    }
    return null;
  }

  function become(r, c) {
    rows[y][x].tabIndex = -1;
    [y, x] = [r, c];
    rows[y][x].tabIndex = 0;
  }

  table.setAttribute("role", "grid");
  for (const row of rows) for (const stop of row) stop.tabIndex = -1;
  become(0, 0);

  table.addEventListener("focusin", ({ target }) => {
    const at = place(target);
    if (at) become(...at);
  });
  table.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || !place(event.target)) return;
    const last = [rows.length - 1, rows[y].length - 1];
    let to = null;
    if (event.key in MOVES && !event.ctrlKey) to = [y + MOVES[event.key][0], x + MOVES[event.key][1]];
    else if (event.key === "Home") to = [event.ctrlKey ? 0 : y, 0];
    else if (event.key === "End") to = [event.ctrlKey ? last[0] : y, last[1]];
    if (!to) return;
    event.preventDefault();
    become(...to.map((n, i) => Math.min(Math.max(n, 0), last[i])));
    rows[y][x].focus();
  });
}

for (const table of document.querySelectorAll("table[data-grid]")) setUpGrid(table);
