// What a script adds to the desk: a hold that lasts while the page is used, keys, and care for what was typed.
// Every form works without it. It makes no markup out of text and keeps nothing in the browser.
"use strict";

(() => {
  const BEAT = 60_000, IDLE = 5 * 60_000, SOON = 60;
  const keys = JSON.parse(document.body.dataset.keys || "{}");
  const hold = document.getElementById("hold");
  const live = document.getElementById("live");
  const ruling = document.getElementById("ruling");
  const all = (selector) => [...document.querySelectorAll(selector)];
  const say = (text) => { live.textContent = text; };
  let used = performance.now();
  let leaving = false;

  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) {
    addEventListener(kind, () => { used = performance.now(); }, { passive: true, capture: true });
  }

  // the hold: prolonged while the page is visible and in use, told when it ends
  if (hold) {
    const { path, token, sayLost, sayKept, saySoon } = hold.dataset;
    const clocks = all("[data-countdown]");
    let until = performance.now() + Number(hold.dataset.seconds) * 1000;
    let isTold = false, isLost = false, sent = performance.now();

    const lose = () => {
      if (isLost) return;
      isLost = true;
      say(sayLost);
      const said = document.createElement("p");
      said.className = "notice fault";
      said.textContent = sayLost;
      hold.before(said);
    };
    const beat = async () => {
      sent = performance.now();
      const answer = await fetch(`${path}/beat`, { method: "POST", body: new URLSearchParams({ token }) }).catch(() => null);
      if (!answer) return;
      if (answer.ok) {
        until = performance.now() + (await answer.json()).seconds * 1000;
        if (isTold) say(sayKept);
        isTold = false;
      } else if (answer.status === 409 || answer.status === 401) {
        until = performance.now();
      }
    };
    const tick = () => {
      const left = Math.max(0, Math.round((until - performance.now()) / 1000));
      const text = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      for (const each of clocks) {
        each.hidden = false;
        each.textContent = text;
        each.classList.toggle("is-soon", left <= SOON);
      }
      if (left <= SOON && left > 0 && !isTold) { isTold = true; say(saySoon); }
      if (left === 0) return lose();
      const isUsed = document.visibilityState === "visible" && performance.now() - used < IDLE;
      if (isUsed && performance.now() - sent >= BEAT) beat();
    };
    tick();
    setInterval(tick, 1000);
    addEventListener("pagehide", () => {
      navigator.sendBeacon(`${path}/leave`, new URLSearchParams({ token }));
    });
  }
  // a page out of the browser's memory shows what was, not what is
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // forms: sent once, and not left half written by mistake
  const first = ruling?.elements.note.value;
  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    leaving = true;
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && ruling && ruling.elements.note.value !== first) event.preventDefault();
  });

  // matches: one after the other
  const found = all(".found[id]");
  let at = -1;
  const walk = (step) => {
    if (!found.length) return;
    const next = found.findIndex((each) => each === document.activeElement);
    at = ((next >= 0 ? next : at) + step + found.length) % found.length;
    if (at < 0) at = 0;
    found[at].scrollIntoView({ block: "center" });
    found[at].focus({ preventScroll: true });
  };
  const severity = (step) => {
    const steps = ruling ? [...ruling.elements.severity] : [];
    const now = steps.findIndex((each) => each.checked);
    const next = steps[Math.min(Math.max(now + step, 0), steps.length - 1)];
    if (next) { next.checked = true; next.focus(); }
  };

  const own = {
    next_match: () => walk(1),
    previous_match: () => walk(-1),
    severity_up: () => severity(1),
    severity_down: () => severity(-1),
  };
  const perform = (action) => {
    if (own[action]) { own[action](); return true; }
    const target = document.querySelector(`[data-action="${action}"]`);
    if (!target) {
      if (action === "search") { location.assign("/search"); return true; }
      return false;
    }
    if (target.matches("details")) {
      target.open = true;
      target.scrollIntoView({ block: "nearest" });
      target.querySelector("select, textarea, button").focus();
    } else if (target.matches("textarea, input[type=search]")) {
      target.focus();
    } else {
      if (action === "lock") leaving = true;
      target.click();
      if (target.matches("input")) target.focus();
      if (target.hash) document.querySelector(target.hash)?.focus({ preventScroll: true });
    }
    return true;
  };
  const choose = (digit) => {
    const group = all("[data-digits]").find((each) => each.offsetParent);
    const input = group?.querySelectorAll("input")[digit - 1];
    input?.click();
    input?.focus();
    return Boolean(input);
  };
  for (const each of all("[data-action=next_match], [data-action=previous_match]")) {
    each.hidden = false;
    each.addEventListener("click", () => own[each.dataset.action]());
  }

  const isTyping = (target) => target.closest?.("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
  addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || event.repeat || event.altKey || event.metaKey) return;
    if (!("on" in document.body.dataset)) return;
    if (event.ctrlKey) {
      if (event.code !== "Enter" || !ruling) return;
      event.preventDefault();
      ruling.requestSubmit(ruling.querySelector(`[data-action=${event.shiftKey ? "stay" : "save"}]`));
      return;
    }
    if (isTyping(event.target)) return;
    const digit = event.shiftKey ? null : /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const action = keys[(event.shiftKey ? "Shift+" : "") + event.code];
    if (digit ? choose(Number(digit[1])) : action && perform(action)) event.preventDefault();
  });
  if (Object.keys(keys).length) document.body.dataset.on = "yes";

  // another key for an action: the one that is pressed in its field
  for (const each of all("[data-remap]")) {
    each.addEventListener("keydown", (event) => {
      if (["Tab", "Enter", "Escape", "Backspace", "Delete"].includes(event.code) || /^(Shift|Control|Alt|Meta)/.test(event.code)) return;
      event.preventDefault();
      each.value = event.code;
    });
  }

  // the letter that stands on the reader's own key
  const label = async () => {
    const map = await navigator.keyboard?.getLayoutMap?.().catch(() => null);
    const spoken = { BracketLeft: "[", BracketRight: "]", Slash: "/" };
    const cap = (code) => (map?.get(code) ?? spoken[code] ?? code.replace(/^(Key|Digit)/, "")).toUpperCase();
    const codes = Object.fromEntries(Object.entries(keys).map(([code, action]) => [action, code]));
    for (const each of all("kbd[data-key]")) {
      const code = codes[each.dataset.key];
      if (!code) continue;
      each.textContent = code.startsWith("Shift+") ? `⇧ ${cap(code.slice(6))}` : cap(code);
      each.hidden = false;
    }
    for (const each of all("kbd[data-code]")) each.textContent = cap(each.dataset.code);
  };
  label();
})();
