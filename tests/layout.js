// What does not fit on a page as it is shown: text and controls that overlap, leave the window, spill over the box that
// they stand in, or are cut; buttons whose words break over lines; targets that are too small to hit. Each is said in a line.
// What may scroll sideways (overflow: auto, simplebar) is no fault, nor what is there for screen readers only.
({ least, lines }) => {
  const wide = document.documentElement.clientWidth, faults = new Set(), cut = new Set(), boxes = [];
  const SHELL = "#nav-sidebar, .bw-title, .bw-strip-act, .bw-ws .bw-head h1"; // names and titles are shortened there, by design
  const said = (e) => (e.innerText || e.getAttribute("aria-label") || e.name || "").trim().replace(/\s+/g, " ").slice(0, 40);
  const name = (e) => `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ""}${[...e.classList].map((one) => `.${one}`).join("")} “${said(e)}”`;
  const seen = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const layer = (e) => { // what is stuck to the window lies over the rest
    for (let a = e; a; a = a.parentElement) if (/sticky|fixed/.test(getComputedStyle(a).position)) return a;
    return document.body;
  };

  function shown(rect, e) { // the part of it that no box around it hides
    let { left, right, top, bottom } = rect;
    for (let a = e; a && a !== document.body; a = a.parentElement) {
      const style = getComputedStyle(a), box = a.getBoundingClientRect();
      if (style.clipPath !== "none") return null;
      if (style.overflowX !== "visible" && !a.matches("#page, #main")) {
        if (/hidden|clip/.test(style.overflowX) && box.width > 2 && !a.matches("[class*=simplebar]") && (right > box.right + 1 || left < box.left - 1)) cut.add(a);
        left = Math.max(left, box.left); right = Math.min(right, box.right);
        top = Math.max(top, box.top); bottom = Math.min(bottom, box.bottom);
      }
      if (right - left < 1 || bottom - top < 1) return null;
      if (style.position === "fixed") break;
    }
    return { left, right, top, bottom };
  }
  function spills(rect, e) { // over the nearest box that one can see
    for (let a = e; a && a !== document.body; a = a.parentElement) {
      const style = getComputedStyle(a);
      if (style.overflowX !== "visible") return;
      if (style.display === "inline" || (!parseFloat(style.borderRightWidth) && style.backgroundColor === "rgba(0, 0, 0, 0)")) {
        if (style.position === "absolute") return; // laid beside it, by design
        continue;
      }
      const box = a.getBoundingClientRect();
      if (rect.right > box.right + 1 || rect.left < box.left - 1 || rect.bottom > box.bottom + 2 || rect.top < box.top - 2)
        faults.add(`${name(e)} spills over ${name(a)}`);
      return;
    }
  }

  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const e = words.currentNode.parentElement, range = document.createRange();
    if (!words.currentNode.data.trim() || !seen(e) || e.closest("[aria-hidden=true], svg, script, style, noscript, option, .material-symbols-outlined")) continue;
    range.selectNodeContents(words.currentNode);
    for (const rect of range.getClientRects()) {
      const part = rect.width > 2 && shown(rect, e);
      if (!part) continue;
      boxes.push({ ...part, e, isText: true, layer: layer(e) });
      spills(rect, e);
    }
  }
  for (const e of document.querySelectorAll("input, select, textarea, button, img")) {
    const part = seen(e) && !e.closest("[aria-hidden=true]") && shown(e.getBoundingClientRect(), e);
    if (part && part.right - part.left > 2) boxes.push({ ...part, e, layer: layer(e) });
  }

  for (const { e, left, right } of boxes) if (right > wide + 1 || left < -1) faults.add(`${name(e)} leaves the window`);
  for (const [at, one] of boxes.entries())
    for (const two of boxes.slice(at + 1)) {
      if (one.layer !== two.layer || one.e.contains(two.e) || two.e.contains(one.e)) continue;
      if ([one, two].some(({ e }) => e.matches("textarea:placeholder-shown"))) continue; // its label lies in it until one writes
      const across = Math.min(one.right, two.right) - Math.max(one.left, two.left);
      const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
      if (across > 2 && down > 4) faults.add(`${name(one.e)} and ${name(two.e)} overlap`);
    }
  for (const e of cut) if (!e.closest(SHELL)) faults.add(`${name(e)} is cut`);
  for (const e of document.querySelectorAll(".bw-btn, :is(.bw-stage-row, .bw-picks, .bw-segments) label > span")) {
    const tops = boxes.filter((box) => box.isText && e.contains(box.e) && !box.e.closest("small")).map((box) => Math.round((box.top + box.bottom) / 24));
    if (seen(e) && new Set(tops).size > lines) faults.add(`${name(e)} breaks over lines`);
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.add("the page scrolls sideways");

  // Targets (WCAG 2.2, 2.5.8): what one presses, except words within a sentence.
  const inSentence = (e) => getComputedStyle(e).display === "inline" && [...e.parentElement.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  for (const e of document.querySelectorAll("a[href], button, input, select, textarea, summary, label:has(> input)")) {
    if (!least || !e.checkVisibility({ visibilityProperty: true }) || e.type === "hidden" || e.closest("[aria-hidden=true]") || inSentence(e)) continue;
    if (/^(INPUT)$/.test(e.tagName) && e.closest("label")) continue; // its label is pressed
    const { width, height, left, bottom } = e.getBoundingClientRect();
    if (left < 0 || bottom < 0 || (width <= 2 && height <= 2)) continue; // a trap, a link to skip by, what is for screen readers
    const own = [...e.getClientRects()].reduce((most, rect) => Math.max(most, rect.height), 0);
    if (Math.round(own) < least || Math.round(width) < least) faults.add(`${name(e)} is ${Math.round(width)} × ${Math.round(own)}`);
  }
  return [...faults];
}
