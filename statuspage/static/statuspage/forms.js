// Says what the forms without it leave to be guessed: the reader's zone, what is chosen so far, and that a chosen part
// covers all below it. Everything works without.
(function () {
  var d = document, zone = d.querySelector("[data-zone-of-reader]");
  if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  var sum = d.querySelector("[data-sum]"), chooser = d.querySelector(".chooser");
  if (!chooser) return;
  var all = sum && sum.textContent;
  function name(box) { var b = box.nextElementSibling; return (b.querySelector("b") || b).textContent; }
  function cover() {
    var boxes = chooser.querySelectorAll("[name=component]");
    boxes.forEach(function (box) {
      if (!box.disabled) return;
      box.disabled = false;
      box.checked = box.dataset.own === "1";
    });
    chooser.querySelectorAll(".branch").forEach(function (branch) {
      var top = branch.querySelector("input");
      if (!top.checked || top.disabled) return;
      branch.querySelectorAll(":scope > details input").forEach(function (box) {
        if (box.disabled) return;
        box.dataset.own = box.checked ? "1" : "";
        box.checked = box.disabled = true;
      });
    });
  }
  function tell() {
    cover();
    if (!sum) return;
    var chosen = [].filter.call(chooser.querySelectorAll("input[type=checkbox]:checked:not(:disabled)"), name).map(name);
    var level = chooser.querySelector("input[type=radio]:checked");
    if (level && level !== chooser.querySelector("input[type=radio]")) chosen.push(name(level));
    sum.textContent = chosen.length ? chosen.slice(0, 4).join(", ") + (chosen.length > 4 ? " …" : "") : all;
  }
  chooser.addEventListener("change", tell);
  tell();
})();
