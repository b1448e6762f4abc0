// What was agreed on before, beside a form that names components: asked for anew whenever others are chosen.
// Without this script it stands as the form was opened, and in the workspace afterwards.
(() => {
  "use strict";

  const beside = document.querySelector("[data-open-actions]");
  if (!beside) return;
  const rows = beside.querySelector("[data-open-actions-rows]");
  const CHOSEN = "input[name=components]:checked, select[name$='-component']";
  let shown, waiting;

  function chosen() {
    const found = [...document.querySelectorAll(CHOSEN)].map((field) => field.value).filter(Boolean);
    return [...new Set(found)].sort().map((value) => `component=${encodeURIComponent(value)}`).join("&");
  }

  async function ask() {
    const query = chosen();
    if (query === shown) return;
    shown = query;
    const answer = query ? await fetch(`${beside.dataset.openActions}?${query}`) : null;
    if (query !== shown || (answer && !answer.ok)) return;
    rows.innerHTML = answer ? await answer.text() : "";
    beside.hidden = !rows.firstElementChild;
  }

  shown = chosen();
  document.addEventListener("change", (event) => {
    if (!event.target.matches("input[name=components], select[name$='-component']")) return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, 200);
  });
})();
