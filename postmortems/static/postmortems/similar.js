// Similar incidents while one reports a suspicion: asked again when the title or the components change. The form posts
// without it, and has a button that shows the same list.
(() => {
  "use strict";
  const PAUSE = 400;
  const near = document.querySelector("[data-similar]"), form = near?.closest("form");
  if (!form) return;
  const beside = document.querySelector("[data-similar-beside]");
  const lists = [...document.querySelectorAll("[data-similar-list]")];
  const count = near.querySelector("[data-similar-count]"), status = document.querySelector("[data-similar-status]");
  let last = "", waiting, running;

  function compared() {
    const all = new FormData(form), sent = new FormData();
    for (const [name, value] of all) if (["title", "components", "csrfmiddlewaretoken"].includes(name)) sent.append(name, value);
    return sent;
  }

  async function ask() {
    const sent = compared(), now = JSON.stringify([...sent]);
    if (now === last) return;
    last = now;
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(near.dataset.similar, { method: "POST", body: sent, signal: running.signal, headers: { "X-Requested-With": "fetch" } });
      if (answer.ok && !answer.redirected) show(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") last = ""; // away for a moment: asked again with the next change
    }
  }

  function show(html) {
    for (const list of lists) list.innerHTML = html;
    const found = near.querySelectorAll("[data-similar-list] > ul > li").length;
    near.hidden = false;
    count.textContent = found || count.dataset.none;
    if (beside) beside.hidden = !found;
    status.textContent = found ? status.dataset.words.replace("%s", found) : "";
  }

  near.classList.add("is-live");
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(ask, PAUSE); };
  form.addEventListener("input", (event) => { if (event.target.name === "title") soon(); });
  form.addEventListener("change", (event) => { if (event.target.name === "components") soon(); });
  if (form.elements.namedItem("title")?.value.trim()) soon();
  else near.hidden = false; // its line stands from the beginning, so that nothing moves when something is found
})();
