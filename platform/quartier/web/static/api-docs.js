// Shows the company's API document in the browser. The page holds a plain list until this has run.
const place = document.getElementById("api");
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function followColours() {
  root.classList.toggle("dark-mode", root.dataset.mode ? root.dataset.mode === "dark" : dark.matches);
}

followColours();
dark.addEventListener("change", followColours);

SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  docExpansion: "list",
  persistAuthorization: false,
  validatorUrl: null,
});
