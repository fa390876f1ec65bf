// Draws the document that the page names, with its servers as this page reached them: the simulator
// may be known under several names, and a page may only call its own.
(async () => {
  const place = document.getElementById("reference");

  // The renderer has a dark look too, but does not ask for it.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const shade = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", shade);
  shade();

  // It draws the path of an operation as a link within a button, where a screen reader finds only one
  // of the two. Opening the operation changes the address just as the link does.
  const paths = ({ React }) => ({
    wrapComponents: {
      DeepLink: () => ({ text }) => React.createElement("span", { className: "nostyle" }, text),
    },
  });

  // What it leaves without a name, or gives one that is not the visible text.
  const names = [
    ["select#servers", "Server"],
    ["textarea.body-param__text", "Request body"],
    [".close-modal", "Close"],
    [".auth-btn-wrapper .authorize", "Authorize"],
  ];
  const mend = () => {
    for (const [which, text] of names) {
      for (const element of place.querySelectorAll(which)) {
        if (element.getAttribute("aria-label") !== text) element.setAttribute("aria-label", text);
      }
    }
    for (const row of place.querySelectorAll("[data-param-name], [data-property-name]")) {
      const { paramName, propertyName } = row.dataset;
      for (const field of row.querySelectorAll("input:not([aria-label]), select:not([aria-label])")) {
        field.setAttribute("aria-label", paramName ?? propertyName);
      }
    }
    // An example that is wider than its place can be moved by keys.
    for (const example of place.querySelectorAll("pre.microlight:not([tabindex])")) example.tabIndex = 0;
  };
  new MutationObserver(mend).observe(place, { childList: true, subtree: true });

  try {
    const answer = await fetch(place.dataset.document);
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    const spec = await answer.json();
    const here = (node) => {
      for (const server of node.servers ?? []) server.url = new URL(server.url, location.origin).pathname;
    };
    here(spec);
    Object.values(spec.paths).forEach(here);
    SwaggerUIBundle({
      spec,
      domNode: place,
      deepLinking: true,
      docExpansion: "list",
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
      filter: true,
      showExtensions: true,
      validatorUrl: null,
      plugins: [paths],
    });
  } catch (error) {
    place.textContent = `The document did not load (${error.message}). Is the simulator still running? Then load this page again.`;
  }
})();
