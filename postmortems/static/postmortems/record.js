// What the pages of a record do beside saving: guidance folds on a narrow screen, entries stand in order of time, ticks
// are counted, notes on figures mark them, files go up as soon as they are chosen. Everything reads and posts without it.
(() => {
  "use strict";
  const form = document.querySelector("form[data-saving]");
  if (!form) return;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // 1. Guidance is open in the margin and folded where there is none
  const narrow = matchMedia("(max-width: 1180px)");
  const fold = () => all("[data-fold]").forEach((each) => { each.open = !narrow.matches; });
  fold();
  narrow.addEventListener("change", fold);
  form.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-fold] > summary") && !narrow.matches) event.preventDefault();
  });

  // 2. Own entries stand between the others, by their time
  const picked = form.querySelector("[data-by-time]");
  const read = (text) => wallTime(text) || Date.parse(text ?? "") || Infinity;
  const timeOf = (one) => read(one.querySelector("[data-save$='.at']")?.value || one.dataset.time);
  function settle(one) {
    const at = timeOf(one);
    one.dataset.time = one.querySelector("[data-save$='.at']")?.value ?? one.dataset.time;
    const clock = one.querySelector("[data-clock]"), value = one.querySelector("[data-save$='.at']")?.value;
    if (clock && value) clock.textContent = value.replace(/^\S+\s+/, "");
    const next = all(":scope > li", picked).find((other) => other !== one && !other.matches("[data-gone]") && read(other.dataset.time) > at);
    if (next !== one.nextElementSibling && document.activeElement?.closest("li") !== one) next ? next.before(one) : picked.append(one);
  }
  if (picked) {
    form.addEventListener("focusout", ({ target }) => {
      const one = target.closest?.("[data-by-time] > [data-row]");
      if (one) setTimeout(() => { if (!one.contains(document.activeElement)) settle(one); }, 0);
    });
    form.addEventListener("saving:changed", ({ detail }) => {
      const one = detail.field === "at" && form.querySelector(`[data-row="${CSS.escape(detail.key)}"]`);
      if (one) settle(one);
    });
    const taken = form.querySelector("[data-taken]"), boxes = all("[data-take]", form);
    form.addEventListener("change", ({ target }) => {
      if (!target.matches("[data-take]") || !taken) return;
      let turn = 0;
      const numbers = [boxes.filter((box) => box.checked).length, boxes.length];
      taken.textContent = taken.textContent.replace(/\d+/g, (old) => numbers[turn++] ?? old);
    });
  }

  // 3. A figure is disputed in a line under them, and marked while a note stands there
  form.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-opens]"), place = link && document.getElementById(link.dataset.opens);
    if (!place) return;
    event.preventDefault();
    place.toggleAttribute("data-on", true);
    place.querySelector("textarea").focus();
  });
  form.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-dispute]")) return;
    const link = form.querySelector(`[data-opens="${target.closest("[data-row]").id}"]`);
    link.closest("li").toggleAttribute("data-disputed", Boolean(target.value.trim()));
  });
  for (const each of all("[data-dispute]", form)) if (each.value) each.closest("[data-row]").toggleAttribute("data-on", true);

  // 4. Files: too large is said before anything is sent, and whatever happens the entry itself is kept
  const size = (bytes) => (bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
  const token = () => document.cookie.split("; ").find((each) => each.startsWith("csrftoken="))?.slice(10) ?? form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  function sayOf(box, text, isBusy = false) {
    const line = box.querySelector("[data-file-error]");
    line.textContent = text;
    line.hidden = !text;
    line.toggleAttribute("data-busy", isBusy);
  }
  async function post(box, data) {
    data.append("key", box.dataset.file);
    const response = await fetch(box.dataset.address, { method: "POST", redirect: "manual", headers: { "X-CSRFToken": token(), Accept: "application/json" }, body: data });
    const line = box.querySelector("[data-file-error]").dataset;
    if (response.status === 413) return { error: line.tooLarge };
    if (response.type === "opaqueredirect" || !response.headers.get("Content-Type")?.includes("json")) return { error: line.failed };
    return response.json();
  }
  async function send(box, input) {
    const [file] = input.files, line = box.querySelector("[data-file-error]").dataset;
    if (!file) return;
    if (file.size > Number(input.dataset.limit)) {
      input.value = "";
      sayOf(box, line.tooLarge);
      return;
    }
    const one = box.closest("[data-row]");
    if (one.dataset.unborn) form.saving.touch(one.querySelector("[data-save$='.at']"));
    sayOf(box, line.sending, true);
    const data = new FormData();
    data.append("file", file);
    try {
      await form.saving.flush();
      if (!form.saving.isWritten(box.dataset.file)) throw new Error("not written yet");
      const answer = await post(box, data);
      if (answer.error) {
        sayOf(box, answer.error);
        return;
      }
      sayOf(box, "");
      input.value = "";
      box.querySelector("[data-file-name]").textContent = answer.name;
      box.querySelector("[data-file-size]").textContent = size(answer.size);
      box.querySelector("[data-file-link]").href = answer.url;
      box.querySelector("[data-file-has]").hidden = false;
    } catch {
      sayOf(box, line.failed);
    }
  }
  form.addEventListener("change", ({ target }) => {
    const box = target.matches("input[type=file]") && target.closest("[data-file]");
    if (box) send(box, target);
  });
  const offerDrop = (root) => all("[data-file-drop]", root).forEach((each) => { each.hidden = false; });
  offerDrop(form);
  form.addEventListener("saving:added", ({ detail }) => offerDrop(detail.row));
  form.addEventListener("click", async ({ target }) => {
    const box = target.closest?.("[data-file-drop]")?.closest("[data-file]");
    if (!box) return;
    const data = new FormData();
    data.append("drop", "1");
    try {
      const answer = await post(box, data);
      if (answer.error) throw new Error(answer.error);
      sayOf(box, "");
      box.querySelector("[data-file-has]").hidden = true;
    } catch {
      sayOf(box, box.querySelector("[data-file-error]").dataset.failed);
    }
  });
})();
