// Files of a form: sent while the rest is filled in, each with its progress. Without this file they come with the form.

const AT_ONCE = 3, SOON = 1000, LATER = 8000;

function upload(field) {
  const { files: purpose, name, most, largest, tooLarge, tooMany, failed, waiting } = field.dataset;
  const list = field.querySelector("[data-files-list]"), blank = field.querySelector("template");
  const chooser = field.querySelector(`[name="${name}.new"]`), camera = field.querySelector("[data-files-camera]");
  const said = field.querySelector("[data-files-said]"), drop = field.querySelector("[data-files-drop]");
  const form = field.closest("form"), line = [];
  let running = 0, pause = SOON, timer = 0;

  const rows = () => [...list.children];
  const part = (row, selector) => row.querySelector(selector);
  const title = (row) => part(row, ".file-name").textContent;

  function say(row, text, wrong = false) {
    const words = part(row, "[data-said]");
    words.textContent = text;
    words.classList.toggle("error", wrong);
    words.classList.toggle("muted", !wrong);
    if (wrong) said.textContent = `${title(row)}: ${text}`;
  }

  function ends() {
    rows().forEach((row, index, all) => {
      part(row, "[data-move=up]").hidden = part(row, "[data-move=down]").hidden = all.length < 2;
      part(row, "[data-move=up]").disabled = index === 0;
      part(row, "[data-move=down]").disabled = index === all.length - 1;
    });
  }

  function ready(row) {
    part(row, ".file-tools").hidden = false;
    part(row, ".file-tick")?.remove();
  }

  function add(files) {
    for (const file of files) {
      if (rows().length >= most) { said.textContent = tooMany; note(tooMany); return; }
      const row = blank.content.firstElementChild.cloneNode(true);
      part(row, ".file-name").textContent = file.name;
      list.append(row);
      ready(row);
      if (file.size > largest) { part(row, "progress").remove(); say(row, tooLarge, true); continue; }
      line.push([row, file]);
    }
    ends();
    next();
  }

  function note(text) {
    const row = blank.content.firstElementChild.cloneNode(true);
    row.replaceChildren(Object.assign(document.createElement("span"), { className: "error small", textContent: text }));
    list.querySelector("[data-note]")?.remove();
    row.dataset.note = "";
    list.after(row);
    setTimeout(() => row.remove(), LATER);
  }

  function next() {
    while (running < AT_ONCE && line.length) send(...line.shift());
    busy();
  }

  // While bytes are on their way the form waits for them, and says so.
  function busy() {
    form.querySelectorAll("[type=submit], button:not([type])").forEach((button) => {
      button.toggleAttribute("aria-disabled", running > 0);
    });
  }

  function send(row, file) {
    const request = new XMLHttpRequest(), body = new FormData(), bar = part(row, "progress");
    body.append("form_token", form.elements.form_token?.value ?? "");
    body.append("purpose", purpose);
    body.append("file", file);
    running += 1;
    row.cancel = () => request.abort();
    bar.setAttribute("aria-label", file.name);
    request.upload.addEventListener("progress", ({ loaded, total }) => { bar.value = (100 * loaded) / total; });
    request.addEventListener("loadend", () => {
      running -= 1;
      bar.remove();
      taken(row, request);
      next();
    });
    request.open("POST", "/files");
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.send(body);
  }

  function taken(row, { status, response }) {
    if (!row.isConnected) return;
    if (status !== 201 || !response?.id) {
      say(row, response?.message ?? response?.detail ?? failed, true);
      return;
    }
    const id = part(row, `[name="${name}"]`), alt = part(row, ".file-alt");
    id.value = response.id;
    id.disabled = false;
    alt.name = `${name}.alt.${response.id}`;
    alt.setAttribute("aria-label", `${alt.getAttribute("aria-label")}: ${response.name}`);
    row.dataset.state = "waiting";
    show(row, response);
    pause = SOON;
    wait();
  }

  function show(row, found) {
    part(row, ".file-name").textContent = found.name;
    if (found.state === "waiting") { say(row, waiting); return; }
    delete row.dataset.state;
    say(row, found.message, found.state !== "ready");
    const insert = part(row, "[data-insert]");
    if (insert) insert.hidden = found.state !== "ready";
    if (!found.thumb) return;
    part(row, ".file-look").replaceChildren(Object.assign(new Image(), { src: found.thumb, alt: "" }));
    Object.assign(part(row, ".file-alt"), { hidden: false, disabled: false });
    said.textContent = title(row);
  }

  function wait() {
    clearTimeout(timer);
    if (list.querySelector("[data-state=waiting]")) timer = setTimeout(ask, pause);
    pause = Math.min(LATER, pause * 1.5);
  }

  async function ask() {
    const answer = await fetch("/files/states", { headers: { Accept: "application/json" } }).catch(() => null);
    const found = new Map(answer?.ok ? (await answer.json()).map((one) => [one.id, one]) : []);
    for (const row of list.querySelectorAll("[data-state=waiting]")) {
      const one = found.get(part(row, `[name="${name}"]`).value);
      if (one) show(row, one);
    }
    wait();
  }

  list.addEventListener("click", ({ target }) => {
    const row = target.closest("li"), move = target.closest("[data-move]");
    if (move) {
      const up = move.dataset.move === "up", other = up ? row.previousElementSibling : row.nextElementSibling;
      other?.[up ? "before" : "after"](row);
      ends();
      (move.disabled ? part(row, "[data-move]:not([disabled])") : move)?.focus();
    } else if (target.closest("[data-remove]")) {
      row.cancel?.();
      const beside = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      ends();
      (beside ? part(beside, "[data-remove]") : chooser).focus();
    }
  });

  for (const input of [chooser, camera]) {
    input?.addEventListener("change", () => { add([...input.files]); input.value = ""; });
  }
  for (const kind of ["dragover", "dragleave", "drop"]) {
    field.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      drop.toggleAttribute("data-over", kind === "dragover");
      if (kind === "drop") add([...event.dataTransfer.files]);
    });
  }
  form.addEventListener("submit", (event) => {
    if (!running && !line.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    said.textContent = waiting;
  }, { capture: true });

  rows().forEach(ready);
  ends();
  field.querySelector("[data-files-hint]").hidden = !matchMedia("(pointer: fine)").matches;
  if (camera) camera.parentElement.hidden = !matchMedia("(pointer: coarse)").matches;
  wait();
}

const begin = () => document.querySelectorAll("[data-files]:not([data-begun])").forEach((field) => {
  field.dataset.begun = "";
  upload(field);
});
begin();
document.addEventListener("htmx:after:swap", begin);
