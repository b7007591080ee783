// What makes pages quicker in the hand. Everything works without it; data attributes say what is wanted.
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (what) => document.querySelector(what);
  const near = (event, what) => event.target instanceof Element && event.target.closest(what);
  const on = (name, listener) => document.addEventListener(name, listener);
  root.classList.add("js");

  // The side navigation of a phone opens as a link does; here focus goes along, and Escape closes.
  const menu = one("[data-menu]");
  const isOpen = () => menu && location.hash === "#" + menu.dataset.menu;
  const follow = () => {
    menu.setAttribute("aria-expanded", isOpen());
    (isOpen() ? one("[data-menu-close]") : menu).focus();
  };
  if (menu) {
    menu.setAttribute("aria-expanded", isOpen());
    addEventListener("hashchange", follow);
  }

  // A form on its way is not sent twice; the back button frees it.
  const sending = new Set();
  const free = () => { sending.forEach((form) => form.removeAttribute("aria-busy")); sending.clear(); };
  addEventListener("pageshow", free);
  let dirty = false;
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [data-hx-post]")) return;
    if (sending.has(form)) return event.preventDefault();
    sending.add(form);
    form.setAttribute("aria-busy", "true");
    dirty = false;
    setTimeout(free, 20000);
  });
  on("input", (event) => { if (near(event, "[data-dirty-guard]")) dirty = true; });
  on("change", (event) => near(event, "form[data-auto-submit]")?.requestSubmit?.());

  on("click", (event) => {
    const copy = near(event, "[data-copy]");
    if (!copy || !navigator.clipboard) return;
    const source = copy.dataset.copy ? one(copy.dataset.copy) : copy;
    navigator.clipboard.writeText(source.value ?? source.textContent.trim()).then(() => {
      copy.dataset.done = "";
      setTimeout(() => delete copy.dataset.done, 2000);
    });
  });

  // A passkey: the device answers what the server asks, the form carries the answer. `near`: of this host.
  const key = { get: "parseRequestOptionsFromJSON", create: "parseCreationOptionsFromJSON" };
  if (globalThis.PublicKeyCredential?.[key.create] && navigator.credentials)
    document.querySelectorAll("[data-passkey-part], [data-passkey-missing]").forEach((part) => { part.hidden = !part.hidden; });
  on("click", async (event) => {
    const button = near(event, "[data-passkey]");
    if (!button || button.ariaBusy === "true") return;
    event.preventDefault();
    const form = button.form, { passkey: kind, options } = button.dataset;
    if (form.querySelector("[name=agree]:not(:checked)")) return form.requestSubmit(button);
    const lines = form.querySelectorAll("[data-passkey-failed], [data-passkey-known]");
    lines.forEach((line) => { line.hidden = true; });
    button.ariaBusy = "true";
    const ask = async (near) => {
      const asked = await fetch(options, { method: "POST", body: new URLSearchParams({ near, form_token: form.form_token?.value ?? "" }) });
      if (!asked.ok) return;
      const publicKey = PublicKeyCredential[key[kind]](await asked.json());
      form.passkey.value = JSON.stringify(await navigator.credentials[kind]({ publicKey }));
    };
    try {
      await ask("").catch((error) => { if (error.name !== "SecurityError") throw error; return ask(1); });
      form.requestSubmit(button);
    } catch (error) {
      lines[error.name === "InvalidStateError" ? lines.length - 1 : 0].hidden = false;
    } finally {
      button.ariaBusy = null;
    }
  });

  // "/" searches; "g" and then a letter goes to the menu's place that has it.
  let going = 0;
  on("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) return history.back();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    const field = event.key === "/" && one("[data-shortcut='/']");
    const place = event.key === "/"
      ? one("a[href='/search']")
      : Date.now() - going < 1200 && one(`[data-go="${CSS.escape(event.key)}"]`);
    going = event.key === "g" ? Date.now() : 0;
    if (!field && !place) return;
    event.preventDefault();
    field ? (field.focus(), field.select()) : place.click();
  });

  // After a refusal, to the summary.
  const refused = () => one("[data-focus]")?.focus();
  on("htmx:after:swap", refused);
  refused();

  one("[data-print]")?.addEventListener("click", () => print());

  // On the home screen.
  let install;
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    install = event;
    one("[data-install]")?.removeAttribute("hidden");
  });
  one("[data-install] button")?.addEventListener("click", () => install?.prompt());
  const worker = one("meta[name='quartier-worker']");
  if (worker) navigator.serviceWorker?.register(worker.content).catch(() => {});
})();
