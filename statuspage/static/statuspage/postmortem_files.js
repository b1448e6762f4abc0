// PDFs that are being made: the part of the screen that shows them is fetched again until none is.
(() => {
  "use strict";
  const PAUSE = 2000;
  const wait = (part) => {
    if (!part.hasAttribute("data-waiting")) return;
    setTimeout(async () => {
      try {
        const answer = await fetch(part.dataset.files, { credentials: "same-origin" });
        const html = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = html && html.querySelector("[data-files]");
        // A person who is on a button of it keeps it until they have left.
        if (fresh && !part.contains(document.activeElement)) { part.replaceWith(fresh); part = fresh; }
      } catch { /* the line is gone for a moment: asked again below */ }
      wait(part);
    }, PAUSE);
  };
  document.querySelectorAll("[data-files]").forEach(wait);
})();
