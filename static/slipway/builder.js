// The builder: every form knows the newest revision of the draft; the outline is walked by keys, rearranged by keys and
// by dragging, and leads to the step beside it. Without scripts links and forms do the same.

const on = (type, handle, options) => document.addEventListener(type, handle, options);
const byId = (id) => document.getElementById(id);
const say = (text) => (byId("announcer").textContent = text);

// ---- the revision that every form was made from ----

on("draft-edited", ({ detail }) => {
  for (const input of document.querySelectorAll("input[data-revision]")) input.value = detail.revision;
});

// ---- rows: found by the pointer of their step ----

const rows = () => [...document.querySelectorAll(".outline-item")];
const rowOf = (part) => part?.closest?.(".outline-item");
const rowAt = (at) => rows().find((row) => row.dataset.at === at);
const linkOf = (row) => row?.querySelector(".outline-link");
const focusedRow = () => rowOf(document.activeElement?.closest?.(".outline-row"));
const nameOf = (row) => row.querySelector(".outline-name").textContent;
const listOf = (row) => row.parentElement;
const itemsOf = (list) => [...list.children].filter((child) => child.matches(".outline-item"));
const indexOf = (row) => itemsOf(listOf(row)).indexOf(row);
const listsIn = (row) => [...row.children].filter((child) => child.matches(".outline-list"));
const opened = () => new URLSearchParams(location.search).get("at") ?? "";
// What stays of a pointer when steps before it come, go or move: the names on the way.
const pathOf = (at) => at.split("/").filter((part) => !/^\d+$/.test(part)).join("/");

// One row can be reached by Tab; the arrow keys lead to the others.
let last = "";

function rove(row) {
  for (const link of document.querySelectorAll(".outline-link, .outline-more")) link.tabIndex = -1;
  const chosen = row ?? rowAt(last) ?? rowAt(opened()) ?? rows()[0];
  for (const link of chosen?.querySelector(".outline-row").querySelectorAll("a") ?? []) link.tabIndex = 0;
  if (chosen) last = chosen.dataset.at;
}

function markOpened() {
  for (const link of document.querySelectorAll(".outline-link[aria-current]")) link.removeAttribute("aria-current");
  linkOf(rowAt(opened()))?.setAttribute("aria-current", "true");
  document.querySelector(".builder-columns")?.classList.toggle("has-step", Boolean(opened()));
}

function focusOn(row) {
  if (!row) return;
  rove(row);
  linkOf(row).focus();
  row.querySelector(".outline-row").scrollIntoView({ block: "nearest" });
}

const addressOf = (at) => byId("outline").dataset.builder + (at ? `?at=${encodeURIComponent(at)}` : "");

function openStep(at, { replaces = false } = {}) {
  const address = addressOf(at);
  opening = { at, replaces };
  return htmx.ajax("GET", address, { target: "#panel", swap: "innerHTML", source: "#outline" });
}

// The address follows when the panel has come: a question about unsaved changes may keep it away.
let opening = null;

function follows({ pathInfo }) {
  if (!opening || pathInfo?.requestPath !== addressOf(opening.at)) return;
  const { at, replaces } = opening;
  opening = null;
  history[replaces ? "replaceState" : "pushState"]({ htmx: true }, "", addressOf(at));
  markOpened();
  if (!replaces && innerWidth < 1100) byId("panel").focus();
}

// ---- after an edit: the outline comes anew, the focus stays on the step, the panel follows it ----

let edit = null;
let hadFocus = false;

on("step-at", ({ detail }) => {
  // What the panel has saved it has drawn already, and the focus belongs to it.
  edit = { ...detail, isOfPanel: Boolean(detail.elt?.closest?.("#panel")) };
  byId("step-menu")?.hidePopover?.();
  if (detail.said) say(`${detail.said}.`);
});

