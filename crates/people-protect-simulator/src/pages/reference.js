// Draws the document that the page names, with its servers as this page reached them: the simulator
// may be known under several names, and a page may only call its own.
(async () => {
  const place = document.getElementById("reference");
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
    });
  } catch (error) {
    place.textContent = `The document did not load (${error.message}). Is the simulator still running? Then load this page again.`;
  }
})();
