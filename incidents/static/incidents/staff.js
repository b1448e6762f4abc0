// Where one is in the sidebar; and names for the pickers that select2 builds in Unfold's forms: it takes the label of the field away from its controls.
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
})();
