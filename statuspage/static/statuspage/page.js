// Says what only the reader's clock knows: "in 12 min", "7 min ago", "late", and the reader's own zone; and what only
// the heartbeat knows: that the page is old, or has news. The page is complete without it, and never moves by itself.
// Words come translated in data-words, % is the place of the number.
(function () {
  var d = document, own = d.currentScript.dataset, w = own.words.split("|"), day = 864e5;
  var z = d.querySelector("[data-zone]");
  function all(which, f) { d.querySelectorAll(which).forEach(f); }
  function span(ms) {
    var m = Math.floor(ms / 6e4), n = Math.floor(m / 1440), h = Math.floor(m / 60) % 24;
    return n ? n + " " + w[5] + (h ? " " + h + " " + w[6] : "") : h ? h + " " + w[6] + (m % 60 ? " " + m % 60 + " " + w[7] : "") : m + " " + w[7];
  }
  function say(word, ms) { return ms < 6e4 ? w[4] : w[word].replace("%", span(ms)); }
  function tick() {
    var now = Date.now();
    all("[data-rel]", function (n) {
      var ms = now - Date.parse(n.dataset.rel);
      n.textContent = ms < 6e4 ? "" : say(n.dataset.kind, ms);
    });
    all("[data-to]", function (n) {
      var o = n.dataset, ms = Date.parse(o.to) - now, late = o.over && ms < -6e4;
      n.textContent = ms > 0 ? say(o.kind, ms + 59999) : late ? say(o.over, -ms) : "";
      if (late) n.parentNode.classList.add("over");
    });
    all("[data-bar]", function (n) {
      var s = n.dataset.bar.split(" ").map(Date.parse), part = (now - s[0]) / (s[1] - s[0]);
      n.hidden = part < 0 || part > 1;
      n.querySelector("i").style.width = 100 * part + "%";
    });
    all("[data-next]", function (n) {
      var ms = Date.parse(n.dateTime) - now, box = n.closest(".next");
      n.nextElementSibling.textContent = ms > 0 ? say(0, ms + 59999) : say(3, -ms);
      if (ms <= 0) { box.classList.add("late"); box.querySelector(".lab").textContent = w[8]; }
    });
  }
  tick();
  setInterval(tick, 15e3);
  var name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (z && name && name !== z.dataset.zone) z.textContent = " " + w[9].replace("%", name.replace(/_/g, " "));
  all("[name=time_zone]", function (n) { n.value = name || ""; });
  all("time[datetime*=T]", function (n) { n.title = new Date(n.dateTime).toLocaleString(); });

  // The heartbeat: at = readers see all facts up to then. Its age is told by the server's clock, never by the reader's.
  var bar = d.querySelector(".beat"), last = Date.now(), failing = 0, printed = told(d), news = false, seen, said;
  function hour(at, now) {
    var form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: z.dataset.zone, timeZoneName: "short" };
    if (now - at > day / 2) { form.day = "numeric"; form.month = "short"; }
    return new Date(at).toLocaleString(d.documentElement.lang + "-u-nu-latn", form);
  }
  // What counts as news: titles, texts, stages and states; not that a day is over, nor that a word is late.
  function told(page) {
    return [].map.call(page.querySelectorAll("h1, .h1, .flag b, .mw h3, .mw .st, .when, .text, .stage, .upd h3, .tree .st, .grid td"), function (n) { return n.textContent; }).join();
  }
  function look() {
    return fetch(location.href, { cache: "no-cache" }).then(function (r) { return r.ok ? r.text() : ""; }).then(function (html) {
      if (html) news = told(new DOMParser().parseFromString(html, "text/html")) !== printed;
    });
  }
  function show(text) {
    if (text === said) return;
    said = text;
    bar.textContent = "";
    bar.classList.toggle("old", text !== w[12]);
    if (!text) return;
    var line = bar.appendChild(d.createElement("p")).appendChild(d.createElement("span"));
    line.textContent = text;
    if (text !== w[12]) return;
    var button = line.appendChild(d.createElement("button"));
    button.textContent = w[13];
    button.onclick = function () { location.reload(); };
  }
  function beat() {
    if (d.hidden) return;
    fetch(own.heartbeat, { cache: "no-store" }).then(function (r) {
      if (r.status === 404) return;
      if (!r.ok) throw r;
      return r.json().then(function (b) {
        var age = Date.parse(r.headers.get("Date")) - (last = Date.parse(b.at)), moved = b.version !== seen; // the first time too: this may be a copy, or have waited in another tab
        failing = 0;
        seen = b.version;
        return Promise.resolve(moved && look()).then(function () {
          show(age > 9e4 ? w[10].replace("%", hour(last, last + age)) : news ? w[12] : "");
        });
      });
    }).catch(function () {
      failing = failing || Date.now();
      if (Date.now() - failing > 9e4) show(w[11].replace("%", hour(last, Date.now())));
    });
  }
  setTimeout(beat, 4e3);
  setInterval(beat, 3e4);
  d.addEventListener("visibilitychange", beat);
})();
