// A draft while people edit it: Ctrl+S saves, what is typed in the source saves itself, a copy of it survives a reload,
// and the head of the page says who else is here.

const QUIET_MS = 2000;
const RETRY_MS = [2000, 4000, 8000, 15000, 30000];
const PING_MS = 15000;
const TYPING_MS = 30000;

const announce = (text) => {
  const place = document.getElementById("announcer");
  if (place) place.textContent = text;
};

addEventListener("keydown", (event) => {
  const form = document.querySelector("form[data-save-key]");
  if (!form || event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  event.preventDefault();
  form.requestSubmit();
});

// ---- a copy in this tab, until the text is saved ----

const copies = {
  read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write(key, copy) {
    try {
      sessionStorage.setItem(key, JSON.stringify(copy));
    } catch {
      // No room, or not allowed: the text is still in the page.
    }
  },
  forget(key) {
    try {
      sessionStorage.removeItem(key);
    } catch {
      // Not allowed: there is no copy.
    }
  },
};

document.addEventListener("submit", ({ target }) => target.dataset.forget && copies.forget(target.dataset.forget));

// ---- the source saves itself ----

function ago(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 2) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  return `${Math.round(seconds / 60)} min ago`;
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.text = form.elements.text;
    this.key = form.dataset.keep;
    this.saved = this.text.value;
    this.savedAt = 0;
    this.tries = 0;
    this.stopped = false;
    this.saving = null;
    form.addEventListener("input", ({ target }) => target === this.text && this.typed());
    // A person who saves waits for what is on its way: two of one's own saves are no conflict.
    form.addEventListener("htmx:confirm", (event) => event.target === form && this.before(event));
    form.addEventListener("htmx:beforeRequest", ({ target }) => target === form && this.byHand());
    form.addEventListener("htmx:afterRequest", ({ target, detail }) => target === form && this.afterHand(detail));
    form.addEventListener("htmx:beforeOnLoad", (event) => this.keepsThePage(event));
    addEventListener("online", () => this.soon(0));
    document.addEventListener("visibilitychange", () => document.hidden && this.soon(0));
    addEventListener("pagehide", () => this.keep());
    document.body.addEventListener("draft-edited", ({ detail }) => this.edited(detail));
    setInterval(() => this.tick(), 1000);
    this.offerCopy();
  }

  get status() {
    return document.getElementById("save-status");
  }

  get revision() {
    return this.form.elements.revision.value;
  }

  get isSaved() {
    return this.text.value === this.saved;
  }

  typed() {
    this.keep();
    this.say("Not saved yet.");
    this.soon(QUIET_MS);
  }

  keep() {
    if (this.left || !this.form.isConnected) return;
    if (this.isSaved) copies.forget(this.key);
    else copies.write(this.key, { text: this.text.value, revision: this.revision });
  }

  soon(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), milliseconds);
  }

  async save() {
    if (this.saving || this.handling || this.stopped || !this.form.isConnected) return;
    if (this.isSaved) return this.settled();
    this.saving = this.send();
    await this.saving;
    this.saving = null;
    if (!this.isSaved && !this.stopped && !this.tries) this.soon(QUIET_MS);
  }

  async send() {
    const text = this.text.value;
    this.say("Saving…");
    try {
      const answer = await fetch(this.form.dataset.autosave, {
        method: "POST",
        body: new FormData(this.form),
        headers: { "HX-Request": "true" },
        signal: AbortSignal.timeout(30000),
      });
      const facts = await answer.json().catch(() => ({}));
      if (answer.ok && facts.revision) this.took(text, facts.revision);
      else this.refused(answer.status, facts);
    } catch {
      this.again("Not saved: offline, trying again.");
    }
  }

  took(text, revision) {
    this.tries = 0;
    this.saved = text;
    this.savedAt = Date.now();
    this.tell(revision);
    if (this.isSaved) this.settled();
    this.keep();
    this.tick();
  }

  settled() {
    delete this.form.dataset.changed;
    copies.forget(this.key);
    if (this.savedAt) this.tick();
    else this.say("");
  }

  // Everything on the page that carries the revision learns the new one.
  tell(revision) {
    this.form.elements.revision.value = revision;
    for (const input of document.querySelectorAll("input[data-revision]")) input.value = revision;
    document.body.dispatchEvent(new CustomEvent("draft-edited", { bubbles: true, detail: { revision, from: "source" } }));
  }

  again(words) {
    const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)];
    if (!this.tries) announce(words);
    this.tries += 1;
    this.say(words, { bad: true });
    this.soon(wait);
  }

  refused(status, { message, newer }) {
    if (status >= 500 || status === 429 || status === 0) return this.again("Not saved: Slipway does not answer, trying again.");
    this.stopped = true;
    const sentence = status === 401 ? "You are signed out. Sign in in another tab, then save." : message ?? "It was refused.";
    this.say(`Not saved: ${sentence}`, { bad: true, button: newer ? "Compare and merge" : "Try again" });
    announce(`Not saved: ${sentence}`);
  }

  say(words, { bad = false, button = "" } = {}) {
    const place = this.status;
    if (!place) return;
    place.classList.toggle("is-bad", bad);
    place.replaceChildren(...(words ? [words] : []));
    if (!button) return;
    const send = document.createElement("button");
    send.type = "submit";
    send.className = "btn btn-sm";
    send.textContent = button;
    place.append(send);
  }

  tick() {
    if (this.savedAt && this.isSaved && !this.saving && !this.handling) this.say(`Saved ${ago(Date.now() - this.savedAt)}.`);
  }

  // ---- saving by hand ----

  before(event) {
    clearTimeout(this.timer);
    if (!this.saving) return;
    event.preventDefault();
    this.saving.finally(() => event.detail.issueRequest(true));
  }

  byHand() {
    this.handling = this.text.value;
    this.stopped = false;
  }

  afterHand({ successful, xhr }) {
    const sent = this.handling;
    this.handling = null;
    if (successful && xhr.status < 300) {
      this.saved = sent;
      this.savedAt = 0;
      this.tries = 0;
      this.say("");
      this.keep();
    } else if (this.form.isConnected) this.form.dataset.changed = "1";
    if (!this.isSaved) this.soon(QUIET_MS);
  }

  // A session that has ended must not take the page away: what was typed is only here.
  keepsThePage(event) {
    if (event.detail.xhr.status !== 401) return;
    event.preventDefault();
    this.handling = null;
    this.refused(401, {});
  }

  // Undo, or another edit on this page: the text that stands here is no longer that of the draft.
  edited({ revision, from }) {
    if (from === "source" || !this.form.isConnected) return;
    if (this.isSaved) return location.reload();
    this.say(`The draft was changed beside this text (revision ${revision}).`, { bad: true, button: "Compare and merge" });
    this.stopped = true;
  }

  // ---- what an earlier visit left ----

  offerCopy() {
    const copy = copies.read(this.key);
    const box = document.getElementById("left-behind");
    if (!copy || !box) return;
    if (copy.text === this.text.value) return copies.forget(this.key);
    this.left = copy;
    box.hidden = false;
    box.addEventListener("click", ({ target }) => {
      if (!target.closest("[data-put-back], [data-throw-away]")) return;
      this.left = null;
      box.hidden = true;
      if (target.closest("[data-throw-away]")) return copies.forget(this.key);
      this.text.value = copy.text;
      this.form.elements.revision.value = copy.revision;
      this.text.dispatchEvent(new Event("input", { bubbles: true }));
      this.text.focus();
    });
  }
}

