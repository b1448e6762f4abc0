// A template in the admin: what it comes out as, while one types and whenever its page is changed.
addEventListener("DOMContentLoaded", () => {
  "use strict";
  const PAUSE = 250;
  const sample = document.querySelector("[data-sample]"), body = document.getElementById("id_body");
  if (!sample || !body) return;
  const place = sample.querySelector("[data-sample-text]"), page = document.getElementById("id_page");
  let waiting, running;

  async function ask() {
    running?.abort(); // the answer to what was typed before comes too late
    running = new AbortController();
    const data = new FormData();
    data.append("body", body.value);
    data.append("page", page?.value ?? "");
    data.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    try {
      const answer = await fetch(sample.dataset.sample, { method: "POST", body: data, signal: running.signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const { text, error } = await answer.json();
      show(error || text, Boolean(error));
    } catch (error) {
      if (error.name !== "AbortError") show(sample.dataset.away, true);
    }
  }
  function show(text, isBroken) {
    place.textContent = text;
    place.style.whiteSpace = "pre-line";
    sample.toggleAttribute("data-broken", isBroken);
  }
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(ask, PAUSE); };
  body.addEventListener("input", soon);
  page?.addEventListener("change", soon);
  if (body.value.trim()) ask(); // also after a refusal, where the server shows what is stored
});
