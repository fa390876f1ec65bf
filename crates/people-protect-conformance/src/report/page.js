const filters = [...document.querySelectorAll("[data-filter]")];
const cases = [...document.querySelectorAll(".case")];
function show() {
  let shown = 0;
  for (const one of cases) {
    const fits = filters.every((filter) => {
      const of = (one.dataset[filter.dataset.filter] || "").split("|");
      return !filter.value || of.includes(filter.value);
    });
    one.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  document.getElementById("shown").textContent = shown + " of " + cases.length;
}
for (const filter of filters) filter.addEventListener("change", show);
// On paper there is nothing to open.
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details.case, details.probe")) one.open = true;
});
show();
