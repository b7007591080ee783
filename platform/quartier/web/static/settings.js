// The company's settings in the Cockpit. Everything here only makes quicker what the forms do without a script.

// The reader stands at a refusal once; what is shown anew while typing must not call them back to it.
document.querySelector("[data-focus]")?.removeAttribute("data-focus");

// --- A colour: the picker and the six digits beside it are one field ---

const SIX_DIGITS = /^#?([0-9a-f]{6})$/i;
const THREE_DIGITS = /^#?([0-9a-f])([0-9a-f])([0-9a-f])$/i;

function fullColour(text) {
  const written = text.trim();
  const six = SIX_DIGITS.exec(written);
  if (six) return `#${six[1].toLowerCase()}`;
  const three = THREE_DIGITS.exec(written);
  return three && `#${three.slice(1).map((digit) => digit + digit).join("").toLowerCase()}`;
}

document.addEventListener("input", ({ target }) => {
  if (target.dataset.picks) {
    document.getElementById(target.dataset.picks).value = target.value.toUpperCase();
    return;
  }
  const picker = target.id && document.querySelector(`[data-picks="${target.id}"]`);
  const colour = picker && fullColour(target.value);
  if (colour) picker.value = colour;
});

// --- A long list of choices, narrowed while typing; what is chosen stays in sight ---

const folded = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

function narrow(field) {
  const list = document.getElementById(field.dataset.filter);
  const wanted = folded(field.value).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const choice of list.querySelectorAll("[data-words]")) {
    const words = folded(choice.dataset.words);
    const fits = wanted.every((word) => words.includes(word));
    choice.hidden = !fits && !choice.querySelector("input").checked;
    found += fits;
  }
  document.querySelector(`[data-filter-none="${list.id}"]`).hidden = found > 0;
}

document.addEventListener("input", ({ target }) => target.dataset.filter && narrow(target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.dataset.filter) event.preventDefault();   // would send the form
});

// --- An order: rows are dragged by their handle; the form that holds them is sent when one is let go ---

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-drag]");
  const form = handle && handle.closest("[data-order]");
  if (!form || event.button !== 0) return;
  const row = handle.closest("li"), list = row.parentElement;
  const places = () => [...list.children].map((one) => one.querySelector("[name=order]").value).join();
  const start = places(), moving = new AbortController();
  event.preventDefault();
  row.dataset.dragged = "";

  const move = ({ clientY }) => {
    const others = [...list.children].filter((one) => one !== row);
    const next = others.find((one) => {
      const { top, height } = one.getBoundingClientRect();
      return clientY < top + height / 2;
    });
    if (next !== (row.nextElementSibling ?? undefined)) list.insertBefore(row, next ?? null);
  };
  const stop = () => {
    moving.abort();
    delete row.dataset.dragged;
    if (places() !== start) form.requestSubmit();
  };
  // On the document: a row that changes its place in the page lets go of a captured pointer.
  document.addEventListener("pointermove", move, { signal: moving.signal });
  document.addEventListener("pointerup", stop, { signal: moving.signal });
  document.addEventListener("pointercancel", stop, { signal: moving.signal });
});
