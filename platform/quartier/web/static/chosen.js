// Files that are sent with their form: what was dropped or chosen is said where it was dropped.

for (const drop of document.querySelectorAll("[data-chosen]")) {
  const input = drop.querySelector("input"), said = drop.querySelector("[data-said]"), words = said.textContent;
  const say = () => {
    const names = [...input.files].map((file) => file.name);
    said.textContent = names.join(", ") || words;
    drop.toggleAttribute("data-over", names.length > 0);
  };
  input.addEventListener("change", say);
  input.addEventListener("dragenter", () => { drop.dataset.over = ""; });
  input.addEventListener("dragleave", say);
  say(); // a browser that comes back keeps what was chosen
}
