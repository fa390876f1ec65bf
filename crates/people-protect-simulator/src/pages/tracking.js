// Keeps the tracking page up to date, says so when it cannot, and sends its forms without leaving
// it. Without this script the page loads itself again, and the forms are plain ones.
"use strict";
(() => {
  const root = document.getElementById("tracking");
  if (!root) return;
  const find = (id) => document.getElementById(id);

  // ---- Times in the reader's own zone.
  const day = (at) => at.toDateString();
  const raised = day(new Date(root.dataset.raised));
  const localise = (within) => {
    for (const time of within.querySelectorAll("time[data-local]")) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      time.title = time.textContent.trim();
      // The day is said once, where the callout was raised.
      const known = day(at) === raised && !time.closest("[data-stage=created]");
      const style = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
      time.textContent = at.toLocaleString([], known ? style : { day: "numeric", month: "short", ...style });
      time.removeAttribute("data-local");
    }
  };

  // ---- The responder between two pieces of news. The same speed as on the server.
  const SPEED = 10;
  const LAST = 40;
  let since = performance.now();
  let slowly = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const distance = (m) =>
    m >= 1000 ? `${(m / 1000).toFixed(1)} km` : m >= 100 ? `${Math.round(m / 10) * 10} m` : `${Math.round(m)} m`;
  const soon = (m) => {
    if (m <= LAST) return "any moment";
    const minutes = Math.ceil(m / SPEED / 60);
    return minutes <= 1 ? "in less than a minute" : `in about ${minutes} minutes`;
  };
  const say = (id, text) => {
    const element = find(id);
    if (element && element.textContent !== text) element.textContent = text;
  };
  const drive = () => {
    const estimate = find("estimate");
    if (!estimate || !("moving" in estimate.dataset)) return;
    const gone = ((performance.now() - since) / 1000) * SPEED;
    const left = Math.max(LAST, Number(estimate.dataset.leftM) - gone);
    say("distance", distance(left));
    say("eta", soon(left));
    const way = find("map-way");
    const responder = find("map-responder");
    if (!way || !responder) return;
    const ahead = left * Number(way.dataset.unitsPerM);
    const point = way.getPointAtLength(Math.max(0, way.getTotalLength() - ahead));
    responder.setAttribute("transform", `translate(${point.x.toFixed(1)} ${point.y.toFixed(1)})`);
    find("map").setAttribute("aria-label", `Map: the responder is ${distance(left)} from the customer, by road.`);
  };
  setInterval(drive, slowly ? 5000 : 1000);

  // ---- News.
  const place = (part) => {
    const element = find(part.id);
    if (!element || element.dataset.version === part.version) return;
    element.dataset.version = part.version;
    const held = element.contains(document.activeElement);
    const fresh = document.createElement("template");
    // Made by the server like the page itself, with everything escaped.
    fresh.innerHTML = part.html;
    localise(fresh.content);
    if (part.id === "messages") {
      // Only what is new, so that a screen reader hears only that. A line is known by all of it: a
      // simulator that began anew gives the same numbers again.
      const list = element.querySelector("ol");
      const news = new Map([...fresh.content.querySelectorAll("li")].map((line) => [line.outerHTML, line]));
      for (const line of [...list.children]) {
        if (!news.delete(line.outerHTML)) line.remove();
      }
      list.append(...news.values());
      find("no-messages")?.remove();
      if (list.children.length === 0) element.append(...fresh.content.querySelectorAll("#no-messages"));
      return;
    }
    element.replaceChildren(fresh.content);
    if (held) find("status").focus();
  };
  const show = (view) => {
    since = performance.now();
    document.title = view.title;
    root.querySelector(".hero").dataset.shown = view.shown;
    view.parts.forEach(place);
    drive();
  };

  // ---- The connection.
  const SILENCE = 25000;
  let source = null;
  let again = null;
  let wait = 1000;
  let heard = performance.now();
  let heardAt = new Date();
  let over = false;

  const tell = (id) => {
    const box = find("connection");
    if (box.dataset.told === id) return;
    box.dataset.told = id;
    const text = id ? find(id).content.cloneNode(true) : "";
    const since = id && text.querySelector(".since");
    if (since) since.textContent = heardAt.toLocaleTimeString([], { hourCycle: "h23" });
    box.replaceChildren(text);
  };
  const hear = () => {
    heard = performance.now();
    heardAt = new Date();
    wait = 1000;
    tell("");
  };
  const stop = () => {
    clearTimeout(again);
    again = null;
    source?.close();
    source = null;
  };
  const lost = () => {
    stop();
    if (over) return;
    tell("lost");
    again = setTimeout(connect, wait);
    wait = Math.min(wait * 2, 10000);
  };
  function connect() {
    stop();
    if (over) return;
    heard = performance.now();
    source = new EventSource(root.dataset.follow);
    source.addEventListener("view", (event) => {
      hear();
      show(JSON.parse(event.data));
    });
    source.addEventListener("alive", hear);
    source.addEventListener("gone", end);
    source.addEventListener("error", (event) => {
      const refused = event.target.readyState === EventSource.CLOSED;
      lost();
      if (refused) ask();
    });
  }
  const end = () => {
    over = true;
    stop();
    tell("gone");
  };
  // A stream that is refused does not say why: it may be one too many, or its callout gone.
  const ask = async () => {
    const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
    if (answer?.status === 403) end();
  };
  setInterval(() => {
    if (source && performance.now() - heard > SILENCE) lost();
  }, 5000);
  addEventListener("offline", lost);
  addEventListener("online", connect);
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => event.persisted && connect());
  // A page that nobody sees gives up its connection and catches up when it is seen again.
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : connect()));

  // ---- The forms.
  root.addEventListener("submit", async (event) => {
    const form = event.target;
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.disabled) return;
    const error = form.querySelector("[role=alert]");
    const refuse = (text) => {
      const line = document.createElement("p");
      line.className = "error";
      line.textContent = text;
      error.replaceChildren(line);
    };
    button.disabled = true;
    error.replaceChildren();
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "text/plain" },
        body: new URLSearchParams(new FormData(form)),
        // On a line that is silent no answer would ever come.
        signal: AbortSignal.timeout(10000),
      });
      if (answer.ok) {
        form.reset();
        if (!source && !over) connect();
      } else if (answer.status === 403) {
        end();
      } else {
        refuse(await answer.text());
      }
    } catch {
      refuse(find("unsent").content.textContent);
    }
    button.disabled = false;
  });

  localise(document);
  drive();
  connect();
})();
