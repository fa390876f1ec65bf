// The Responder Simulator: several callouts at once, each stepped by hand or left to run.
"use strict";

(() => {
  const { act, ask, at, keep, make, say, usable } = desk;
  const part = (id) => document.getElementById(id);
  const SVG = "http://www.w3.org/2000/svg";

  /** The buttons of a step: what is sent, what stands on it, and when it can be used. */
  const steps = [
    ["owned", { stage: "owned" }, "Own", (c) => !c.ownedAt],
    ["automatic", { stage: "dispatched", how: "automatically" }, "Dispatch automatically", (c) => c.stage === "created"],
    ["by-hand", { stage: "dispatched", how: "by_hand" }, "Dispatch by hand", (c) => c.stage === "created"],
    ["arrived", { stage: "arrived" }, "Arrive", (c) => ["created", "dispatched"].includes(c.stage)],
    ["completed", { stage: "completed" }, "Complete", (c) => ["created", "dispatched", "arrived"].includes(c.stage)],
    ["stood-down", { stage: "stood_down" }, "Stand down", (c) => ["dispatched", "arrived"].includes(c.stage)],
    ["closed", { stage: "closed" }, "Close", (c) => c.active],
  ];
  const natural = { created: "automatic", dispatched: "arrived", arrived: "completed", completed: "closed" };

  let chosen = Number(new URLSearchParams(location.search).get("callout")) || null;
  let shown = [];

  const step = (id, body) => act(() => ask("/callouts/" + id + "/stage", "POST", body));
  const run = (id, speed) => act(() => ask("/callouts/" + id + "/run", "POST", { speed: Number(speed) }));
  const stop = (id) => act(() => ask("/callouts/" + id + "/run", "DELETE"));

  function who(callout) {
    if (callout.customer) return callout.customer.name + " " + callout.customer.surname;
    return callout.predefinedLocationId ? "Location " + callout.predefinedLocationId : "Nobody named";
  }

  function choose(id) {
    chosen = id;
    const address = new URL(location);
    address.searchParams.set("callout", id);
    history.replaceState(null, "", address);
  }

  /** A control for running: speed and one button that starts and stops. */
  function runControl(id, name) {
    const speed = part("speed").cloneNode(true);
    speed.removeAttribute("id");
    speed.setAttribute("aria-label", "Speed of callout " + name);
    const button = make("button", { type: "button", "data-do": "run", class: "small" });
    button.addEventListener("click", () => (button.dataset.running ? stop(id()) : run(id(), speed.value)));
    speed.addEventListener("change", () => button.dataset.running && run(id(), speed.value));
    return { speed, button };
  }

  function updateRun(speed, button, callout) {
    const running = Boolean(callout.run);
    if (running) button.dataset.running = "true";
    else delete button.dataset.running;
    say(button, running ? "Stop" : "Run");
    button.setAttribute("aria-label", (running ? "Stop" : "Run") + " callout " + callout.id);
    usable(button, callout.active);
    if (running && document.activeElement !== speed) {
      const known = [...speed.options].find((option) => Number(option.value) === callout.run.speed);
      if (known) speed.value = known.value;
    }
  }

  function buildRow(callout) {
    const id = callout.id;
    const open = make("button", { type: "button", class: "small", "data-do": "open", "aria-label": "Open callout " + id }, String(id));
    open.addEventListener("click", () => {
      choose(id);
      act(async () => {
        await look();
        part("detail-title").focus();
      });
    });
    const next = make("button", { type: "button", class: "small primary", "data-do": "next" });
    next.addEventListener("click", () => {
      const wanted = steps.find(([name]) => name === next.dataset.step);
      if (wanted) step(id, wanted[1]);
    });
    const { speed, button } = runControl(() => id, id);
    const controls = make("div", { class: "row" }, next, speed, button);
    return make(
      "tr",
      { "data-callout": id },
      make("th", { scope: "row" }, open),
      make("td", { "data-label": "For" }),
      make("td", { "data-label": "Stage" }),
      make("td", { "data-label": "Raised" }),
      make("td", { "data-label": "Steps" }, controls),
    );
  }

  function updateRow(row, callout, now) {
    row.classList.toggle("chosen", callout.id === chosen);
    const [, name, stage, since, controls] = row.children;
    say(name, who(callout));
    say(stage, callout.status + (callout.ownedAt && callout.stage === "created" ? " (owned)" : ""));
    say(since, at(callout.createdAt, now));
    const [next, speed, button] = controls.firstElementChild.children;
    const wanted = steps.find(([step]) => step === natural[callout.stage]);
    next.dataset.step = wanted ? wanted[0] : "";
    say(next, wanted ? wanted[2] : "");
    next.setAttribute("aria-label", (wanted ? wanted[2] : "") + ": callout " + callout.id);
    updateRun(speed, button, callout);
  }

  const detailRun = runControl(() => chosen, "that is open");
  part("run").append(detailRun.speed, detailRun.button);
  for (const [name, body, label] of steps) {
    const button = make("button", { type: "button", "data-do": name, class: name === "closed" ? "danger" : "" }, label);
    button.addEventListener("click", () => {
      if (!button.hasAttribute("aria-disabled")) step(chosen, body);
    });
    part("steps").append(button);
  }

  function timeline(callout) {
    const dispatched = callout.dispatchedBy === "by_hand" ? "Dispatched by hand" : "Dispatched automatically";
    return [
      ["Raised", callout.createdAt],
      ["Owned", callout.ownedAt],
      ["Stood down", callout.stoodDownAt],
      [callout.dispatchedAt ? dispatched : "Dispatched", callout.dispatchedAt],
      ["Arrived", callout.arrivedAt],
      ["Completed", callout.completedAt],
      [callout.stage === "cancelled" ? "Cancelled" : "Closed", callout.endedAt],
    ]
      .filter(([title, time]) => time || (callout.active && title !== "Stood down"))
      .map(([title, time], order) => ({ title, time, order }))
      .sort((one, other) => (one.time || "9").localeCompare(other.time || "9") || one.order - other.order);
  }

  function showDetail(callout, now) {
    part("detail").hidden = !callout;
    part("nothing-open").hidden = Boolean(callout);
    if (!callout) return;
    say(part("detail-title"), "Callout " + callout.id);
    say(part("detail-status"), callout.status);
    part("detail").dataset.stage = callout.stage;
    say(part("detail-for"), who(callout));
    say(part("detail-mobile"), callout.customer ? callout.customer.mobile : "not known");
    say(part("detail-source"), callout.source || "");
    const place = callout.position;
    const accuracy = place.accuracy === null ? "" : ", within " + place.accuracy + " m";
    const updates = place.updates === 1 ? ", moved once" : place.updates ? ", moved " + place.updates + " times" : "";
    say(part("detail-position"), place.latitude + ", " + place.longitude + accuracy + updates);
    part("detail-tracking").href = callout.tracking;
    part("detail-duress").hidden = !callout.duressAt;
    const points = timeline(callout);
    const reached = points.filter((point) => point.time).length;
    points.forEach((point, index) => (point.place = index));
    keep(part("detail-times"), points, (point) => point.title + (point.time || ""), () => make("li", {}, make("span"), make("time")), (item, point) => {
      item.className = point.place + 1 === reached ? "now" : point.time ? "done" : "";
      say(item.firstElementChild, point.title);
      say(item.lastElementChild, at(point.time, now));
    });
    for (const [name, , , can] of steps) {
      usable(part("steps").querySelector('[data-do="' + name + '"]'), callout.active && can(callout));
    }
    updateRun(detailRun.speed, detailRun.button, callout);
    const run = callout.run;
    say(part("run-next"), run ? "Next: " + run.next + " at " + at(run.due, now) : callout.active ? "Waits for you: it never goes on by itself." : "It has ended: nothing follows.");
    // After a reset the ids begin anew: an event is the same only if all of it is.
    keep(part("chat"), callout.events, (event) => [callout.id, event.id, event.at, event.source, event.event].join("|"), (event) => {
      const mine = event.source === "control room";
      return make("li", { class: mine ? "mine" : "" }, make("span", { class: "who" }, event.source + " " + at(event.at, now)), event.event);
    }, () => {});
    part("chat-empty").hidden = callout.events.length > 0;
  }

  function node(name, attributes, text) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  /** Puts all callouts onto one flat map: metres east and south of their middle. */
  function drawMap(callouts) {
    const map = part("map");
    const [width, height, edge] = [640, 400, 48];
    map.replaceChildren(node("rect", { width, height, class: "map-ground" }));
    if (!callouts.length) {
      map.append(node("text", { x: width / 2, y: height / 2, "text-anchor": "middle" }, "No callout is active"));
      map.setAttribute("aria-label", "Map: no callout is active");
      return;
    }
    const latitudes = callouts.map((callout) => callout.position.latitude);
    const middle = (Math.min(...latitudes) + Math.max(...latitudes)) / 2;
    const east = 111320 * Math.max(Math.cos((middle * Math.PI) / 180), 0.01);
    const places = callouts.map((callout) => ({
      callout,
      x: callout.position.longitude * east,
      y: -callout.position.latitude * 110574,
    }));
    const span = (list) => [Math.min(...list), Math.max(...list)];
    const [left, right] = span(places.map((place) => place.x));
    const [top, bottom] = span(places.map((place) => place.y));
    const scale = Math.min((width - 2 * edge) / Math.max(right - left, 600), (height - 2 * edge) / Math.max(bottom - top, 400));
    const x = (place) => width / 2 + (place.x - (left + right) / 2) * scale;
    const y = (place) => height / 2 + (place.y - (top + bottom) / 2) * scale;
    // A grid of round lengths, so that the eye has a measure.
    const wanted = 110 / scale;
    const power = 10 ** Math.floor(Math.log10(wanted));
    const length = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= wanted) || wanted;
    for (let line = width / 2 % (length * scale); line < width; line += length * scale) {
      map.append(node("path", { d: "M" + line + " 0V" + height, class: "map-grid" }));
    }
    for (let line = height / 2 % (length * scale); line < height; line += length * scale) {
      map.append(node("path", { d: "M0 " + line + "H" + width, class: "map-grid" }));
    }
    for (const place of [...places].sort((one, other) => (one.callout.id === chosen) - (other.callout.id === chosen))) {
      const { callout } = place;
      const group = node("g", { "data-callout": callout.id, "data-stage": callout.stage, class: callout.id === chosen ? "chosen" : "" });
      if (callout.position.accuracy) {
        group.append(node("circle", { cx: x(place), cy: y(place), r: Math.min(callout.position.accuracy * scale, width), class: "map-accuracy" }));
      }
      group.append(node("circle", { cx: x(place), cy: y(place), r: callout.id === chosen ? 10 : 7, class: "map-place" }));
      // On a phone the letters are larger within the map: twelve units each leave room for both.
      const right = x(place) + 14 + 12 * (callout.status.length + 7) > width;
      group.append(node("text", { x: x(place) + (right ? -14 : 14), y: y(place) + 5, "text-anchor": right ? "end" : "start" }, callout.id + " " + callout.status));
      map.append(group);
    }
    const label = length >= 1000 ? length / 1000 + " km" : length + " m";
    map.append(
      node("path", { d: "M16 " + (height - 16) + "v-6m0 6h" + length * scale + "m0 0v-6", class: "map-scale" }),
      node("text", { x: 22, y: height - 24 }, label),
    );
    map.setAttribute("aria-label", "Map of " + callouts.length + (callouts.length === 1 ? " callout" : " callouts") + "; the table lists them");
  }

  function showHooks(switches) {
    const hooks = switches.find((item) => item.name === "portal-webhooks");
    part("hooks-part").hidden = !hooks;
    if (!hooks) return;
    part("hooks").checked = hooks.value === "on";
    say(part("hooks-say"), hooks.value === "on" ? "On: every step is delivered to the registered webhooks." : "Off, as on AURA's staging: a step shows in answers only (R37).");
  }

  async function look() {
    const [listed, one, settings] = await Promise.all([
      ask("/callouts"),
      chosen ? ask("/callouts/" + chosen).catch((error) => ({ error })) : null,
      ask("/switches"),
      desk.showWarnings(),
    ]);
    shown = listed.callouts;
    desk.showClock(listed);
    const more = listed.active > shown.length ? ", the newest " + shown.length + " are listed" : "";
    say(part("count"), listed.active === 1 ? "1 active callout" : listed.active + " active callouts" + more);
    part("none").hidden = shown.length > 0;
    part("callouts").hidden = shown.length === 0;
    keep(part("rows"), shown, (callout) => callout.id, buildRow, (row, callout) => updateRow(row, callout, listed.now));
    keep(part("known"), shown, (callout) => callout.id, (callout) => make("option", { value: callout.id }), (option, callout) => say(option, who(callout)));
    if (one && one.error) chosen = null;
    showDetail(one && !one.error ? one : null, listed.now);
    const ended = one && !one.error && !one.active ? [one] : [];
    drawMap(shown.concat(ended));
    showHooks(settings.switches);
  }

  part("choose").addEventListener("submit", (event) => {
    event.preventDefault();
    const id = Number(part("callout-id").value.trim());
    act(async () => {
      if (!Number.isSafeInteger(id) || id <= 0) throw new Error("Enter the id of a callout: a whole number such as 992011.");
      await ask("/callouts/" + id);
      choose(id);
      await look();
      part("detail-title").focus();
    });
  });

  part("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const line = part("line");
    act(async () => {
      await ask("/callouts/" + chosen + "/events", "POST", { event: line.value });
      line.value = "";
    });
  });

  part("hooks").addEventListener("change", () => {
    act(() => ask("/switches", "POST", { "portal-webhooks": part("hooks").checked ? "on" : "off" }));
  });

  part("run-all").addEventListener("click", () => {
    const speed = Number(part("speed").value);
    act(() => Promise.all(shown.filter((callout) => !callout.run).map((callout) => ask("/callouts/" + callout.id + "/run", "POST", { speed }))));
  });
  part("stop-all").addEventListener("click", () => {
    act(() => Promise.all(shown.filter((callout) => callout.run).map((callout) => ask("/callouts/" + callout.id + "/run", "DELETE"))));
  });

  desk.clockButtons();
  desk.follow(look);
})();
