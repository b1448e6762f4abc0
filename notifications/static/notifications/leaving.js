// Messages that leave in a moment: the seconds, by the server's clock. Without this script the time itself stands there.
(() => {
  "use strict";
  const page = document.querySelector("[data-now]");
  const ahead = page ? Date.parse(page.dataset.now) - Date.now() : 0;
  const boxes = [...document.querySelectorAll("[data-leaving]:not(.is-live)")];
  if (!boxes.length) return;

  function draw(box) {
    const end = Date.parse(box.dataset.leaving), from = Date.parse(box.dataset.from), now = Date.now() + ahead;
    const left = Math.ceil((end - now) / 1000), words = box.querySelector("[data-words]");
    const bar = box.querySelector(".bw-leaving-bar i");
    if (bar) bar.style.transform = `scaleX(${Math.max(0, Math.min(1, (end - now) / (end - from)))})`;
    if (left > 0) {
      if (words) words.textContent = words.dataset.words.replace("%s", String(left));
      return;
    }
    if (words) words.textContent = box.dataset.gone;
    box.dataset.over = "";
    box.querySelector("form")?.setAttribute("hidden", "");
  }

  for (const box of boxes) box.classList.add("is-live");
  const tick = () => boxes.forEach(draw);
  tick();
  setInterval(tick, 1000);
})();
