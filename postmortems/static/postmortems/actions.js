// The list of action items: ticked rows bring up what changes them together.
// Without this script it stands at the foot all the time, and opens by its summary.
(() => {
  "use strict";

  const bulk = document.querySelector("[data-bulk]");
  if (!bulk) return;
  const form = bulk.closest("form");
  const ticks = [...form.querySelectorAll("input[name=item]")];
  const all = form.querySelector("[data-all]");
  const count = bulk.querySelector("[data-bulk-count]");
  const wide = matchMedia("(min-width: 901px)");

  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "bw-btn bw-btn-quiet";
  clear.textContent = bulk.dataset.clear;
  bulk.querySelector(".ai-bulk-fields").append(clear);

  function show() {
    const n = ticks.filter((tick) => tick.checked).length;
    bulk.hidden = n === 0;
    count.textContent = n === 1 ? count.dataset.one : count.dataset.many.replace("%s", n);
    if (n && wide.matches) bulk.open = true;
    all.querySelector("input").checked = n === ticks.length;
    all.querySelector("input").indeterminate = n > 0 && n < ticks.length;
  }

  all.hidden = false;
  all.addEventListener("change", (event) => {
    for (const tick of ticks) tick.checked = event.target.checked;
    show();
  });
  clear.addEventListener("click", () => {
    for (const tick of ticks) tick.checked = false;
    show();
    ticks[0].focus();
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "item") show();
  });
  addEventListener("pageshow", show); // a browser that goes back brings the ticks along
  show();
})();
