// Line numbers, marked lines, colours (data-colours) and Tab for the textarea of a code editor. Without it the textarea is
// simply a textarea. Only the lines in sight are drawn, so that a long text is as quick as a short one.

const INDENT = "  ";
// A line that is longer stays without colours: nobody reads it, and patterns may take long for it.
const LONGEST_LINE = 2000;
const BEYOND = 8;

// The same as apps/core/components/highlight.py.
const TOKEN = new RegExp(
  [
    String.raw`(?<comment>(?:^|(?<=\s))#.*$)`,
    String.raw`(?<key>(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[\w./$-]+)(?=\s*:(?:\s|$)))`,
    String.raw`(?<expression>\$\{.*?\}(?=\s*(?:$|["',\]}#])))`,
    String.raw`(?<string>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')`,
    String.raw`(?<atom>(?<![\w.-])(?:true|false|null|-?\d+(?:\.\d+)?)(?![\w.-]))`,
  ].join("|"),
  "g",
);

function coloured(line) {
  const row = document.createElement("div");
  let end = 0;
  for (const match of line.length > LONGEST_LINE ? [] : line.matchAll(TOKEN)) {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    const part = document.createElement("span");
    part.className = `hl-${kind}`;
    part.textContent = match[0];
    row.append(line.slice(end, match.index), part);
    end = match.index + match[0].length;
  }
  // An empty line is as high as the others.
  row.append(line.slice(end) || (end ? "" : "\u200b"));
  return row;
}

class Editor {
  constructor(host) {
    this.host = host;
    this.text = host.querySelector("textarea");
    this.gutter = host.querySelector(".editor-gutter");
    this.numbers = document.createElement("div");
    this.gutter.replaceChildren(this.numbers);
    this.tabLeaves = false;
    if ("colours" in host.dataset) this.layColours();
    this.text.addEventListener("input", () => this.read());
    this.text.addEventListener("scroll", () => this.draw());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("focus", () => (this.tabLeaves = false));
    new ResizeObserver(() => this.draw()).observe(this.text);
    // A form that is reset, or a text that a script has put there.
    this.text.form?.addEventListener("reset", () => queueMicrotask(() => this.read()));
    this.text.addEventListener("text-replaced", () => this.read());
    this.readMarks();
    if (host.dataset.openAt) requestAnimationFrame(() => this.goTo(Number(host.dataset.openAt)));
  }

  // The coloured text lies behind that of the textarea, which becomes invisible but for its caret.
  layColours() {
    const paper = document.createElement("div");
    paper.className = "editor-paper";
    this.colours = document.createElement("pre");
    this.colours.className = "editor-colours";
    this.colours.setAttribute("aria-hidden", "true");
    this.sheet = document.createElement("div");
    this.colours.append(this.sheet);
    this.text.replaceWith(paper);
    paper.append(this.colours, this.text);
    this.host.classList.add("is-coloured");
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
    this.read();
  }

  read() {
    this.lines = this.text.value.split("\n");
    this.draw();
  }

  draw() {
    const style = getComputedStyle(this.text);
    const height = parseFloat(style.lineHeight);
    const { scrollTop, scrollLeft, clientHeight, clientWidth, offsetHeight } = this.text;
    const first = Math.max(0, Math.floor(scrollTop / height) - BEYOND);
    const last = Math.min(this.lines.length, Math.ceil((scrollTop + clientHeight) / height) + BEYOND);
    const shift = first * height - scrollTop;
    if (this.colours) {
      this.colours.style.width = `${clientWidth}px`;
      this.colours.style.height = `${clientHeight}px`;
      this.sheet.style.transform = `translate(${-scrollLeft}px, ${shift}px)`;
      this.sheet.replaceChildren(...this.lines.slice(first, last).map(coloured));
    }
    this.gutter.style.height = `${offsetHeight}px`;
    this.gutter.style.minWidth = `calc(${String(this.lines.length).length}ch + 1.625rem + 3px)`;
    this.numbers.style.transform = `translateY(${shift}px)`;
    this.numbers.replaceChildren(...Array.from({ length: last - first }, (_, index) => this.number(first + index + 1)));
  }

  number(line) {
    const row = document.createElement("span");
    row.textContent = line;
    const level = this.marks.get(line);
    if (level) row.className = level === "error" ? "is-error" : "is-warning";
    return row;
  }

  key(event) {
    if (event.key === "Escape") {
      if (!this.tabLeaves) event.stopPropagation();
      this.tabLeaves = true;
    } else if (event.key === "Tab" && !this.tabLeaves && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      event.shiftKey ? this.outdent() : this.indent();
    } else if (event.key === "Enter" && !event.isComposing && !event.ctrlKey && !event.metaKey) {
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
    if (!document.execCommand("insertText", false, text)) {
      this.text.setRangeText(text, this.text.selectionStart, this.text.selectionEnd, "end");
      this.text.dispatchEvent(new Event("input", { bubbles: true }));
    }
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
    const wanted = Math.min(Math.max(1, number), this.lines.length);
    const start = this.lines.slice(0, wanted - 1).reduce((sum, line) => sum + line.length + 1, 0);
    this.text.focus({ preventScroll: true });
    this.text.setSelectionRange(start, start + this.lines[wanted - 1].length);
    const height = parseFloat(getComputedStyle(this.text).lineHeight);
    this.text.scrollTop = Math.max(0, (wanted - 6) * height);
    this.text.scrollLeft = 0;
    this.text.scrollIntoView({ block: "nearest" });
  }
}

const editors = new WeakMap();
const editorOn = (part) => editors.get((part.closest(".stack, .editor-columns, main") ?? document).querySelector("[data-editor]")) ?? editors.get(document.querySelector("[data-editor]"));

function start() {
  for (const host of document.querySelectorAll("[data-editor]")) {
    if (editors.has(host)) editors.get(host).readMarks();
    else editors.set(host, new Editor(host));
  }
}

document.addEventListener("htmx:afterSettle", start);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-go-to-line]");
  if (!link) return;
  const editor = editorOn(link);
  if (editor) {
    event.preventDefault();
    editor.goTo(Number(link.dataset.goToLine));
  } else if (showLine(Number(link.dataset.goToLine))) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-go-to]");
  if (!field || event.key !== "Enter") return;
  event.preventDefault();
  if (field.value) editorOn(field)?.goTo(Number(field.value));
});

// ---- the same for a text that is only read ----

function showLine(number) {
  const line = document.querySelector(`.source-read .code-line[data-number="${Number(number)}"]`);
  line?.scrollIntoView({ block: "center" });
  return Boolean(line);
}

const asked = document.querySelector("[data-source-line]")?.dataset.sourceLine;
if (asked) showLine(asked);
start();
