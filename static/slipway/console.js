// The one script of the console. Every page works without it; it makes drawers modal, forms honest and toasts leave.

const root = document.documentElement;
root.classList.add("js");

const on = (type, handle, options) => document.addEventListener(type, handle, options);
const onClick = (selector, handle) =>
  on("click", (event) => {
    const found = event.target.closest?.(selector);
    if (found) handle(found, event);
  });

// ---- announcing and toasts ----

function announce(text) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = text;
}

function raiseToasts() {
  // Above a modal dialog only the top layer is visible and can be reached.
  const toasts = document.getElementById("toasts");
  const host = [...document.querySelectorAll("dialog:modal")].pop() ?? document.body;
  if (toasts && toasts.parentElement !== host) host.append(toasts);
}

function toast(text, tone = "error", undo = "") {
  const drawing = document.querySelector(`template[data-tone="${tone}"]`) ?? document.querySelector("template[data-tone]");
  if (!drawing) return;
  const note = drawing.content.cloneNode(true);
  note.querySelector("[data-toast-text]").textContent = text;
  const form = note.querySelector("[data-undo]");
  if (undo) form.action = undo;
  else form?.remove();
  document.getElementById("toasts")?.append(note);
}

function letToastsLeave() {
  raiseToasts();
  for (const note of document.querySelectorAll("[data-toast]:not([data-leaving])")) {
    note.dataset.leaving = "";
    if (note.matches(".toast-error, .toast-warning")) continue;
    const leave = () => (note.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : note.remove());
    setTimeout(leave, note.querySelector("[data-undo]") ? 20000 : 7000);
  }
}

on("toasts", ({ detail }) => {
  detail.toasts.forEach(({ text, tone, undo }) => toast(text, tone, undo));
  letToastsLeave();
});
onClick("[data-dismiss]", (button) => button.closest("[data-toast]").remove());

// ---- drawers and dialogs: native <dialog>, filled by htmx, each with an address of its own ----

const overlays = new WeakMap();

function openOverlay(dialog, { pushed = null } = {}) {
  const known = overlays.get(dialog);
  if (dialog.matches(":modal")) return focusInside(dialog);
  if (!known) {
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      closeOverlay(dialog);
    });
    dialog.addEventListener("click", (event) => event.target === dialog && closeOverlay(dialog));
  }
  overlays.set(dialog, { pushed, opener: document.activeElement });
  dialog.close();
  dialog.showModal();
  focusInside(dialog);
  raiseToasts();
}

function focusInside(dialog) {
  const title = dialog.querySelector("[data-overlay-title]");
  dialog.setAttribute("aria-label", title?.textContent.trim() || "Details");
  const wrong = dialog.querySelector("[data-form-errors], [autofocus], [aria-invalid=true]");
  (wrong ?? title ?? dialog).focus();
}

function closeOverlay(dialog, { history: travel = true, force = false } = {}) {
  if (!dialog.open || (!force && !mayLeave(dialog))) return;
  const { pushed, opener } = overlays.get(dialog) ?? {};
  const parent = dialog.dataset.parent;
  dialog.close();
  raiseToasts();
  dialog.querySelector(".overlay").replaceChildren();
  if (travel && pushed) history.back();
  else if (travel && parent) history.replaceState(null, "", parent);
  delete dialog.dataset.parent;
  opener?.isConnected ? opener.focus() : document.getElementById("main")?.focus();
}

onClick("dialog [data-close]", (link, event) => {
  event.preventDefault();
  closeOverlay(link.closest("dialog"));
});

const closing = new Set();

function closeOn(name) {
  if (closing.has(name)) return;
  closing.add(name);
  on(name, () => {
    const done = [...document.querySelectorAll(`dialog [data-close-on~="${name}"]`)];
    // Afterwards: htmx fires further events of the same answer on the form that closing removes.
    queueMicrotask(() => done.forEach((part) => closeOverlay(part.closest("dialog"), { force: true })));
  });
}

on("htmx:afterSwap", ({ detail }) => {
  if (!detail.target.matches?.(".overlay")) return;
  const dialog = detail.target.parentElement;
  const get = detail.requestConfig.verb === "get";
  const address = detail.pathInfo.responsePath ?? detail.pathInfo.finalRequestPath;
  let pushed = overlays.get(dialog)?.pushed ?? null;
  if (detail.target.id === "drawer" && get) {
    if (dialog.open) history.replaceState({ overlay: true }, "", address);
    else {
      pushed = address;
      history.pushState({ overlay: true }, "", address);
    }
  }
  openOverlay(dialog, { pushed });
  for (const part of dialog.querySelectorAll("[data-close-on]")) part.dataset.closeOn.split(" ").forEach(closeOn);
});

