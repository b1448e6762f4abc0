// The workspace: keys, panes on the phone, filters, the search in pickers. Everything reads and posts without it.
(() => {
  "use strict";
  const page = document.querySelector(".bw-cols");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // 1. Panes on the phone
  function show(pane) {
    if (!page) return;
    page.dataset.pane = pane;
    for (const link of all(".bw-tabs a")) {
      if (link.dataset.go === pane) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
  const paneOf = (element) =>
    element?.closest(".bw-truth") ? "truth" : element?.closest(".bw-more") ? "more" : element?.closest(".bw-act") ? "act" : "";
  function reveal(element) {
    const pane = paneOf(element), fold = element?.closest("details:not(.bw-menu)");
    if (fold) fold.open = true;
    if (pane) show(pane);
  }
  if (page) {
    page.dataset.panes = "";
    show(page.dataset.pane);
    for (const link of all(".bw-tabs a")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        show(link.dataset.go);
        scrollTo(0, 0);
      });
    }
    const follow = () => {
      const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
      if (target) {
        reveal(target);
        target.scrollIntoView();
      }
    };
    addEventListener("hashchange", follow);
    follow();
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.('a[href^="#"]');
      if (link && !link.closest(".bw-tabs")) reveal(document.getElementById(link.hash.slice(1)));
    });
  }

  // 2. The filter of the timeline: the same links, without loading the page again
  const filters = all(".bw-filter a");
  function narrow(kind) {
    for (const entry of all(".bw-e")) entry.hidden = kind !== "" && entry.dataset.kind !== kind;
    for (const day of all(".bw-day")) day.hidden = kind !== "";
  }
  const isNarrowedHere = () => !filters.some((one) => one.dataset.filter && one.href.includes("?") && location.search.includes(`show=${one.dataset.filter}`));
  document.addEventListener("bw:fresh", () => {
    const chosen = filters.find((one) => one.hasAttribute("aria-current"));
    if (chosen && isNarrowedHere()) narrow(chosen.dataset.filter);
  });
  for (const link of filters) {
    if (filters.some((one) => one.dataset.filter && one.hasAttribute("aria-current"))) break; // the server has filtered
    link.addEventListener("click", (event) => {
      event.preventDefault();
      for (const other of filters) other.toggleAttribute("aria-current", other === link);
      link.setAttribute("aria-current", "true");
      narrow(link.dataset.filter);
    });
  }

  // 3. Menus close by Escape and by a click elsewhere
  addEventListener("click", (event) => {
    for (const menu of all(".bw-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // 4. Keys. Single keys can be switched off in the preferences (WCAG 2.1.4); Ctrl+Enter sends the form one is in.
  const typing = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.form || document.querySelector(".bw-act form[data-main], #compose, .bw-formpage form");
      if (form?.requestSubmit) {
        event.preventDefault();
        const main = all("button:not([type=button])", form).find((button) => button.classList.contains("bw-btn-primary"));
        form.requestSubmit(main);
      }
      return;
    }
    if (event.key === "Escape") {
      const menu = event.target.closest?.(".bw-menu[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      } else if (event.target.matches?.(typing)) event.target.blur();
      return;
    }
    if (!page || "noKeys" in page.dataset || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(typing)) return;
    const target = all("[aria-keyshortcuts]").find((one) => one.getAttribute("aria-keyshortcuts").split(" ").includes(event.key));
    if (!target || event.key.length !== 1) return;
    event.preventDefault();
    reveal(target);
    if (target.type === "radio") target.click();
    target.focus();
  });

  // Unfold hides the page until its script has run, so the browser's own autofocus finds nothing to focus.
  const begin = () => document.activeElement === document.body && document.querySelector("[autofocus]")?.focus();
  if (document.documentElement.hasAttribute("x-cloak")) document.addEventListener("alpine:initialized", begin);
  else begin();

  // 5. Pickers: a search over the chips, and how many are chosen in each group
  for (const picker of all("[data-picker]")) {
    const box = picker.querySelector(".bw-picker-search"), field = box?.querySelector("input"), status = box?.querySelector("[role=status]");
    const groups = all("details", picker);
    if (!field) continue;
    box.hidden = false;
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase();
      let found = 0;
      for (const group of groups) {
        const inName = group.querySelector("summary b").textContent.toLowerCase().includes(wanted);
        let any = false;
        for (const label of all("label", group)) {
          label.hidden = !(inName || label.textContent.toLowerCase().includes(wanted));
          any ||= !label.hidden;
          found += !label.hidden;
        }
        group.hidden = !any;
        group.open = wanted ? any : Boolean(group.querySelector(":checked"));
      }
      status.textContent = wanted ? status.dataset.foundWord.replace("%s", found) : "";
    });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    picker.addEventListener("change", () => {
      const word = document.getElementById("bw-words")?.dataset.chosen || "%s chosen";
      for (const group of groups) {
        const count = all(":checked", group).length;
        group.querySelector("[data-count]").textContent = count ? word.replace("%s", count) : "";
      }
    });
  }

  // 6. The healthy minutes of the gate count down; at the end the page is worth loading again
  const clock = document.querySelector("[data-now]");
  const ahead = clock ? Date.parse(clock.dataset.now) - Date.now() : 0;
  function count() {
    for (const span of all("[data-ready]")) { // those of now: live.js swaps what has changed
      const left = Math.round((Date.parse(span.dataset.ready) - Date.now() - ahead) / 1000);
      const minutes = Math.floor(left / 60), seconds = String(left % 60).padStart(2, "0");
      const word = document.getElementById("bw-words")?.dataset.in || "in %s";
      span.textContent = left > 0 ? word.replace("%s", `${minutes}:${seconds}`) : span.dataset.readyWord;
    }
  }
  count();
  setInterval(count, 1000);
})();
