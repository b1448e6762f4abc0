// Says what only the reader's clock knows: "in 12 min", "7 min ago", "late", and the reader's own zone.
// The page is complete without it. Words come translated in data-words, % is the place of the number.
(function () {
  var d = document, w = d.currentScript.dataset.words.split("|"), day = 864e5;
  function span(ms) {
    var m = Math.floor(ms / 6e4), n = Math.floor(m / 1440), h = Math.floor(m / 60) % 24;
    return n ? n + " " + w[5] + (h ? " " + h + " " + w[6] : "") : h ? h + " " + w[6] + (m % 60 ? " " + m % 60 + " " + w[7] : "") : m + " " + w[7];
  }
  function say(word, ms) { return ms < 6e4 ? w[4] : w[word].replace("%", span(ms)); }
  function tick() {
    var now = Date.now();
    d.querySelectorAll("[data-rel]").forEach(function (n) {
      var ms = now - Date.parse(n.dataset.rel);
      n.textContent = ms < 6e4 ? "" : say(n.dataset.kind, ms);
    });
    d.querySelectorAll("[data-next]").forEach(function (n) {
      var ms = Date.parse(n.dateTime) - now, box = n.closest(".next");
      n.nextElementSibling.textContent = ms > 0 ? say(0, ms + 59999) : say(3, -ms);
      if (ms <= 0) { box.classList.add("late"); box.querySelector(".lab").textContent = w[8]; }
    });
  }
  tick();
  setInterval(tick, 15e3);
  var z = d.querySelector("[data-zone]"), name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (z && name && name !== z.dataset.zone) z.textContent = " " + w[9].replace("%", name.replace(/_/g, " "));
  d.querySelectorAll("time[datetime*=T]").forEach(function (n) { n.title = new Date(n.dateTime).toLocaleString(); });
})();
