// The form of a maintenance window: one click to the earliest planned start, and what belongs to a choice. Every form
// posts without it.
(() => {
  "use strict";
  for (const form of document.querySelectorAll(".mw-form")) {
    const field = (name) => form.elements.namedItem(name);
    const told = () => form.dispatchEvent(new Event("input", { bubbles: true }));

    form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-earliest]");
      if (!button) return;
      event.preventDefault();
      const verdict = button.closest("[data-date]");
      const length = lengthNow();
      field("date").value = verdict.dataset.date;
      field("time").value = verdict.dataset.time;
      if (field("length").value === "other" && length) field("until").value = later(length);
      told();
      field("time").focus();
    });

    // The end that was written out follows the start, as long as it takes.
    function lengthNow() {
      const start = wallTime(`${field("date").value} ${field("time").value}`);
      const end = wallTime(field("until").value);
      return end > start ? end - start : 0;
    }
    function later(length) {
      const start = wallTime(`${field("date").value} ${field("time").value}`);
      return new Date(start + length).toISOString().slice(0, 16).replace("T", " ");
    }

    form.addEventListener("change", (event) => {
      if (event.target.name === "length" && event.target.value === "other") field("until").focus();
    });
  }
})();
