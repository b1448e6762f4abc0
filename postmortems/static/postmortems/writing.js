// The draft of a post-mortem beside saving.js: its buttons act without leaving the page, and what follows from the words
// (what is missing, the heads of rows, causes and actions, what customers read) is drawn anew once they are saved.
//
// [data-drawn-anew]: the server sends it alone (?now=1), and only what differs is put in. Fields stay as they are,
// whatever is typed into them (saving.js knows what others changed), and so do open rows and the focus.
(() => {
  "use strict";
  const form = document.querySelector("form[data-saving]"), root = document.querySelector("[data-drawn-anew]");
  if (!form?.saving || !root) return;
  const { say, complain, isClean, renew, token } = form.saving;
  const OWN = "[data-clash], [data-refused], [data-gone], [data-held-word], [data-wrong-word], [data-face]"; // what saving.js put there
  const STAYS = ".pm-question form, .pm-field, .pm-tick:has(> [data-save]), textarea, select, [data-saving-notice]";
  const OURS = new Set(["open", "hidden", "data-held", "data-wrong", "data-fresh", "data-empty", "data-live", "aria-busy"]);
  const TIMED = 400; // ms after a save
  let timer = null, turn = 0, isBusy = false, last = null;

  // 1. Drawn anew
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(refresh, TIMED);
  }
  function refresh() {
    clearTimeout(timer);
    last = ask();
  }
  async function drawn() { // by the last that was asked for: one that is overtaken draws nothing
    for (let one = null; one !== last;) await (one = last);
  }
  async function ask() {
    const here = ++turn, address = new URL(form.action); // this screen may be the answer to a form that was refused
    address.search = location.search;
    address.searchParams.set("now", "1");
    try {
      const response = await fetch(address, { credentials: "same-origin" });
      if (!response.ok || response.redirected || here !== turn) return;
      const sent = new DOMParser().parseFromString(await response.text(), "text/html");
      const found = sent.querySelector("[data-drawn-anew]");
      if (!found || here !== turn) return;
      const focused = document.activeElement;
      const at = focused?.getBoundingClientRect().top;
      into(root, found);
      if (focused !== document.activeElement && focused?.isConnected) {
        focused.focus({ preventScroll: true });
        scrollBy(0, focused.getBoundingClientRect().top - at); // its row went to another section: it stays under the eye
      }
    } catch { /* the next save asks again */ }
  }
  function into(old, now) {
    if (old.matches(STAYS) || (old.dataset.mirror && !isClean(old.closest("[data-row]") ?? old))) return;
    if (old !== form) attributes(old, now);
    const ids = new Set([...now.children].map((one) => one.id).filter(Boolean));
    const named = new Map([...old.children].filter((one) => one.id).map((one) => [one.id, one]));
    const isElsewhere = (one) => Boolean(one.dataset?.row) && !ids.has(one.id) && now.ownerDocument.getElementById(one.id) !== null;
    for (const [id, one] of named) if (!ids.has(id) && !isHeld(one) && !isElsewhere(one)) one.remove();
    let at = old.firstChild;
    const pass = () => { while (at?.nodeType === 1 && (at.matches(OWN) || (at.id && !ids.has(at.id)))) at = at.nextSibling; };
    for (const wanted of [...now.childNodes]) {
      pass();
      const there = wanted.id ? named.get(wanted.id) ?? moved(wanted, old) : at && !at.id && at.nodeName === wanted.nodeName ? at : null;
      if (!there) {
        const made = document.importNode(wanted, true);
        old.insertBefore(made, at);
        if (made.nodeType === 1) renew(made);
        continue;
      }
      if (there === at) at = at.nextSibling;
      else old.insertBefore(there, at);
      if (there.nodeType === 1) into(there, wanted);
      else if (there.nodeValue !== wanted.nodeValue) there.nodeValue = wanted.nodeValue;
    }
    while (at) {
      const next = at.nextSibling;
      if (at.nodeType !== 1 || !(at.matches(OWN) || isHeld(at) || isElsewhere(at))) at.remove();
      at = next;
    }
  }
  const moved = (wanted, to) => { // a row that stood in another section
    const there = wanted.dataset?.row && document.getElementById(wanted.id);
    return there && root.contains(there) && !there.contains(to) && there.nodeName === wanted.nodeName ? there : null;
  };
  const isHeld = (one) => Boolean(one.id) && (one.contains(document.activeElement) || !isClean(one)); // somebody writes in it
  function attributes(old, now) {
    for (const { name } of [...old.attributes]) if (!OURS.has(name) && !now.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of [...now.attributes]) if (!OURS.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
    if (old.matches("[data-link]")) old.checked = now.hasAttribute("checked");
  }
  form.addEventListener("saving:saved", soon);
  form.addEventListener("saving:others", soon);
  form.addEventListener("change", ({ target }) => { if (target.matches("[data-link]")) turn += 1; }); // newer than what is asked for

  // 2. Buttons
  form.addEventListener("saving:act", async ({ detail: { act, pressed } }) => {
    if (isBusy) return;
    isBusy = true;
    pressed.setAttribute("aria-busy", "true");
    try {
      const answer = await post(act);
      if (answer.error) return complain(answer.error);
      const [verb, key] = act.split(":");
      const undo = verb === "remove" ? leave(key) : null;
      if (verb === "restore") form.querySelector(`[data-gone="${CSS.escape(key)}"]`)?.remove();
      refresh();
      await drawn();
      if (undo) undo.focus();
      else if (verb === "up" || verb === "down") step(pressed);
      else if (verb !== "visibility") arrive(answer.to);
    } catch {
      complain(say("actFailed"));
    } finally {
      pressed.removeAttribute("aria-busy");
      isBusy = false;
    }
  });
  async function post(act) {
    const body = new FormData();
    body.append("act", act);
    const response = await fetch(form.action, {
      method: "POST",
      redirect: "manual",
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": token() },
      body,
    });
    return response.json();
  }
  function leave(key) { // in the place of a row that was removed
    const one = document.getElementById(key), line = document.createElement(one?.tagName === "LI" ? "li" : "p");
    if (!one) return null;
    const text = (one.querySelector("[data-main], textarea")?.value ?? one.querySelector("[data-main]")?.textContent ?? "").trim();
    const said = document.createElement("span"), undo = document.createElement("button");
    said.textContent = say("removed", { what: text.length > 60 ? `${text.slice(0, 60).trimEnd()}…` : text || say("aRow") });
    undo.className = "bw-btn bw-btn-quiet";
    undo.name = "act";
    undo.value = `restore:${key}`;
    undo.textContent = say("undo");
    line.className = "pm-gone";
    line.dataset.gone = key;
    line.append(said, undo);
    one.replaceWith(line);
    return undo;
  }
  function step(pressed) {
    pressed.focus({ preventScroll: true });
    pressed.closest("[data-row]")?.scrollIntoView({ block: "nearest" });
  }

  // 3. Where a link or a button leads: open, in sight, ready to be written in
  function arrive(id) {
    const one = id && document.getElementById(id);
    if (!one || !root.contains(one)) return;
    for (let fold = one.querySelector("details") ?? one.closest("details"); fold; fold = fold.parentElement?.closest("details")) fold.open = true;
    one.scrollIntoView({ block: "center" });
    const written = "[data-link], textarea:not([hidden]), input:not([type=hidden]), select";
    const goal = one.matches(written) ? one : one.querySelector(":scope > .pm-add-action") ?? one.querySelector(written) ?? one.querySelector("button, a");
    goal?.focus({ preventScroll: true });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href*='#']");
    if (!link || link.pathname !== location.pathname || !link.hash) return;
    setTimeout(arrive, 0, decodeURIComponent(link.hash.slice(1)));
  });
  if (location.hash) arrive(decodeURIComponent(location.hash.slice(1)));
})();
