// The print view: its button opens the browser's own dialog. Without a script the browser's menu does the same.
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
