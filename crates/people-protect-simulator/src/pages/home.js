// The front page: requests as they come, active callouts, clock, switches and rules.
"use strict";

(() => {
  const { act, ask, at, keep, make, say } = desk;
  const part = (id) => document.getElementById(id);

  /** As many as are listed; the simulator keeps more. */
  const LISTED = 200;
  let requests = [];

  function wanted(request) {
    if (part("refused").checked && request.status < 300) return false;
    const words = part("filter").value.trim().toLowerCase();
    if (!words) return true;
    const text = [request.method, request.operation || "no operation", request.status, request.rule || "", ...request.rules];
    return text.join(" ").toLowerCase().includes(words);
  }

  function buildRequest(request) {
    const rules = request.rules.filter((rule) => rule !== request.rule).join(" ");
    const cell = (label, ...children) => make("td", { "data-label": label }, ...children);
    const reason = request.rule ? [make("span", { class: "reason" }, request.rule), " "] : [];
    const refused = request.status >= 300;
    return make(
      "tr",
      { class: refused ? "refused" : "", "data-number": request.number },
      make("th", { scope: "row" }, String(request.number)),
      cell("Time", at(request.at, request.at)),
      cell("Method", request.method),
      cell("Operation", request.operation ? make("code", {}, request.operation) : "no such route"),
      cell("Status", String(request.status)),
      cell("Rules", ...reason, rules),
    );
  }

  function showRequests() {
    const found = requests.filter(wanted);
    const listed = found.slice(-LISTED).reverse();
    keep(part("request-rows"), listed, (request) => request.number + request.at, buildRequest, () => {});
    part("requests").hidden = !listed.length;
    part("no-requests").hidden = Boolean(listed.length);
    say(part("no-requests"), requests.length ? "No request fits the filter." : "No request yet.");
    say(part("requests-count"), requests.length ? listed.length + " of the latest " + requests.length + " shown" : "");
  }

  async function lookAtRequests() {
    const last = requests.length ? requests[requests.length - 1].number : 0;
    // One more than is new: if the last known one is another by now, the simulator was reset.
    const answer = await ask("/requests?after=" + Math.max(last - 1, 0));
    const known = requests[requests.length - 1];
    const same = !known || (answer.requests[0] && answer.requests[0].number === last && answer.requests[0].at === known.at && answer.requests[0].operation === known.operation);
    if (same) requests = requests.concat(known ? answer.requests.slice(1) : answer.requests);
    else requests = (await ask("/requests")).requests;
    requests = requests.slice(-1000);
    showRequests();
  }

  function showCallouts(answer) {
    part("none").hidden = answer.callouts.length > 0;
    keep(
      part("open"),
      answer.callouts,
      (callout) => callout.id,
      (callout) =>
        make(
          "li",
          { "data-callout": callout.id },
          make("strong", {}, "Callout " + callout.id),
          " ",
          make("span", {}),
          make("br"),
          make("a", { href: callout.tracking }, "Tracking page", make("span", { class: "unseen" }, " of callout " + callout.id)),
          " · ",
          make("a", { href: "/responder?callout=" + callout.id }, "Responder Simulator", make("span", { class: "unseen" }, " with callout " + callout.id)),
        ),
      (item, callout) => say(item.children[1], (callout.customer ? callout.customer.name + " " + callout.customer.surname + ", " : "") + callout.status),
    );
  }

  function control(item) {
    const id = "switch-" + item.name;
    const send = (event) => act(() => ask("/switches", "POST", { [item.name]: event.target.value }));
    const choices = item.values === "on_off" ? ["on", "off"] : item.values.one_of;
    if (choices) return make("select", { id, change: send }, ...choices.map((choice) => make("option", { value: choice }, choice)));
    const [min, max] = item.values.number;
    return make("input", { id, type: "number", min, max, change: send });
  }

  function showSwitches(switches) {
    keep(
      part("switches"),
      switches,
      (item) => item.name,
      (item) =>
        make(
          "li",
          { class: "switch", "data-switch": item.name },
          make("label", { for: "switch-" + item.name }, item.name),
          control(item),
          make("p", { class: "hint" }, item.what + ". Grade " + item.grade + "; " + item.about.join(", ") + "; default " + item.default + "."),
        ),
      (row, item) => {
        row.classList.toggle("set", item.value !== item.default);
        const field = row.children[1];
        if (document.activeElement !== field) field.value = item.value;
      },
    );
  }

  function showRules(rules) {
    keep(
      part("rules"),
      rules,
      (rule) => rule.id,
      (rule) => {
        const box = make("input", { type: "checkbox", id: "rule-" + rule.id });
        box.addEventListener("change", () => act(() => ask("/rules/" + rule.id, "POST", { broken: box.checked })));
        const label = make("label", { for: "rule-" + rule.id }, "Break " + rule.id);
        return make("li", { class: "check", "data-rule": rule.id }, box, make("div", {}, label, make("p", { class: "hint" }, rule.effect)));
      },
      (row, rule) => (row.firstElementChild.checked = rule.broken),
    );
  }

  async function look() {
    const [callouts, settings, rules] = await Promise.all([ask("/callouts"), ask("/switches"), desk.showWarnings(), lookAtRequests()]);
    desk.showClock(callouts);
    showCallouts(callouts);
    showSwitches(settings.switches);
    showRules(rules);
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const example = part(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(example.textContent);
        say(button, "Copied");
      } catch {
        // Without leave to copy, the text is marked, and the keyboard copies it.
        getSelection().selectAllChildren(example);
        say(button, "Marked: copy it with the keyboard");
      }
      window.setTimeout(() => say(button, "Copy"), 3000);
    });
  }
  part("filter").addEventListener("input", showRequests);
  part("refused").addEventListener("change", showRequests);
  desk.clockButtons();
  desk.follow(look);
})();