// The page behind an overlay that was opened by its address comes without its head: what it looks and works by follows.
on("htmx:beforeSwap", ({ detail }) => {
  if (!detail.requestConfig.elt.matches?.(".behind")) return;
  const { head } = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
  for (const found of head.querySelectorAll("link[rel=stylesheet], script[type=module]")) {
    const name = found.localName === "link" ? "href" : "src";
    if (document.querySelector(`${found.localName}[${name}="${found.getAttribute(name)}"]`)) continue;
    const taken = document.createElement(found.localName);
    for (const { name: key, value } of found.attributes) taken.setAttribute(key, value);
    document.head.append(taken);
  }
});

addEventListener("popstate", (event) => {
  const open = document.querySelector("dialog[data-overlay][open]");
  if (event.state?.overlay) location.reload();
  else if (open) closeOverlay(open, { history: false, force: true });
});

// ---- explanations of badges and disabled buttons: hover for a mouse, the popover itself for all others ----

const meaningOf = (event) =>
  event.pointerType === "mouse" && event.target.matches?.("[data-explain]") ? event.target : null;
const explain = (button, force) => button?.popoverTargetElement.togglePopover({ force, source: button });
on("pointerenter", (event) => explain(meaningOf(event), true), true);
on("pointerleave", (event) => explain(meaningOf(event), false), true);
onClick("[data-explain]", (button, event) => {
  // The pointer has opened it already; the click would close it again.
  if (event.pointerType !== "mouse") return;
  event.preventDefault();
  explain(button, true);
});

// ---- theme ----

on("submit", (event) => {
  const form = event.target.closest("[data-theme-switch]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const chosen = button.value;
  document.cookie = `theme=${chosen}; path=/; max-age=31536000; samesite=lax`;
  root.dataset.themeChoice = chosen;
  if (chosen === "auto") delete root.dataset.bsTheme;
  else root.dataset.bsTheme = chosen;
  for (const other of document.querySelectorAll("[data-theme-switch] button")) {
    other.value = { auto: "light", light: "dark", dark: "auto" }[chosen];
    other.title = `Theme: ${chosen}`;
    other.setAttribute("aria-label", other.title);
  }
  announce(`Theme: ${chosen}`);
});

// ---- forms: busy buttons, unsaved changes, lists of texts ----

const busy = new Set();

function setBusy(button, is) {
  if (!button?.matches?.(".btn")) return;
  is ? button.setAttribute("aria-busy", "true") : button.removeAttribute("aria-busy");
  is ? busy.add(button) : busy.delete(button);
}

on("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  form.removeAttribute("data-changed");
  if (event.defaultPrevented || form.method !== "post") return;
  form.dataset.sent = "1";
  setBusy(event.submitter, true);
});
on("htmx:beforeRequest", ({ detail }) => {
  const from = detail.requestConfig.triggeringEvent?.submitter ?? detail.elt;
  setBusy(from, true);
  detail.xhr.addEventListener("loadend", () => setBusy(from, false));
});
addEventListener("pageshow", () => {
  busy.forEach((button) => setBusy(button, false));
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

on("input", ({ target }) => target.form?.matches("[data-guard]") && (target.form.dataset.changed = "1"));
const changedForms = (within) => [...within.querySelectorAll("form[data-guard][data-changed]")];
const mayLeave = (within) => !changedForms(within).length || confirm("Your changes are not saved. Leave without saving?");
addEventListener("beforeunload", (event) => changedForms(document).length && event.preventDefault());

onClick("[data-add-entry]", (button) => {
  const inputs = button.parentElement.querySelectorAll("input");
  const fresh = inputs[inputs.length - 1].cloneNode();
  fresh.value = "";
  fresh.removeAttribute("id");
  fresh.setAttribute("aria-label", `Entry ${inputs.length + 1}`);
  button.before(fresh);
  fresh.focus();
});

onClick("[data-copy]", async (button) => {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast("Copied.", "success");
  } catch {
    toast("The browser did not allow copying.", "warning");
  }
  letToastsLeave();
});

// ---- htmx: what went wrong is said, what changed is announced ----

const OFFLINE = "Slipway could not be reached. Check the connection and try again.";
// A page that keeps itself up to date leaves open what a person has opened.
const opened = new Set();
on("htmx:beforeSwap", ({ detail }) => {
  for (const part of detail.target?.querySelectorAll?.("details[id][open]") ?? []) opened.add(part.id);
});
on("htmx:afterSwap", () => {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  opened.clear();
});

const failed = ({ detail }) => {
  if (detail.xhr?.status === 401) return;
  toast(detail.xhr?.status ? "Something went wrong on our side. Nothing was changed; try again." : OFFLINE);
  letToastsLeave();
};
on("htmx:sendError", failed);
on("htmx:timeout", failed);
on("htmx:responseError", failed);
on("htmx:afterSettle", ({ detail }) => {
  letToastsLeave();
  detail.elt.querySelector?.("[data-form-errors]")?.focus();
  const news = detail.elt.closest?.("[data-announce]")?.dataset.announce;
  if (news) announce(news);
});

// ---- the page as it arrived ----

document.querySelectorAll("dialog[data-overlay][open]").forEach((dialog) => openOverlay(dialog));
if (!document.querySelector("dialog:modal")) document.querySelector("[data-form-errors]")?.focus();
letToastsLeave();
