"use strict";
// Filters, search and copying. Without scripts every page still shows all it has.

const query = new URLSearchParams(location.search);

function remember(name, value) {
  if (location.protocol === "file:") return; // a file's address cannot be rewritten
  if (value) query.set(name, value);
  else query.delete(name);
  const text = query.toString();
  history.replaceState(null, "", (text ? "?" + text : location.pathname) + location.hash);
}

for (const box of document.querySelectorAll(".filters")) {
  const table = document.getElementById(box.dataset.table);
  const name = box.dataset.table.slice(2);
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const controls = [...box.querySelectorAll("[data-filter]")];
  const count = box.querySelector(".count");
  const apply = () => {
    let shown = 0;
    rows.forEach((row, i) => {
      const fits = controls.every((control) => {
        if (!control.value) return true;
        if (control.dataset.filter === "q") {
          return control.value.toLowerCase().split(/\s+/).every((w) => texts[i].includes(w));
        }
        return row.cells[control.dataset.column].textContent === control.value;
      });
      row.hidden = !fits;
      shown += fits;
    });
    count.textContent = shown + " of " + rows.length + " rows shown";
  };
  for (const control of controls) {
    const key = name + "." + control.dataset.filter;
    if (query.has(key)) {
      control.value = query.get(key);
      for (let part = control.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    }
    control.addEventListener("input", () => { apply(); remember(key, control.value); });
  }
  box.hidden = false;
  apply();
}

const find = document.getElementById("find");
if (find) {
  const entries = [...document.querySelectorAll("#results li")];
  const texts = entries.map((entry) => entry.textContent.toLowerCase());
  const apply = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    entries.forEach((entry, i) => {
      entry.hidden = !words.every((word) => texts[i].includes(word));
      shown += !entry.hidden;
    });
    document.getElementById("found").textContent =
      shown === 0 ? "Nothing found. Try fewer or other words." : shown + " of " + entries.length + " pages";
  };
  find.value = query.get("q") || "";
  find.form.addEventListener("submit", (event) => event.preventDefault());
  find.addEventListener("input", () => { apply(); remember("q", find.value); });
  apply();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const text = document.getElementById(button.dataset.copy);
    text.select();
    const done = document.execCommand("copy");
    document.getElementById("copied").textContent = done ? "Copied." : "Selected: press Ctrl+C.";
  });
}

// A link into a closed part opens it.
function openTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let part = target && target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
}
addEventListener("hashchange", openTarget);
openTarget();