// What is typed into the panel and not saved is lost when the panel shows another step or the same one anew.
on("htmx:beforeRequest", (event) => {
  const { elt, target, requestConfig } = event.detail;
  const typed = document.querySelector("#panel form[data-guard][data-changed]");
  if (!typed || elt.closest("#panel")) return;
  const edits = requestConfig.verb === "post" && elt.closest("form")?.querySelector("[data-revision]");
  if (target?.id !== "panel" && !(edits && elt.closest("#outline, #step-menu, #builder-toolbar, #dialog"))) return;
  if (confirm("Your changes to this step are not saved. Go on without them?")) delete typed.dataset.changed;
  else event.preventDefault();
});

on("htmx:beforeSwap", ({ detail }) => {
  if (detail.target?.id === "outline") hadFocus = Boolean(focusedRow());
});

on("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id === "panel") {
    // The button that saved the step was drawn anew with it.
    if (document.activeElement === document.body) byId("panel").focus({ preventScroll: true });
    return follows(detail);
  }
  if (detail.target?.id === "outline") settle();
});

function settle() {
  const { at = "", was = "", opens = false, reload = false, isOfPanel = false } = edit ?? {};
  const acted = Boolean(edit && !reload && !isOfPanel);
  edit = null;
  const before = opened();
  const after = follow(before, was, at);
  rove(rowAt(acted ? at : follow(last, was, at)));
  if (opens) openStep(at);
  else if (isOfPanel && after) history.replaceState({ htmx: true }, "", addressOf(after));
  else if (after !== before || (before && reload)) openStep(after, { replaces: true });
  markOpened();
  if (acted || hadFocus) focusOn(rowAt(last));
}

// Where a step stands now that stood at a pointer before; "" where it is gone.
function follow(pointer, was, at) {
  if (!pointer) return "";
  if (was && at && (pointer === was || pointer.startsWith(`${was}/`))) return at + pointer.slice(was.length);
  if (rowAt(pointer)) return pointer;
  return rows().find((row) => pathOf(row.dataset.at) === pathOf(pointer))?.dataset.at ?? "";
}

// ---- what a row can do ----

function send(form, fields) {
  for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
  form.requestSubmit();
}

const moveTo = (row, list, index) =>
  send(byId("outline-move"), { at: row.dataset.at, place: `${index}:${list.dataset.tasks}` });

const moves = {
  ArrowUp: (row) => (indexOf(row) > 0 ? [listOf(row), indexOf(row) - 1] : "It is the first step here."),
  ArrowDown: (row) =>
    indexOf(row) < itemsOf(listOf(row)).length - 1 ? [listOf(row), indexOf(row) + 1] : "It is the last step here.",
  ArrowRight: (row) => {
    const list = listsIn(itemsOf(listOf(row))[indexOf(row) - 1] ?? row)[0];
    return list && !row.contains(list) ? [list, itemsOf(list).length] : "The step above it holds no steps.";
  },
  ArrowLeft: (row) => {
    const around = rowOf(listOf(row).parentElement);
    return around ? [listOf(around), indexOf(around) + 1] : "It is in no other step.";
  },
};

function moveByKey(row, key) {
  const found = moves[key](row);
  if (typeof found === "string") say(`${nameOf(row)} stays. ${found}`);
  else moveTo(row, ...found);
}

const actions = {
  Delete: (row) => send(byId("outline-delete"), { at: row.dataset.at }),
  F2: (row) => htmx.ajax("GET", `${byId("outline-move").getAttribute("action").replace(/move\/$/, "rename/")}?at=${encodeURIComponent(row.dataset.at)}`, "#dialog"),
};

const walks = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

function walk(row, key) {
  const all = rows();
  if (key === "Home") return focusOn(all[0]);
  if (key === "End") return focusOn(all.at(-1));
  focusOn(all[all.indexOf(row) + walks[key]]);
}

on("keydown", (event) => {
  const row = focusedRow();
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { key } = event;
  const mayEdit = Boolean(byId("outline-move"));
  if (event.altKey && key in moves) mayEdit && moveByKey(row, key);
  else if (event.altKey) return;
  else if (key in walks || key === "Home" || key === "End") walk(row, key);
  else if (key in actions && mayEdit) actions[key](row);
  else return;
  event.preventDefault();
});

