// The files of a draft, moved by dragging too. The buttons beside each file do the same, and stay.

const rows = (tree) => [...tree.children];

/** Move a file `steps` places, up when negative: the act of its own button, so many times. */
function move(row, steps) {
  const form = row.querySelector("form");
  form.elements.aksi.value = steps < 0 ? "naik" : "turun";
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "langkah", value: Math.abs(steps) }));
  form.submit();
}

function draggable(tree) {
  let held = null;
  let began = 0;
  for (const row of rows(tree)) row.draggable = Boolean(row.querySelector("form"));
  tree.addEventListener("dragstart", (event) => {
    held = event.target.closest("li");
    began = rows(tree).indexOf(held);
    event.dataTransfer.effectAllowed = "move";
    held.classList.add("held");
  });
  tree.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!held || !over) return;
    event.preventDefault();
    if (over === held) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(held);
    else over.after(held);
  });
  tree.addEventListener("drop", (event) => event.preventDefault());
  tree.addEventListener("dragend", () => {
    held.classList.remove("held");
    const steps = rows(tree).indexOf(held) - began;
    if (steps) move(held, steps);
    held = null;
  });
}

for (const tree of document.querySelectorAll(".tree")) draggable(tree);
