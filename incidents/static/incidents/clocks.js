// Clocks that count. Any element with data-due and data-start (absolute times from the server) is one; inside it
// .bw-clock-left holds the text, .bw-clock-bar i drains, and the shape changes with data-state. Works on what the
// server wrote: without this script the due time still stands there.
(() => {
  "use strict";
  const page = document.querySelector("[data-now]");
  // The server's clock counts, not this machine's.
  const ahead = page ? Date.parse(page.dataset.now) - Date.now() : 0;
  const words = { in: page?.dataset.in || "in %s", late: page?.dataset.late || "late by %s" };
  const announcer = document.getElementById("bw-say");
  const announced = new Set();
  const SOON = 7 * 60;

  const now = () => Date.now() + ahead;
  const two = (number) => String(number).padStart(2, "0");

  function span(seconds, isLate) {
    if (seconds < 600 || (isLate && seconds < 3600)) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${minutes} min`;
    const parts = [[Math.floor(minutes / 1440), "d"], [Math.floor(minutes / 60) % 24, "h"], [minutes % 60, "min"]];
    return parts.filter(([n]) => n).slice(0, 2).map(([n, unit]) => `${n} ${unit}`).join(" ");
  }

  function say(clock, state) {
    if (!announcer || !clock.classList.contains("bw-clock-lead") || announced.has(state)) return;
    announced.add(state);
    const label = clock.querySelector("dt, [data-label]")?.textContent.replace(/\s+/g, " ").trim() ?? "";
    announcer.textContent = `${label}: ${clock.querySelector(".bw-clock-left")?.textContent ?? ""}`;
  }

  function draw(clock, isFirst) {
    const due = Date.parse(clock.dataset.due), start = Date.parse(clock.dataset.start);
    const left = Math.round((due - now()) / 1000);
    const state = left < 0 ? "late" : left < SOON || left < (due - start) / 4000 ? "soon" : "running";
    const text = clock.querySelector(".bw-clock-left");
    if (text) text.textContent = (left < 0 ? words.late : words.in).replace("%s", span(Math.abs(left), left < 0));
    const bar = clock.querySelector(".bw-clock-bar i");
    if (bar) bar.style.transform = `scaleX(${Math.max(0, Math.min(1, (left * 1000) / (due - start)))})`;
    if (clock.dataset.state !== state) {
      clock.dataset.state = state;
      clock.querySelector(".bw-clock-shape use")?.setAttribute("href", `#ck-${state}`);
      if (!isFirst) say(clock, state);
    }
  }

  function tick(isFirst) {
    for (const clock of document.querySelectorAll("[data-due]")) draw(clock, isFirst);
  }

  tick(true);
  setInterval(tick, 1000, false);
})();
