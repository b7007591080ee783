// The writing desk of the Cockpit. Everything here only makes quicker what the forms do without a script.

const article = document.getElementById("article");

// --- Text: the toolbar and the keys write Markdown into the text that is open ---

const FORMATS = {
  bold: (text, words) => around(text, "**", "**", words),
  link: (text, words) => around(text, "[", "](https://)", words),
  heading: (text) => lines(text, () => "## "),
  bullets: (text) => lines(text, () => "- "),
  steps: (text) => lines(text, (number) => `${number}. `),
  callout: (text, words) => put(text, `\n> [!NOTE] ${words}\n> ${chosen(text) || "…"}\n`),
  image: () => document.getElementById("files-new").click(),
};

const chosen = (text) => text.value.slice(text.selectionStart, text.selectionEnd);

// The browser's own command keeps "undo" working in a text field; what it cannot do is done by hand.
function put(text, words) {
  text.focus();
  if (document.execCommand("insertText", false, words)) return;
  text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function around(text, before, after, words) {
  const inside = chosen(text) || words;
  put(text, before + inside + after);
  const end = text.selectionStart - after.length;
  text.setSelectionRange(end - inside.length, end);
}

function lines(text, sign) {
  const start = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  text.setSelectionRange(start, text.selectionEnd);
  put(text, chosen(text).split("\n").map((line, index) => sign(index + 1) + line).join("\n"));
}

function write(toolbar, button) {
  FORMATS[button.dataset.format](document.getElementById(toolbar.dataset.toolbar), button.dataset.words);
}

for (const toolbar of document.querySelectorAll("[data-toolbar]")) {
  const buttons = [...toolbar.querySelectorAll("button")];
  toolbar.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) write(toolbar, button);
  });
  toolbar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
  });
}

const openText = () => [...document.querySelectorAll(".lang-panel textarea")].find((text) => text.offsetParent);

// A picture stands in a paragraph of its own, a link to a document among words.
function insert(markdown) {
  const text = openText();
  if (!text) return;
  const before = text.value.slice(0, text.selectionStart).trimEnd() ? "\n\n" : "";
  put(text, markdown.startsWith("!") ? `${before}${markdown}\n\n` : markdown);
}

// A file that is not saved yet has no name of its own in texts; it is called by its id until then.
function naming(button) {
  const row = button.closest("li"), alt = row.querySelector(".file-alt"), name = row.querySelector(".file-name").textContent;
  const words = (alt?.value.trim() || name).replace(/[[\]\\]/g, "");
  return `${alt && !alt.hidden ? "!" : ""}[${words}](${button.dataset.insert || `files/${row.querySelector("input").value}`})`;
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-insert]");
  if (button) insert(naming(button));
});

// --- The whole form: keys, and a warning before words are lost ---

const LETTERS = { b: "bold", k: "link" };

function shortcut(event) {
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key === "s") {
    event.preventDefault();
    article.requestSubmit(article.querySelector("[data-save]") ?? undefined);
  } else if (command && LETTERS[event.key] && event.target.matches("textarea")) {
    event.preventDefault();
    const toolbar = document.querySelector(`[data-toolbar="${event.target.id}"]`);
    write(toolbar, toolbar.querySelector(`[data-format="${LETTERS[event.key]}"]`));
  } else if (event.altKey && /^[1-9]$/.test(event.key)) {
    const tab = article.querySelectorAll('input[name="language"]')[event.key - 1];
    if (tab) { event.preventDefault(); tab.click(); openText()?.focus(); }
  }
}

if (article) {
  let changed = "changed" in article.dataset;
  const notice = article.querySelector("[data-state]");
  const textChanged = ({ target }) => {
    if (["language", "place_query"].includes(target.name)) return;
    changed = true;
    if (notice) notice.textContent = article.dataset.unsaved;
  };
  article.addEventListener("input", textChanged);
  article.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  document.addEventListener("keydown", shortcut);
}

// --- Lists in order: the arrows without a new page, and rows that can be dragged ---

function ordered(list) {
  const said = list.parentElement.querySelector("[data-order-said]");
  const rows = () => [...list.children];
  const title = (row) => row.querySelector(".order-text > :first-child").textContent;

  function ends() {
    rows().forEach((row, index, all) => {
      const [up, down] = row.querySelectorAll("[name=step]");
      up.setAttribute("aria-disabled", index === 0);
      down.setAttribute("aria-disabled", index === all.length - 1);
    });
  }

  async function save(row) {
    const body = new URLSearchParams([["form_token", list.dataset.token], ...rows().map((one) => ["ids", one.dataset.id])]);
    const answer = await fetch(list.dataset.order, { method: "POST", body, redirect: "manual" }).catch(() => null);
    const done = answer && (answer.ok || answer.type === "opaqueredirect");
    said.classList.toggle("sr", Boolean(done));
    said.classList.toggle("error", !done);
    said.textContent = !done ? list.dataset.failed
      : list.dataset.moved.replace("{title}", title(row)).replace("{place}", rows().indexOf(row) + 1);
    ends();
  }

  list.addEventListener("submit", (event) => {
    event.preventDefault();
    const row = event.target.closest("li"), up = event.submitter.value === "up";
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    other[up ? "before" : "after"](row);
    event.submitter.focus();
    save(row);
  });

  // The list holds the pointer, not the row: a row that moves in the page would lose it.
  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".drag");
    if (!handle || event.button) return;
    event.preventDefault();
    const row = handle.closest("li"), began = rows().indexOf(row);
    list.setPointerCapture(event.pointerId);
    row.dataset.dragged = "";
    const middle = (one) => { const box = one.getBoundingClientRect(); return box.top + box.height / 2; };
    const move = ({ clientY }) => {
      const next = rows().find((one) => one !== row && clientY < middle(one)) ?? null;
      if (next !== row.nextElementSibling) list.insertBefore(row, next);
    };
    const drop = () => {
      delete row.dataset.dragged;
      list.removeEventListener("pointermove", move);
      if (rows().indexOf(row) !== began) save(row);
    };
    list.addEventListener("pointermove", move);
    list.addEventListener("lostpointercapture", drop, { once: true });
  });
}

document.querySelectorAll("[data-order]").forEach(ordered);
