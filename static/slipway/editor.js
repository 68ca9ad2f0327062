// Line numbers, marked lines and Tab for the textarea of a code editor. Without it the textarea is simply a textarea.

const INDENT = "  ";

class Editor {
  constructor(host) {
    this.host = host;
    this.text = host.querySelector("textarea");
    this.gutter = host.querySelector(".editor-gutter");
    this.tabLeaves = false;
    this.text.addEventListener("input", () => this.draw());
    this.text.addEventListener("scroll", () => this.follow());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("focus", () => (this.tabLeaves = false));
    new ResizeObserver(() => this.follow()).observe(this.text);
    this.readMarks();
  }

  readMarks() {
    const { marks, findings } = this.host.dataset;
    const found = findings ? [...document.querySelectorAll(`${findings} [data-line]`)] : [];
    const pairs = findings
      ? found.map((part) => [part.dataset.line, part.dataset.level ?? "error"])
      : marks.split(" ").filter(Boolean).map((mark) => mark.split(":"));
    // Errors win over warnings on one line.
    pairs.sort(([, a], [, b]) => (a === "error") - (b === "error"));
    this.marks = new Map(pairs.map(([line, level]) => [Number(line), level]));
    this.drawn = 0;
    this.draw();
  }

  draw() {
    const count = this.text.value.split("\n").length;
    if (count === this.drawn) return;
    this.drawn = count;
    const rows = Array.from({ length: count }, (_, index) => {
      const row = document.createElement("span");
      row.textContent = index + 1;
      const level = this.marks.get(index + 1);
      if (level) row.className = level === "error" ? "is-error" : "is-warning";
      return row;
    });
    this.gutter.replaceChildren(...rows);
    this.follow();
  }

  follow() {
    this.gutter.style.height = `${this.text.offsetHeight}px`;
    this.gutter.scrollTop = this.text.scrollTop;
  }

  key(event) {
    if (event.key === "Escape") {
      if (!this.tabLeaves) event.stopPropagation();
      this.tabLeaves = true;
    } else if (event.key === "Tab" && !this.tabLeaves && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      event.shiftKey ? this.outdent() : this.indent();
    } else if (event.key === "Enter" && !event.isComposing) {
      const margin = this.lineAt(this.text.selectionStart).match(/^ */)[0];
      if (!margin) return;
      event.preventDefault();
      this.insert(`\n${margin}`);
    } else if (!["Tab", "Shift"].includes(event.key)) {
      this.tabLeaves = false;
    }
  }

  lineAt(position) {
    const start = this.text.value.lastIndexOf("\n", position - 1) + 1;
    return this.text.value.slice(start, position);
  }

  // The only way to change a textarea that the browser's undo remembers.
  insert(text) {
    if (!document.execCommand("insertText", false, text)) this.text.setRangeText(text, this.text.selectionStart, this.text.selectionEnd, "end");
    this.draw();
  }

  selectLines() {
    const { value, selectionStart, selectionEnd } = this.text;
    const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
    const stop = value.indexOf("\n", selectionEnd);
    this.text.setSelectionRange(start, stop < 0 ? value.length : stop);
    return { start, lines: value.slice(start, stop < 0 ? undefined : stop).split("\n") };
  }

  replaceLines(change) {
    const { start, lines } = this.selectLines();
    const changed = lines.map(change).join("\n");
    this.insert(changed);
    this.text.setSelectionRange(start, start + changed.length);
  }

  indent() {
    if (this.text.selectionStart === this.text.selectionEnd) this.insert(INDENT);
    else this.replaceLines((line) => (line ? INDENT + line : line));
  }

  outdent() {
    this.replaceLines((line) => line.replace(/^ {1,2}/, ""));
  }

  goTo(number) {
    const lines = this.text.value.split("\n");
    const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
    this.text.focus();
    this.text.setSelectionRange(start, start + (lines[number - 1]?.length ?? 0));
    const height = this.text.scrollHeight / lines.length;
    this.text.scrollTop = Math.max(0, (number - 6) * height);
  }
}

const editors = new WeakMap();

function start() {
  for (const host of document.querySelectorAll("[data-editor]")) {
    if (editors.has(host)) editors.get(host).readMarks();
    else editors.set(host, new Editor(host));
  }
}

document.addEventListener("htmx:afterSettle", start);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-go-to-line]");
  const editor = editors.get(document.querySelector("[data-editor]"));
  if (!link || !editor) return;
  event.preventDefault();
  editor.goTo(Number(link.dataset.goToLine));
});
start();
