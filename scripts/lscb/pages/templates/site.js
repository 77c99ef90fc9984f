"use strict";
// Filters, sorting, comparing, search and copying. Without scripts every page still
// shows all it has.

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

// A click on a heading sorts. What is partial or has no figure has no place in an order
// of figures: it stands apart, below.
const APART = [
  ["Partial: not ranked", (row, number) => number !== null && row.classList.contains("partial")],
  ["No figure", (row, number) => number === null],
];

function figureIn(cell) {
  const exact = cell.querySelector("data");
  return exact ? Number(exact.value) : null;
}

function sortBody(body, column, isNumber, sign) {
  body.querySelectorAll("tr.apart").forEach((row) => row.remove());
  const rows = [...body.rows].filter((row) => !row.classList.contains("group"));
  let rest = rows.map((row) => [row, isNumber ? figureIn(row.cells[column]) : row.cells[column].textContent]);
  const parts = [];
  if (isNumber) {
    for (const [label, belongs] of APART) {
      parts.push([label, rest.filter(([row, number]) => belongs(row, number))]);
      rest = rest.filter(([row, number]) => !belongs(row, number));
    }
  }
  rest.sort(([, a], [, b]) => sign * (isNumber ? a - b : a.localeCompare(b, "en-GB", { numeric: true })));
  body.append(...rest.map(([row]) => row));
  for (const [label, those] of parts) {
    if (!those.length) continue;
    const head = document.createElement("tr");
    head.className = "group apart";
    const cell = document.createElement("th");
    cell.scope = "rowgroup";
    cell.colSpan = those[0][0].cells.length;
    cell.textContent = label;
    head.append(cell);
    body.append(head, ...those.map(([row]) => row));
  }
}

for (const table of document.querySelectorAll("table[data-csv]")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      for (const body of table.tBodies) sortBody(body, column, head.classList.contains("n"), down ? -1 : 1);
    });
  });
}

// The boroughs that are compared stand in the address, behind the #: that can be written
// where there is no server too.
const FEW = 6; // so many stand side by side on a sheet of A4
const chooser = document.getElementById("chooser");
if (chooser) {
  const boxes = [...chooser.querySelectorAll("input")];
  const cells = [...document.querySelectorAll("[data-area]")];
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    for (const cell of cells) cell.hidden = chosen.length > 0 && !chosen.includes(cell.dataset.area);
    document.getElementById("side-by-side").classList.toggle("few", chosen.length > 0 && chosen.length <= FEW);
    document.getElementById("chosen").textContent = chosen.length
      ? chosen.length + " of " + boxes.length + " shown; the address of this page keeps the choice."
      : "All " + boxes.length + " shown: choose some to set them side by side.";
    return chosen;
  };
  const read = () => {
    const named = location.hash.slice(1).split("+");
    if (location.hash && !boxes.some((box) => named.includes(box.value))) return; // leads elsewhere
    for (const box of boxes) box.checked = named.includes(box.value);
    show();
  };
  chooser.addEventListener("change", () => location.replace("#" + show().join("+")));
  chooser.addEventListener("reset", () => setTimeout(() => location.replace("#" + show().join("+"))));
  addEventListener("hashchange", read);
  chooser.hidden = false;
  chooser.reset();
  read();
  show();
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

// A term is explained beside it while it is pointed at or has the focus, and after a tap.
// Escape closes, and so does whatever leads elsewhere; a second tap or click follows the
// link to the page's list.
const tip = document.createElement("div");
tip.id = "tip";
tip.className = "tip";
tip.setAttribute("role", "tooltip");
tip.hidden = true;
document.getElementById("main").append(tip);
const EDGE = 8;
const LINGER = 200; // so long a pointer may take from the term to its explanation
let explaining = null;
let closing = 0;

function placeTip() {
  const at = explaining.getClientRects()[0];
  const box = tip.getBoundingClientRect();
  const below = at.bottom + EDGE / 2;
  const fits = below + box.height <= innerHeight - EDGE;
  tip.style.left = Math.max(EDGE, Math.min(at.left, innerWidth - box.width - EDGE)) + "px";
  tip.style.top = Math.max(EDGE, fits ? below : at.top - EDGE / 2 - box.height) + "px";
}

function explain(term) {
  clearTimeout(closing);
  explaining = term;
  tip.textContent = document.getElementById(term.getAttribute("aria-describedby")).textContent;
  tip.style.left = tip.style.top = "0";
  tip.hidden = false;
  placeTip();
}

function closeTip() {
  clearTimeout(closing);
  explaining = null;
  tip.hidden = true;
}

function closeSoon() {
  clearTimeout(closing);
  closing = setTimeout(closeTip, LINGER);
}

for (const term of document.querySelectorAll("a.term")) {
  let wasOpen = false;
  term.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") explain(term); });
  term.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") closeSoon(); });
  term.addEventListener("focus", () => explain(term));
  term.addEventListener("blur", closeSoon);
  term.addEventListener("pointerdown", () => { wasOpen = explaining === term; });
  term.addEventListener("click", (event) => {
    if (event.detail > 0 && !wasOpen) {
      event.preventDefault();
      explain(term);
    } else closeTip();
  });
}
tip.addEventListener("pointerenter", () => clearTimeout(closing));
tip.addEventListener("pointerleave", closeSoon);
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && explaining) closeTip(); });
document.addEventListener("pointerdown", (event) => {
  if (explaining && !explaining.contains(event.target) && !tip.contains(event.target)) closeTip();
});
addEventListener("scroll", () => { if (explaining) placeTip(); }, { capture: true, passive: true });
addEventListener("resize", () => { if (explaining) placeTip(); });
