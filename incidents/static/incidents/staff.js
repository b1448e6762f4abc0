// Where one is in the sidebar; names for the pickers that select2 builds in Unfold's forms, which takes the label of the
// field away from its controls; and one press posts once: the server does the same form once however often it comes
// (incidents/staff/once.py), here the buttons say so. Going back brings them back.
(() => {
  "use strict";

  // The sidebar shows where one is, as soon as it is shown itself.
  document.addEventListener("DOMContentLoaded", () => {
    const places = document.querySelector(".bw-nav"), here = places?.querySelector("[aria-current]");
    if (!here) return;
    new ResizeObserver((_sizes, watch) => {
      if (!places.clientHeight) return;
      watch.disconnect();
      const one = here.getBoundingClientRect(), all = places.getBoundingClientRect();
      if (one.top < all.top || one.bottom > all.bottom) places.scrollTop += one.top - all.top - (all.height - one.height) / 2;
    }).observe(places);
  });
})();
(() => {
  "use strict";
  const FIELDS = "[role=combobox], [role=textbox]";

  function name(container) {
    const label = container.previousElementSibling?.labels?.[0]?.textContent.replace("*", "").trim();
    if (!label) return;
    for (const control of container.querySelectorAll(FIELDS)) {
      const chosen = container.querySelector(".select2-selection__rendered")?.title;
      control.setAttribute("aria-label", chosen ? `${label}: ${chosen}` : label);
    }
  }

  function nameAll() {
    for (const container of document.querySelectorAll("select + .select2-container")) name(container);
    for (const search of document.querySelectorAll(".select2-search__field:not([aria-label])")) {
      search.setAttribute("aria-label", document.querySelector(".select2-container--open [role=combobox]")?.getAttribute("aria-label") ?? "");
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    nameAll();
    new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
  });

  const HOLD = 10_000; // ms: where no answer came by then, one may press again
  const submitters = (form) => [...form.elements].filter((one) => one.type === "submit");
  function release(form) {
    if (!form.dataset.pressed) return;
    delete form.dataset.pressed;
    for (const button of submitters(form)) button.removeAttribute("aria-disabled");
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.pressed) return event.preventDefault();
    form.dataset.pressed = "1";
    for (const button of submitters(form)) button.setAttribute("aria-disabled", "true");
    setTimeout(release, HOLD, form);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-pressed]").forEach(release));

  // What is wrong in a form stands at its head: the focus is there, and each line opens whatever its field is folded in.
  function focusSummary() {
    document.querySelector("[data-summary]")?.focus();
  }
  for (const ready of ["DOMContentLoaded", "alpine:initialized"]) document.addEventListener(ready, focusSummary); // Unfold hides until then
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-summary] a[href^='#']"), field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const shown = field.classList.contains("select2-hidden-accessible") ? field.nextElementSibling?.querySelector("[role=combobox]") : field;
    (field.closest("fieldset, .bw-field") ?? field).scrollIntoView({ block: "center" });
    (shown ?? field).focus({ preventScroll: true });
  });
})();