on("keydown", (event) => {
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], dialog")) return;
  const button = byId(event.shiftKey ? "builder-redo-button" : "builder-undo-button");
  if (!button) return;
  event.preventDefault();
  button.form.requestSubmit(button);
});

on("focusin", ({ target }) => {
  const row = rowOf(target.closest?.(".outline-row"));
  if (row) rove(row);
});

// ---- a click on a row ----

const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey);

on("click", (event) => {
  const link = event.target.closest?.(".outline-link");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  const row = rowOf(link);
  rove(row);
  openStep(row.dataset.at);
});

// ---- the menu of a row ----

on("click", (event) => {
  const link = event.target.closest?.(".outline-more");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  const menu = byId("step-menu");
  htmx.ajax("GET", link.getAttribute("href"), { target: "#step-menu", swap: "innerHTML" }).then(() => {
    menu.showPopover({ source: link });
    menu.querySelector("a, button")?.focus();
  });
});

on("keydown", (event) => {
  const menu = event.target.closest?.("#step-menu");
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll("a.menu-item, button.menu-item")];
  items.at((items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)) % items.length).focus();
});

// ---- dragging ----

let dragged = null;
let place = null;
const line = Object.assign(document.createElement("div"), { className: "outline-drop", hidden: true });

// The place between two steps that is nearest to the pointer: before a row, in it, or behind it.
function placeUnder({ target, clientX, clientY }) {
  const end = target.closest?.(".outline-add");
  if (end) return { list: end.parentElement, index: itemsOf(end.parentElement).length, edge: end, below: false };
  const row = rowOf(target);
  if (!row) return null;
  const edge = row.querySelector(".outline-row");
  const box = edge.getBoundingClientRect();
  const below = clientY > box.top + box.height / 2;
  const inner = listsIn(row)[0];
  if (below && inner && (clientX > box.left + 48 || clientY > box.bottom)) {
    return { list: inner, index: 0, edge: inner.firstElementChild ?? edge, below: false };
  }
  return { list: listOf(row), index: indexOf(row) + (below ? 1 : 0), edge: below ? row : edge, below };
}

function showPlace() {
  const host = document.querySelector(".outline");
  line.hidden = !place;
  if (!place) return;
  if (line.parentElement !== host) host.append(line);
  const box = place.edge.getBoundingClientRect();
  const list = place.list.getBoundingClientRect();
  const around = host.getBoundingClientRect();
  line.style.top = `${(place.below ? box.bottom : box.top) - around.top}px`;
  line.style.left = `${list.left - around.left}px`;
  line.style.width = `${list.width}px`;
}

on("dragstart", (event) => {
  const row = rowOf(event.target.closest?.(".outline-link"));
  if (!row || !byId("outline-move")) return;
  dragged = row;
  row.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", nameOf(row));
  event.dataTransfer.setDragImage(row.querySelector(".outline-row"), 12, 12);
});

on("dragover", (event) => {
  if (!dragged) return;
  const found = event.target.closest?.(".outline") ? placeUnder(event) : null;
  place = found && !dragged.contains(found.list) ? found : null;
  showPlace();
  if (!place) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
});

on("drop", (event) => {
  if (!dragged || !place) return;
  event.preventDefault();
  const same = place.list === listOf(dragged);
  const index = same && place.index > indexOf(dragged) ? place.index - 1 : place.index;
  if (!same || index !== indexOf(dragged)) moveTo(dragged, place.list, index);
});

on("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = place = null;
  line.hidden = true;
});

// ---- the page as it arrived ----

if (byId("outline")) {
  rove();
  linkOf(rowAt(opened()))?.scrollIntoView({ block: "nearest" });
}

// A diagram begins at its left where the first step can be seen from there, else around that step.
for (const scroll of document.querySelectorAll(".diagram-scroll")) {
  const first = scroll.querySelector(".diagram-step")?.getBoundingClientRect();
  if (!first) continue;
  const middle = first.left + first.width / 2 - scroll.getBoundingClientRect().left;
  if (middle + first.width / 2 > scroll.clientWidth) scroll.scrollLeft = middle - scroll.clientWidth / 2;
}
