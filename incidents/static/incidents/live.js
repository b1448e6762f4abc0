// A screen that stays true while it is looked at: what is marked data-live is asked for anew, and swapped where it
// changed. Nothing is swapped under a hand that moves, nor where somebody is writing. Without this script a reload does it.
(() => {
  "use strict";
  const page = document.querySelector("[data-keeps-true]");
  if (!page) return;
  const LOOK = 15_000, WHOLE = 4, STILL = 1_500; // of so many looks one asks for the whole, whatever the mark says
  const lost = document.querySelector("[data-lost]");
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  let looks = 0, moved = 0, answered = Date.now(), isLooking = false;

  addEventListener("pointermove", () => { moved = Date.now(); }, { passive: true });
  addEventListener("input", (event) => event.target.closest?.("[data-live]")?.setAttribute("data-written", ""));

  // Words, where they lead, what is filled in and when clocks run out. What a clock counts changes by itself, how a
  // thing looks is changed by scripts: neither tells that something happened.
  const FACTS = ["href", "value", "checked", "selected", "disabled", "data-due", "data-tone", "data-sev", "data-stage"];
  function said(region) {
    const copy = region.cloneNode(true);
    for (const clock of all(copy, ".bw-clock-left, .bw-clock-bar, [data-ready]")) clock.replaceChildren();
    for (const shape of all(copy, ".bw-clock-shape, [name=csrfmiddlewaretoken], [name=once], style")) shape.remove();
    const facts = all(copy, FACTS.map((name) => `[${name}]`).join()).flatMap((one) => FACTS.map((name) => one.getAttribute(name)));
    return `${copy.textContent} ${facts.join(" ")}`.replace(/\s+/g, " ");
  }

  function isBusy(region) {
    const at = document.activeElement;
    const writes = region.contains(at) && at.matches("input, textarea, select");
    const points = region.matches(":hover") && Date.now() - moved < STILL;
    return writes || points || region.hasAttribute("data-written") || Boolean(region.querySelector(".bw-menu[open]"));
  }

  // Whoever stood on a link or a button of it stands there again.
  function place(region) {
    const at = document.activeElement;
    if (!region.contains(at)) return () => {};
    const same = (one) => one.tagName === at.tagName && one.getAttribute("href") === at.getAttribute("href") && one.textContent === at.textContent;
    return () => all(region, at.tagName).find(same)?.focus({ preventScroll: true });
  }

  // As the server said it last: what scripts have added since is no news.
  const told = new Map(all(document, "[data-live]").map((region) => [region, said(region)]));

  function swap(region, fresh) {
    const now = said(fresh);
    if (told.get(region) === now) return true;
    if (isBusy(region)) return false;
    told.set(region, now);
    const back = place(region), open = new Set(all(region, "details[open] > summary").map((one) => one.textContent));
    region.replaceChildren(...fresh.childNodes);
    for (const summary of all(region, "details > summary")) if (open.has(summary.textContent)) summary.parentElement.open = true;
    back();
    return true;
  }

  async function look() {
    if (document.hidden || isLooking) return;
    isLooking = true;
    const headers = { "X-Requested-With": "fetch" };
    if (page.dataset.keepsTrue && looks++ % WHOLE !== WHOLE - 1) headers["X-Read"] = page.dataset.keepsTrue;
    try {
      const answer = await fetch(location.pathname + location.search, { headers, redirect: "manual" });
      if (answer.status === 200) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
      if (answer.status === 200 || answer.status === 204) answered = Date.now();
    } catch { /* away for a moment: the next look will tell */ }
    isLooking = false;
    if (lost) lost.hidden = Date.now() - answered < 3 * LOOK;
  }

  function take(fresh) {
    let isWhole = true;
    for (const region of all(document, "[data-live]")) {
      const next = fresh.querySelector(`[data-live="${region.dataset.live}"]`);
      if (next) isWhole = swap(region, next) && isWhole;
    }
    const mark = fresh.querySelector("[data-keeps-true]")?.dataset.keepsTrue;
    if (isWhole && mark !== undefined) page.dataset.keepsTrue = mark; // else the next look asks again
    document.dispatchEvent(new CustomEvent("bw:fresh", { detail: fresh }));
  }

  setInterval(look, LOOK);
  document.addEventListener("visibilitychange", look);
  addEventListener("focus", look);
})();
