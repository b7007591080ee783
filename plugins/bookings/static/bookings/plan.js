// Keys for the staff calendar. All of it are links, so the page does without.
(() => {
  "use strict";
  const hint = document.querySelector("[data-plan-keys]");
  if (hint) hint.hidden = false;
  const through = (step) => {
    const links = [...document.querySelectorAll(".plan-a")];
    const next = links[links.indexOf(document.activeElement) + step] ?? links[step > 0 ? 0 : links.length - 1];
    next?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target.matches("input, textarea, select, [contenteditable], [role=region]")) return;
    const link = document.querySelector(`[data-plan="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      through(event.key === "ArrowDown" ? 1 : -1);
    }
  });
})();
