// Fields of time (incidents/forms/time_inputs.py): a calendar beside the text, and the two times of a night at a press.
// What scripts need of such a text: wallTime("2026-12-09 2:30 PM") is milliseconds, as if written in UTC; and the other
// way wallClock(milliseconds, {seconds: true}) is 14:30:05 or 2:30:05 PM, in the zone and the hours of whoever reads
// (incidents/wall_times.py). Everything reads and posts without it.
(() => {
  "use strict";
  window.wallClock = (at, { seconds = false } = {}) => {
    const { hours, zone } = document.getElementById("bw-words")?.dataset ?? {}, isHalves = hours === "12";
    const parts = { hour: isHalves ? "numeric" : "2-digit", minute: "2-digit", ...(seconds && { second: "2-digit" }) };
    const shape = { ...parts, hourCycle: isHalves ? "h12" : "h23", timeZone: zone };
    return new Date(at).toLocaleTimeString("en-US", shape).replace(/\s/g, " ");
  };

  const WALL = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})[T,\s]+(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2}))?\s*([ap])?/i;
  window.wallTime = (text) => {
    const found = WALL.exec(text ?? "");
    if (!found) return NaN;
    const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0));
    const half = (found[7] ?? "").toLowerCase();
    return Date.UTC(year, month - 1, day, half ? (hour % 12) + (half === "p" ? 12 : 0) : hour, minute, second);
  };

  function write(field, text) {
    field.value = text;
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  }

  // Both of a time that clocks show twice: a press writes one of them.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-write]");
    if (!button) return;
    const field = button.closest("[data-moment]").querySelector("input");
    write(field, button.dataset.write);
    field.focus();
  });

  // The calendar of the browser, for the day; the hours stay.
  function addCalendar(place) {
    if (place.querySelector("[data-pick-day]") || !("showPicker" in HTMLInputElement.prototype)) return;
    const field = place.querySelector("input"), button = document.createElement("button"), day = document.createElement("input");
    button.type = "button";
    button.dataset.pickDay = "";
    button.className = "bw-icon material-symbols-outlined";
    button.textContent = "calendar_month";
    button.setAttribute("aria-label", place.dataset.pick || "Choose a day");
    day.type = "date";
    day.tabIndex = -1;
    day.setAttribute("aria-hidden", "true");
    day.className = "bw-moment-day";
    button.addEventListener("click", () => {
      day.value = /^\s*(\d{4}-\d\d-\d\d)/.exec(field.value)?.[1] ?? "";
      day.showPicker();
    });
    day.addEventListener("change", (event) => {
      event.stopPropagation();
      if (day.value) write(field, `${day.value} ${field.value.replace(/^\s*\d{4}-\d{1,2}-\d{1,2}[T,\s]*/, "")}`);
      field.focus();
    });
    field.after(button, day);
  }
  const addAll = () => document.querySelectorAll("span[data-moment=moment]").forEach(addCalendar);
  document.addEventListener("DOMContentLoaded", () => {
    addAll();
    for (const both of document.querySelectorAll(".bw-moment-both")) both.hidden = false;
  });
  document.addEventListener("focusin", (event) => { // in a row that came later
    const place = event.target.closest?.("span[data-moment=moment]");
    if (place) addCalendar(place);
  });
})();
