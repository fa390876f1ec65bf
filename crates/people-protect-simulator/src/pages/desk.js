// What the front page and the Responder Simulator share. Text from the simulator is put into the
// page as text only: nothing here makes HTML from it.
"use strict";

const desk = (() => {
  const control = "/_simulator";

  /** Asks the control surface. Rejects with the message of a refusal. */
  async function ask(path, method = "GET", body = undefined) {
    let response;
    try {
      response = await fetch(control + path, {
        method,
        headers: body === undefined ? {} : { "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch {
      throw new Error("The simulator does not answer: is it still running?");
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.message || "The simulator answered " + response.status + ".");
    return answer;
  }

  /** Makes an element: attributes by name, functions as listeners, children as text or elements. */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(key, value);
      else if (value !== undefined && value !== null) element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  }

  /** Sets text only where it differs, so that a screen reader is not told again. */
  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  /** A button that cannot be used now keeps the focus: it is marked, not disabled. */
  function usable(button, can) {
    if (can) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
  }

  /** Keeps the children of `parent` in step with `items` without making known ones anew. */
  function keep(parent, items, key, build, update) {
    const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
    let before = parent.firstElementChild;
    for (const item of items) {
      const id = String(key(item));
      let child = known.get(id);
      if (!child) {
        child = build(item);
        child.dataset.key = id;
      }
      known.delete(id);
      update(child, item);
      if (child === before) before = before.nextElementSibling;
      else parent.insertBefore(child, before);
    }
    for (const child of known.values()) child.remove();
  }

  const date = (iso) => iso.slice(0, 10);
  const time = (iso) => iso.slice(11, 19);

  /** The time of day, with the date if it is not the day of `now`. All times are UTC. */
  function at(iso, now) {
    if (!iso) return "";
    return (now && date(iso) === date(now) ? "" : date(iso) + " ") + time(iso);
  }

  function trouble(error) {
    const box = document.getElementById("trouble");
    box.hidden = !error;
    box.textContent = error ? error.message : "";
  }

  /** Does what a control asks for, and says what went wrong. */
  async function act(work) {
    try {
      await work();
      trouble(null);
      refresh();
    } catch (error) {
      trouble(error);
    }
  }

  let look = async () => {};
  let looking = false;
  let again = false;

  /** Looks again; while it is looking, once more at the end and not once for each change. */
  async function refresh() {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    do {
      again = false;
      try {
        await look();
        link(true);
      } catch {
        link(false);
      }
    } while (again);
    looking = false;
  }

  function link(there) {
    const box = document.getElementById("link");
    box.className = there ? "badge good" : "badge bad";
    say(box, there ? "Live" : "No connection: trying again");
  }

  /** Calls `work` at once and after every change of the simulator. */
  function follow(work) {
    look = work;
    let changes = null;
    const open = () => {
      changes = new EventSource(control + "/follow");
      changes.addEventListener("change", refresh);
      changes.addEventListener("error", () => {
        link(false);
        // A browser gives up after a refusal, and comes back by itself after a lost connection.
        if (changes.readyState === EventSource.CLOSED) {
          window.setTimeout(() => !document.hidden && changes.readyState === EventSource.CLOSED && open(), 3000);
        }
      });
    };
    open();
    refresh();
    // A browser opens few connections to one host: a page that nobody sees gives up its own.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return changes.close();
      if (changes.readyState === EventSource.CLOSED) {
        open();
        refresh();
      }
    });
    window.setInterval(tick, 1000);
  }

  /** Buttons that move the clock: `data-advance` has the seconds. */
  function clockButtons() {
    for (const button of document.querySelectorAll("[data-advance]")) {
      const seconds = Number(button.dataset.advance);
      button.addEventListener("click", () => act(() => ask("/clock", "POST", { advance_s: seconds })));
    }
  }

  let clock = null;

  function tick() {
    if (!clock) return;
    const passed = clock.runs ? performance.now() - clock.seen : 0;
    const now = new Date(clock.at + passed);
    // Beyond what a browser can count, the time stays as it was said.
    const text = Number.isNaN(now.getTime()) ? clock.text : now.toISOString();
    say(document.getElementById("now"), date(text) + " " + time(text) + " UTC");
  }

  function showClock(answer) {
    clock = { at: Date.parse(answer.now), text: answer.now, seen: performance.now(), runs: answer.clockRuns };
    tick();
    say(
      document.getElementById("clock-kind"),
      answer.clockRuns ? "Goes on by itself." : "Stands until it is moved.",
    );
  }

  let faultsServed = true;

  /** Warns of what makes this simulator behave otherwise than by its rules. */
  async function showWarnings() {
    const { rules } = await ask("/rules");
    const broken = rules.filter((rule) => rule.broken).map((rule) => rule.id);
    // Asked only until it is refused: a refusal is a request on record, which is a change again.
    const faults = faultsServed ? await ask("/faults").then((answer) => (answer.faults || []).length, () => (faultsServed = false)) : 0;
    const words = [];
    if (broken.length) words.push("Broken on purpose: " + broken.join(", ") + ".");
    if (faults) words.push(faults === 1 ? "One fault is set." : faults + " faults are set.");
    const box = document.getElementById("broken");
    box.hidden = !words.length;
    say(box, words.join(" "));
    return rules;
  }

  return { act, ask, at, clockButtons, follow, keep, make, say, showClock, showWarnings, time, usable };
})();
