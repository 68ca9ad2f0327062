// The form of a step: lists are searched as one types, and a picked value goes into the expression at the cursor.
// Without scripts the same lists are simply longer, and every button sends the form.

const on = (type, handle, options) => document.addEventListener(type, handle, options);
const visited = new WeakSet();
let picksFor = "";

on("focusin", ({ target }) => target.matches?.("textarea.sf-jq") && visited.add(target));

on("input", ({ target }) => {
  if (!target.matches?.("[data-sf-filter]")) return;
  const words = target.value.toLowerCase().split(/\s+/).filter(Boolean);
  const list = target.closest(".sf-picks, .sf-add-list, .panel-body");
  for (const row of list.querySelectorAll("[data-words]")) {
    row.hidden = !words.every((word) => row.dataset.words.includes(word));
  }
  for (const group of list.querySelectorAll(".sf-picks-group")) {
    group.hidden = !group.querySelector("[data-words]:not([hidden])");
  }
});

// Enter in a search chooses what is found first; it does not save the step.
on("keydown", (event) => {
  const { target, key } = event;
  if (key !== "Enter" || event.isComposing || !target.matches?.(".step-form input[type=search]")) return;
  event.preventDefault();
  target.closest(".sf-picks, .sf-add-list")?.querySelector("li:not([hidden]) > button")?.click();
});

on("click", ({ target }) => {
  const button = target.closest?.("[data-picks-for]");
  if (button) picksFor = button.dataset.picksFor;
}, true);

on("click", (event) => {
  const pick = event.target.closest?.(".sf-picks [data-expression]");
  const field = document.getElementById(picksFor);
  // An expression that somebody has begun is written on; everything else is replaced, which the server does.
  if (!pick || !field?.matches("textarea.sf-jq") || !field.value.trim()) return;
  event.preventDefault();
  event.stopPropagation();
  document.getElementById("step-picks").hidePopover();
  // Whoever was never in the field has no cursor there: the end is where one goes on.
  if (!visited.has(field)) field.setSelectionRange(field.value.length, field.value.length);
  field.focus();
  if (!document.execCommand("insertText", false, pick.dataset.expression)) {
    field.setRangeText(pick.dataset.expression, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}, true);

// A list has done its work when something was chosen from it.
on("click", ({ target }) => {
  const list = target.closest?.(".sf-add-list button")?.closest(".sf-add");
  if (list) queueMicrotask(() => (list.open = false));
});

// A long list closes when somebody has gone elsewhere.
on("keydown", (event) => {
  const list = event.key === "Escape" && event.target.closest?.(".sf-add[open]");
  if (!list) return;
  list.open = false;
  list.querySelector("summary").focus();
  event.stopPropagation();
});