let autosave = null;

function watchSource() {
  const form = document.querySelector("form[data-autosave]");
  if (form && autosave?.form !== form) autosave = new Autosave(form);
}

// ---- who else is here ----

let typedAt = 0;
let pingedAt = 0;
const isTyping = () => Date.now() - typedAt < TYPING_MS;

function ping() {
  const form = document.querySelector(".presence-ping");
  if (!form || document.hidden || !document.getElementById("presence")) return;
  pingedAt = Date.now();
  form.elements.editing.value = isTyping() ? "1" : "0";
  form.dispatchEvent(new CustomEvent("ping"));
}

setInterval(() => Date.now() - pingedAt >= PING_MS - 500 && ping(), 1000);
document.addEventListener("visibilitychange", ping);
document.addEventListener("input", ({ target }) => {
  if (!target.closest?.("main form") || target.closest("[data-go-to], [role=search]")) return;
  const wasTyping = isTyping();
  typedAt = Date.now();
  if (!wasTyping) ping();
});

// Nobody is told of a ping that did not come through: the next one will, and saving says what matters.
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"])
  document.body.addEventListener(name, (event) => event.target.closest?.(".presence-ping") && event.stopPropagation());
document.body.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.target.closest?.(".presence-ping") && event.detail.xhr.status >= 400) event.preventDefault();
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "presence") dropOldNews(detail.target);
});

// The page may have saved while the answer was on its way.
function dropOldNews(place) {
  const shown = Number(document.querySelector(".presence-ping input[name=revision]")?.value ?? 0);
  for (const news of place.querySelectorAll("[data-newer]")) {
    const isGone = news.querySelector("[data-load-newer]") && Number(news.dataset.newer) <= shown;
    if (isGone) news.remove();
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-load-newer]")) return;
  event.preventDefault();
  location.reload();
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  watchSource();
  // The head of the page came anew, and nobody stands in it yet.
  if (detail.target?.matches?.(".page-head") || document.getElementById("presence")?.childElementCount === 0) {
    if (Date.now() - pingedAt > 1000) ping();
  }
});

watchSource();
ping();
