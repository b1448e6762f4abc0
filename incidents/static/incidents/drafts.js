// What somebody writes into a form is kept in this browser until the server has answered that it did it: a session that
// ended, a network that went away, a browser that crashed and a version that moved on cost no sentence.
//
// Every form that posts and has a text area is kept, whoever made its template; data-draft names one that has none, or
// whose address says too little. Forms that are saved while people write keep their fields themselves (saving.js). A
// draft belongs to a person, a form and what it is about, lives for a day, and is offered: nothing takes the place of
// what the server shows. Of a restricted incident (data-closed) it stays in this tab, and goes at signing out.
// What was done is in the cookie bw_done, by the one-time tokens of forms (incidents/staff/once.py).
(() => {
  "use strict";
  const DAY = 24 * 3600 * 1000, PREFIX = "bw-draft:";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const shelves = ["localStorage", "sessionStorage"].map((name) => { try { return window[name]; } catch { return null; } }).filter(Boolean);
  const keys = (shelf) => Object.keys(shelf).filter((key) => key.startsWith(PREFIX));
  function held(shelf, key) {
    try { return JSON.parse(shelf.getItem(key)); } catch { return null; }
  }

  // 1. What was done, or is older than a day, is no draft any more
  const done = (/(?:^|; )bw_done=([^;]*)/.exec(document.cookie)?.[1] ?? "").split(".").filter(Boolean);
  for (const shelf of shelves)
    for (const key of keys(shelf)) {
      const draft = held(shelf, key);
      if (!draft || Date.now() - draft.at > DAY || done.includes(draft.token)) shelf.removeItem(key);
    }

  document.addEventListener("DOMContentLoaded", () => {
    const words = document.getElementById("bw-words")?.dataset;
    if (!words) return;
    const texts = (form) => all("textarea[name]:not([hidden]), input[type=text][name], input:not([type])[name]", form);
    const others = (form) => all("input:is([type=date], [type=time], [type=number], [type=url], [type=email], [type=checkbox], [type=radio])[name], select[name]", form);
    const isTick = (field) => ["checkbox", "radio"].includes(field.type);
    const nameOf = (field) => (isTick(field) ? `${field.name}=${field.value}` : field.name);
    const valueOf = (field) => (isTick(field) ? field.checked : field.multiple ? [...field.selectedOptions].map((one) => one.value) : field.value);
    const read = (form) => Object.fromEntries([...texts(form), ...others(form)].map((field) => [nameOf(field), valueOf(field)]));
    const place = document.querySelector("[data-writer]")?.dataset.incident ?? words.incident ?? location.pathname; // about what
    const isClosed = "closed" in words || Boolean(document.querySelector("[data-writer][data-closed]"));
    const shelf = (isClosed ? window.sessionStorage : window.localStorage) ?? null;
    const seen = {};
    function keyOf(form) {
      let name = form.dataset.draft;
      if (!name) {
        const path = new URL(form.getAttribute("action") || location.pathname, location.href).pathname;
        name = `${path}#${(seen[path] = (seen[path] ?? 0) + 1)}`;
      }
      return `${PREFIX}${words.person}:${place}:${name}`;
    }

    // 2. Forms
    for (const form of all("form[method=post]:not([data-saving])")) {
      if (!("draft" in form.dataset) && !form.querySelector("textarea[name]:not([hidden])")) continue;
      keepSafe(form, keyOf(form));
    }
    function keepSafe(form, key) {
      if (!shelf) return;
      if (isClosed && localStorage.getItem(key)) { // it was restricted since: nothing of it stays for longer than this tab
        shelf.setItem(key, localStorage.getItem(key));
        localStorage.removeItem(key);
      }
      const before = JSON.stringify(read(form)), draft = held(shelf, key);
      if (draft && JSON.stringify(draft.values) !== before) offer(form, draft, key);
      const keep = (token) => {
        try { shelf.setItem(key, JSON.stringify({ at: Date.now(), values: read(form), token })); } catch { /* it is full */ }
      };
      form.addEventListener("input", () => {
        if (JSON.stringify(read(form)) === before) shelf.removeItem(key);
        else keep("");
      });
      form.addEventListener("submit", () => {
        if (shelf.getItem(key) || JSON.stringify(read(form)) !== before) keep(form.elements.namedItem("once")?.value ?? "");
      });
    }

    // 3. Offered back
    function offer(form, draft, key) {
      const strip = document.createElement("div"), text = document.createElement("span");
      strip.className = "bw-draft";
      text.textContent = words.draft.replace("%s", wallClock(draft.at));
      const button = (label, act) => {
        const made = document.createElement("button");
        made.type = "button";
        made.className = "bw-btn bw-btn-quiet";
        made.textContent = label;
        made.addEventListener("click", () => { act(); strip.remove(); });
        return made;
      };
      strip.append(text, button(words.restore, () => putBack(form, draft)), button(words.discard, () => shelf.removeItem(key)));
      form.before(strip);
      const fold = form.closest("details:not(.bw-menu)");
      if (fold) fold.open = true;
    }
    function putBack(form, draft) {
      // Texts last: what is chosen may bring texts of its own, and gives way to what was written.
      for (const field of [...others(form), ...texts(form)]) {
        const value = draft.values[nameOf(field)];
        if (value === undefined || JSON.stringify(value) === JSON.stringify(valueOf(field))) continue;
        if (isTick(field)) field.checked = value;
        else if (Array.isArray(value)) for (const one of field.options) one.selected = value.includes(one.value);
        else field.value = value;
        for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
      }
      texts(form)[0]?.focus();
    }

    // 4. Signing out leaves nothing of what is restricted
    for (const form of all("#logout-form")) {
      form.addEventListener("submit", () => {
        for (const key of Object.keys(sessionStorage)) if (/^bw-(draft|saving):/.test(key)) sessionStorage.removeItem(key);
      });
    }
  });
})();
