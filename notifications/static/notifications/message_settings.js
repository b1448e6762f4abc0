// A mail with made-up facts, drawn by the server while one types. Nothing in it can run: the frame is a sandbox.
addEventListener("DOMContentLoaded", () => {
  "use strict";
  const PAUSE = 300;
  const sample = document.querySelector("[data-mail-sample]");
  if (!sample) return;
  const frame = sample.querySelector("[data-mail]"), broken = sample.querySelector("[data-broken]");
  const kinds = [...sample.querySelectorAll("button")];
  const value = (id) => document.getElementById(`id_${id}`)?.value ?? "";
  let waiting, running;

  // The words of the chosen kind stand in the row of the inline that names it.
  function words(event) {
    for (const field of document.querySelectorAll("[name^=texts-][name$=-event]"))
      if (field.value === event) {
        const row = field.name.replace(/-event$/, "");
        return { subject: value(`${row}-subject`), intro: value(`${row}-intro`) };
      }
    return { subject: "", intro: "" };
  }

  async function ask() {
    running?.abort();
    running = new AbortController();
    const event = kinds.find((kind) => kind.getAttribute("aria-pressed") === "true").value;
    const data = new FormData();
    const typed = { event, header: value("header"), footer: value("footer"), sender_name: value("sender_name"), ...words(event) };
    for (const [name, text] of Object.entries(typed)) data.append(name, text);
    data.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    try {
      const answer = await fetch(sample.dataset.mailSample, { method: "POST", body: data, signal: running.signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") show({ error: sample.dataset.away });
    }
  }
  function show({ error, subject, from, html }) {
    broken.hidden = !error;
    broken.textContent = error ?? "";
    sample.toggleAttribute("data-is-broken", Boolean(error));
    if (error) return;
    sample.querySelector("[data-subject]").textContent = subject;
    sample.querySelector("[data-from]").textContent = from;
    frame.srcdoc = html;
  }

  for (const kind of kinds)
    kind.addEventListener("click", () => {
      for (const each of kinds) each.setAttribute("aria-pressed", String(each === kind));
      ask();
    });
  document.addEventListener("input", (event) => {
    if (!event.target.closest("form") || event.target.closest("[data-mail-sample]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  document.addEventListener("focusin", (event) => { // whoever edits the words of a kind sees that kind
    const row = event.target.name?.match(/^(texts-\d+)-(subject|intro)$/)?.[1];
    const kind = row && kinds.find((each) => each.value === document.querySelector(`[name="${row}-event"]`)?.value);
    if (kind && kind.getAttribute("aria-pressed") !== "true") kind.click();
  });
  ask();
});
