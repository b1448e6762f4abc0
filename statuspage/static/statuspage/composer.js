// The forms that write to customers: the preview while one types, texts that follow the stage, one more row, the share of
// a rule. Every form posts without it.
(() => {
  "use strict";
  const PAUSE = 250, LOOK = 15_000;
  const all = (root, selector) => [...root.querySelectorAll(selector)];

  for (const form of document.querySelectorAll("[data-telling]:not(.is-live)")) {
    form.classList.add("is-live");
    const text = form.querySelector("#text");
    const filled = form.querySelector("[data-filled]");
    const time = form.elements.namedItem("filled_time");
    const templates = form.querySelector("[data-templates]");
    let isWanted = false; // a template was chosen, and its text shall take the place of what stands there
    const preview = form.dataset.preview ? live() : () => {};
    follow();
    recipients();
    texts();
    rows();
    measure();
    labels();
    resolution();
    sending();
    news();
    form.querySelector("[data-focus]")?.focus();

    // 1. The preview, the three parts and the promise, made by the server from what stands in the form
    function live() {
      let waiting, running;
      async function ask() {
        running?.abort();
        running = new AbortController();
        try {
          const body = new FormData(form);
          if (isWanted) body.append("wanted", "1");
          const answer = await fetch(form.dataset.preview, { method: "POST", body, signal: running.signal, headers: { "X-Requested-With": "fetch" } });
          if (!answer.ok || answer.redirected) return;
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          for (const slot of page.querySelectorAll("[data-slot]"))
            for (const place of all(form, `[data-slot="${slot.dataset.slot}"]`))
              if (place.innerHTML !== slot.innerHTML) place.innerHTML = slot.innerHTML;
          refill(page.querySelector("[data-fill]"));
        } catch (error) {
          if (error.name !== "AbortError") throw error;
        }
      }
      const soon = () => { clearTimeout(waiting); waiting = setTimeout(ask, PAUSE); };
      form.addEventListener("input", soon);
      form.addEventListener("change", soon);
      // A promise in minutes moves on with the clock; nobody's typing is touched by it.
      setInterval(() => { if (!document.hidden) soon(); }, 60_000);
      return soon;
    }

    // Who will be told, asked anew when what decides it changes: never with each letter
    function recipients() {
      const place = form.querySelector("[data-recipients]");
      if (!place) return;
      const decides = /^(status|pages|severity|components|audience|publish|rule|deliver_notifications|deliver|end_impacts|rows-.*)$/;
      const asked = () => JSON.stringify([...new FormData(form)].filter(([name]) => decides.test(name)));
      let last = form.querySelector("[aria-invalid=true], .bw-error") ? "" : asked(), waiting, running;
      async function ask() {
        const now = asked();
        if (now === last) return;
        last = now;
        running?.abort();
        running = new AbortController();
        place.setAttribute("aria-busy", "true");
        try {
          const answer = await fetch(place.dataset.recipients, { method: "POST", body: new FormData(form), signal: running.signal, headers: { "X-Requested-With": "fetch" } });
          if (answer.ok && !answer.redirected) {
            place.innerHTML = await answer.text();
            form.querySelector("[data-leaves]")?.replaceChildren(...place.querySelectorAll(".bw-recipients-left"));
          }
        } catch (error) {
          if (error.name === "AbortError") return;
          last = ""; // away for a moment: asked again with the next change
        }
        place.removeAttribute("aria-busy");
      }
      const soon = () => { clearTimeout(waiting); waiting = setTimeout(ask, PAUSE); };
      form.addEventListener("change", soon);
      form.addEventListener("click", soon); // one more row, or one less
      soon();
    }

    // 2. Texts: the template's as long as nobody has written there
    function isUntouched() {
      return Boolean(filled?.value.trim()) && text.value.trim() === filled.value.trim();
    }
    function refill(fill) {
      if (!fill || !filled) return;
      const next = fill.value.trim(), nextTime = fill.dataset.time;
      if ((isWanted || isUntouched()) && next) {
        isWanted = false;
        if (text.value !== next) text.value = next;
        filled.value = next;
        if (time) time.value = nextTime;
        if (templates && fill.dataset.template) templates.value = fill.dataset.template;
      } else if (time && time.value && nextTime && nextTime !== time.value && document.activeElement !== text && text.value.includes(time.value)) {
        text.value = text.value.replaceAll(time.value, nextTime); // the promise that the text names follows the one chosen
        time.value = nextTime;
      }
    }
    function texts() {
      if (!templates || !text) return;
      const swapped = form.querySelector("[data-swapped]");
      let mine = "";
      form.addEventListener("change", (event) => {
        if (event.target.name === "status") {
          show(event.target.value);
          if (isUntouched() || !text.value.trim()) {
            isWanted = true;
            if (templates.tagName === "SELECT") templates.value = "";
          }
        }
        if (event.target === templates && templates.value !== "none") {
          if (text.value.trim() && !isUntouched()) { mine = text.value; swapped.hidden = false; }
          isWanted = true;
        } else if (event.target === templates && isUntouched()) {
          text.value = filled.value = "";
        }
      });
      text.addEventListener("input", () => { isWanted = false; }); // whoever writes is never overwritten by an answer on its way
      form.querySelector("[data-take-back]")?.addEventListener("click", () => {
        text.value = mine;
        templates.value = "none";
        swapped.hidden = true;
        text.focus();
        preview();
      });
      const chosen = form.querySelector("[name=status]:checked");
      if (chosen) show(chosen.value);
    }
    function show(stage) {
      for (const group of all(templates, "optgroup")) group.hidden = group.disabled = group.dataset.stage !== stage;
    }

    // 3. One more component or location
    function rows() {
      const box = form.querySelector("[data-rows]"), button = box?.querySelector("[data-add-row]");
      if (!button) return;
      const total = box.querySelector("[name=rows-TOTAL_FORMS]"), blank = box.querySelector("[data-row-template]");
      button.hidden = false;
      button.addEventListener("click", () => {
        const holder = document.createElement("div");
        holder.innerHTML = blank.innerHTML.replaceAll("__prefix__", total.value);
        const row = holder.firstElementChild;
        total.value = Number(total.value) + 1;
        button.before(row);
        row.querySelector("select").focus();
      });
    }

    // 4. The share that a rule asks for: strictly more than its limit
    function measure() {
      const box = form.querySelector("[data-measure]");
      if (!box) return;
      const percent = box.querySelector("[data-percent]"), word = box.querySelector("[data-verdict-word]");
      const shape = box.querySelector("[data-verdict-shape]"), share = box.querySelector("[data-share]");
      const verdict = box.querySelector("[data-verdict]"), unasked = word.textContent;
      const number = (id) => {
        const typed = form.querySelector(id).value.replace(/[\s,.’'](?=\d{3}(\D|$))/g, "").trim();
        return /^\d+$/.test(typed) ? Number(typed) : NaN;
      };
      function show() {
        const rule = form.querySelector("[name=rule]:checked");
        for (const place of all(box, "[data-unit-word]")) place.textContent = rule?.dataset.unit ?? "";
        const limit = Number(rule?.dataset.limit), affected = number("#rule_affected"), total = number("#rule_total");
        const isKnown = limit > 0 && total > 0 && affected >= 0 && affected <= total;
        share.hidden = shape.hidden = !isKnown;
        percent.textContent = isKnown ? `${(Math.round((affected * 1000) / total) / 10).toFixed(1)} %` : "";
        if (!isKnown) { word.textContent = unasked; delete verdict.dataset.met; return; }
        const isMet = affected * 100 > limit * total;
        verdict.dataset.met = isMet ? "1" : "0";
        word.textContent = (isMet ? box.dataset.met : box.dataset.unmet).replace("%s", String(limit));
        shape.querySelector("use").setAttribute("href", isMet ? "#ck-met" : "#ck-missed");
        share.querySelector("i").style.width = `${(affected * 100) / total}%`;
        share.querySelector("span").style.left = `${limit}%`;
      }
      form.addEventListener("input", show);
      form.addEventListener("change", show);
      show();

      // How bad it is follows the severity where nobody has chosen.
      const touched = new Set();
      form.addEventListener("change", (event) => {
        if (event.target.name?.endsWith("-level")) touched.add(event.target.name);
        if (event.target.name === "severity")
          for (const each of all(form, `[name$="-level"][value="${event.target.dataset.level}"]`))
            if (!touched.has(each.name)) each.checked = true;
      });
    }

    // What the button says, and the line beside it, is what it does
    function labels() {
      const said = all(form, "[data-on-label]");
      if (!said.length) return;
      function label() {
        const publishes = form.querySelector("[name=publish]:checked") && !form.querySelector("[data-leak]:checked") &&
          (form.querySelector("[name=audience]:checked")?.value ?? "public") === "public";
        for (const each of said) each.textContent = publishes ? each.dataset.onLabel : each.dataset.offLabel;
      }
      form.addEventListener("change", label);
      label();
    }

    // 5. After a conflict: their words into mine
    function resolution() {
      const insert = form.querySelector("[data-insert]");
      if (!insert) return;
      insert.hidden = false;
      insert.addEventListener("click", () => {
        text.value = `${form.querySelector("[data-theirs]").innerText.trim()}\n\n${text.value}`;
        text.focus();
      });
    }

    // 6. What somebody else did meanwhile: said above the button, over what is there, so that nothing moves
    function news() {
      const place = form.querySelector("[data-news-place]");
      if (!place) return;
      const value = (name) => form.elements.namedItem(name)?.value ?? "";
      let closed = "";
      async function look() {
        if (document.hidden || form.dataset.sent) return;
        const address = `${form.dataset.news}?${new URLSearchParams({ version: value("version"), since: value("read_at") })}`;
        let text = "";
        try {
          const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
          if (!answer.ok || answer.redirected) return;
          text = (await answer.text()).trim();
        } catch {
          return; // away for a moment: the next look will tell
        }
        const said = new DOMParser().parseFromString(text, "text/html").body;
        if (said.innerHTML === place.dataset.said || said.textContent === closed) return;
        place.dataset.said = said.innerHTML;
        place.innerHTML = said.innerHTML;
        place.hidden = !text;
      }
      place.addEventListener("click", (event) => {
        if (!event.target.closest("[data-news-close]")) return;
        closed = place.textContent;
        place.hidden = true;
        text?.focus();
      });
      setInterval(look, LOOK);
      document.addEventListener("visibilitychange", look);
      addEventListener("focus", look);
    }

    // 7. Which stages there are, and what the gate asks for, follow the facts (live.js); what is chosen and written stays
    function follow() {
      const said = (place) => `${place.textContent} ${all(place, "[name]").map((one) => one.name).join(" ")}`.replace(/\s+/g, " ");
      const told = new Map(all(form, "[data-follow]").map((place) => [place, said(place)]));
      document.addEventListener("bw:fresh", ({ detail }) => {
        const fresh = form.id && detail?.getElementById(form.id), stage = form.querySelector("[name=status]:checked")?.value;
        if (!fresh?.querySelector(`[name=status][value="${stage}"]`) || form.dataset.sent) return;
        for (const [place, before] of told) {
          const next = fresh.querySelector(`[data-follow="${place.dataset.follow}"]`), now = next && said(next);
          const writes = place.contains(document.activeElement) && !document.activeElement.matches("[type=radio], [type=checkbox]");
          if (!next || now === before || writes) continue;
          told.set(place, now);
          swap(place, next);
        }
        if (templates) show(stage);
      });
      function swap(place, next) {
        const at = document.activeElement, value = place.value;
        const fields = all(place, "[name]"), is = (one, other) => one.name === other.name && (one.type !== "radio" || one.value === other.value);
        place.replaceChildren(...next.childNodes);
        if (place === templates) templates.value = value;
        for (const field of all(place, "[name]")) {
          const was = fields.find((one) => is(one, field));
          if (was) [field.value, field.checked] = [was.value, was.checked];
          else if (field.type === "radio") field.checked = false;
          if (was && was === at) field.focus({ preventScroll: true });
        }
      }
    }

    // 8. Ctrl+Enter posts; one click posts once
    function sending() {
      const button = form.querySelector("[data-primary]");
      let label = button?.innerHTML;
      function name() {
        if (!button?.dataset.resolveLabel || form.dataset.sent) return;
        const isLast = form.querySelector("[name=status]:checked")?.value === "resolved";
        button.textContent = isLast ? button.dataset.resolveLabel : button.dataset.label;
      }
      form.addEventListener("input", name);
      form.addEventListener("change", name);
      name();
      // What was wrong with a choice is over once another is made.
      form.addEventListener("change", (event) => {
        const box = event.target.type === "radio" && event.target.closest("[data-promise], .bw-stages");
        if (!box) return;
        for (const error of all(box, ".bw-error")) error.remove();
        for (const field of all(box, "[aria-invalid]")) field.removeAttribute("aria-invalid");
      });
      form.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        form.requestSubmit(button);
      });
      form.addEventListener("submit", (event) => {
        if (form.dataset.sent) { event.preventDefault(); return; }
        form.dataset.sent = "1";
        if (button && event.submitter === button) {
          label = button.innerHTML;
          button.setAttribute("aria-disabled", "true");
          if (form.dataset.busy) button.textContent = form.dataset.busy;
        }
      });
      addEventListener("pageshow", () => {
        delete form.dataset.sent;
        button?.removeAttribute("aria-disabled");
        if (button && button.textContent === form.dataset.busy) button.innerHTML = label;
      });
    }
  }
})();
