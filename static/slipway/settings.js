// The settings of a draft: what somebody is typing is not renewed under their hands, a field shows what its type needs.

// ---- panels that renew themselves when the draft is edited ----

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  if (!elt.matches?.("[data-keeps-typed]")) return;
  const cause = requestConfig.triggeringEvent;
  if (cause?.type !== "draft-edited") return;
  // The form's own answer is on its way; and what is typed but not saved must stay.
  const own = cause.target !== document.body && elt.contains(cause.target);
  if (own || elt.querySelector("form[data-changed]")) event.preventDefault();
});

// ---- conflicts are shown on the page, so the drawer or dialog over it goes ----

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 409) document.dispatchEvent(new CustomEvent("draft-conflict", { bubbles: true }));
});

// ---- a field ----

function fit(form) {
  const kind = form.querySelector("select[name=kind]")?.value;
  for (const part of form.querySelectorAll("[data-for], [data-not-for]")) {
    const wanted = part.dataset.for ? part.dataset.for.split(" ").includes(kind) : part.dataset.notFor !== kind;
    part.hidden = !wanted && !part.querySelector(":scope .has-error");
  }
}

const fitAll = () => document.querySelectorAll(".field-form").forEach(fit);
document.addEventListener("change", ({ target }) => target.matches(".field-form select[name=kind]") && fit(target.form));
document.addEventListener("input", ({ target }) => {
  if (target.matches(".field-form [name=default]") && target.value) target.form.elements.has_default.checked = true;
});
document.addEventListener("htmx:afterSwap", fitAll);
fitAll();

// ---- rows are moved with Alt and an arrow, too ----

document.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const row = event.target.closest?.("[data-row]");
  const button = row?.querySelector(`[id^="${event.key === "ArrowUp" ? "up" : "down"}-"]`);
  if (!row) return;
  event.preventDefault();
  button?.focus();
  button?.click();
});

// The way on may have ended with the move: then the way back keeps the focus.
let moved = "";
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("button[name=move]");
  if (button) moved = button.id;
});
document.addEventListener("htmx:afterSettle", () => {
  if (!moved || document.activeElement !== document.body) return;
  const [way, ...name] = moved.split("-");
  const other = `${way === "up" ? "down" : "up"}-${name.join("-")}`;
  (document.getElementById(moved) ?? document.getElementById(other))?.focus();
});
