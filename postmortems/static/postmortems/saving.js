// Fields are saved while people write: an incident record and the draft of a post-mortem share this.
//
// The form:   <form data-saving="/…/save/" data-doc="irf_…" data-person="7" data-name="Jun Watanabe" data-since="ISO time"
//               data-section="causes" data-place="Contributing causes" data-login="/admin/login/?next=/…/write/"
//               [data-closed: restricted, kept in this tab only] [data-beat="12000" ms between two looks at the others]>
// Controls:   data-save="<key>.<field>" on inputs, selects, text areas, tick boxes ("true" or ""), each radio of a group.
//             data-link="<key>" data-other="<key>" on a tick box: linked or not. data-take="<entry>" likewise: a line taken.
// Rows:       data-rows="cau" is the list, [data-ordered] where its order counts, data-row="<key>" a row, and
//             <template data-new="cau"> what a new one looks like, with __key__ for its key. In a row, [data-number] is
//             its number and data-mirror="<field>" shows what the field holds (data-word: what it says when empty).
//             data-unborn="cau" [data-under="section-7"] [data-needs="at"] is a row that is not on the server yet: it is
//             added there when the first thing is typed into it, with the fields that it cannot be without.
// Buttons:    data-add="cau" (a new row, opened and focused) · in a row data-remove, data-up, data-down; Alt+Up and
//             Alt+Down in an ordered row do the same. A removed row leaves a line with Undo.
// Leaving:    a submit button name=do value="go:…" with data-href leads there once everything is sent.
// Acts:       a submit button name=act is done once everything is written, and refused with a sentence until then: with
//             data-href it leads there, otherwise it is told as saving:act {act, pressed} (writing.js does it).
// What it says: [data-saving-foot] gets data-state (saving, saved, offline, session, conflict, refused, only, stopped),
//             [data-saving-line] the sentence, [data-saving-icon] the symbol; [data-saving-say] is a live region that
//             speaks when that changes for somebody who writes, not at every save; [data-saving-notice] what came back.
//             The sentences stand in <template id="saving-words"> (postmortems/_saving_words.html).
// Others:     [data-others] names who else is here, [data-at="<section>"] gets their face, a row data-held.
// Progress:   [data-progress="<section>"] gets data-s and its [data-progress-words] from the answer.
// Events on the form, bubbling, with detail: saving:state {state} · saving:saved {key, field, value} · saving:added {row}
//             · saving:removed {key} · saving:restored {key} · saving:moved {key} · saving:changed {key, field} (by others)
//             · saving:others {} (somebody else changed something)
// To others:  form.saving = {flush(): Promise<boolean>, isWritten(key): boolean, touch(control), say(word, values),
//             complain(sentence, place), isClean(element): boolean, renew(element): its fields were drawn anew, token()}
//
// Everything typed is kept on the device first, an entry for each field, and leaves it when the server has answered that
// it is written. What was read is sent along, so that nobody's words are written over; then both stand there to choose.
(() => {
  "use strict";
  const form = document.querySelector("form[data-saving]");
  if (!form) return;

  const QUIET = 700, LONGEST_QUIET = 4000, TOO_LONG = 15000, BEAT = Number(form.dataset.beat) || 12000;
  const MOST = 150, LARGEST = 400000, SLOWEST = 30000, FORGET = 30 * 24 * 3600 * 1000;
  const ICONS = { saving: "sync", saved: "cloud_done", offline: "cloud_off", session: "login", conflict: "sync_problem", refused: "edit_note", only: "cloud_upload", stopped: "block" };
  const words = document.getElementById("saving-words")?.dataset ?? {};
  const tab = random(), me = form.dataset.name ?? "";
  const all = (selector, root = form) => [...root.querySelectorAll(selector)];
  const say = (name, values = {}) => (words[name] ?? name).replace(/%\((\w+)\)s/g, (whole, key) => values[key] ?? "");
  const clock = (at) => wallClock(at, { seconds: true });
  const tell = (name, detail) => form.dispatchEvent(new CustomEvent(`saving:${name}`, { bubbles: true, detail }));
  const make = (tag, name, text, ...children) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text) made.textContent = text;
    made.append(...children);
    return made;
  };
  function button(text, act, name = "bw-btn") {
    const made = make("button", name, text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }
  function random() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => (byte % 36).toString(36)).join("");
  }

  // 1. The shelf: what is not written on the server yet, on this device, for this person and this document
  const PREFIX = `bw-saving:${form.dataset.person}:${form.dataset.doc}:`;
  const shelf = openShelf();
  let isShelfFull = false;

  function openShelf() {
    try {
      const found = "closed" in form.dataset ? sessionStorage : localStorage;
      found.setItem("bw-saving", "");
      found.removeItem("bw-saving");
      return found;
    } catch {
      return null;
    }
  }
  function shelved() {
    const found = [];
    try {
      if ("closed" in form.dataset) moveIn(localStorage);
      for (const name of Object.keys(shelf ?? {})) {
        if (!name.startsWith(PREFIX)) continue;
        const item = JSON.parse(shelf.getItem(name));
        if (item?.change && Date.now() - item.at < FORGET) found.push(item);
        else shelf.removeItem(name);
      }
    } catch { /* what cannot be read is not offered */ }
    return found.sort((one, two) => one.seq - two.seq);
  }
  function moveIn(other) { // it was restricted since: nothing of it stays for longer than this tab
    for (const name of Object.keys(other)) {
      if (!name.startsWith(PREFIX)) continue;
      shelf?.setItem(name, other.getItem(name));
      other.removeItem(name);
    }
  }

  // 2. What waits: by slot, one for each field and each act, newest intention only
  const waiting = new Map();
  let counted = Date.now();

  function put(slot, change, more = {}) {
    const before = waiting.get(slot);
    const place = { section: form.dataset.section ?? "", name: form.dataset.place ?? "", path: location.pathname };
    keep({ tried: [], place, ...before, ...more, slot, change, tab, at: Date.now(), seq: before?.seq ?? ++counted });
  }
  function keep(item) {
    waiting.set(item.slot, item);
    try {
      shelf?.setItem(PREFIX + item.slot, JSON.stringify(item));
    } catch {
      isShelfFull = true;
    }
  }
  function drop(slot) {
    waiting.delete(slot);
    try { shelf?.removeItem(PREFIX + slot); } catch { /* gone with the storage */ }
  }
  const isReady = (item) => !item.clash && !item.error && !(item.change.do !== "add" && waiting.get(`add.${item.change.key}`)?.error);

  // 3. Fields: what the server holds, and what stands in the control
  const held = new Map(); // by name: {base, typed, later}
  const controls = (name) => all(`[data-save="${CSS.escape(name)}"]`);
  const split = (name) => { const dot = name.lastIndexOf("."); return [name.slice(0, dot), name.slice(dot + 1)]; };

  function read(name, isFirst) {
    const [first, ...rest] = controls(name);
    if (!first) return "";
    if (first.type === "radio") return [first, ...rest].find((one) => (isFirst ? one.defaultChecked : one.checked))?.value ?? "";
    if (first.type === "checkbox") return (isFirst ? first.defaultChecked : first.checked) ? "true" : "";
    if (first.tagName === "SELECT" && isFirst) return ([...first.options].find((one) => one.defaultSelected) ?? first.options[0])?.value ?? "";
    return isFirst ? first.defaultValue : first.value;
  }
  function show(name, value) {
    for (const control of controls(name)) {
      if (control.type === "radio") control.checked = control.value === value;
      else if (control.type === "checkbox") control.checked = value === "true";
      else if (control.value !== value) control.value = value;
    }
    mirror(name);
  }
  function field(name) {
    if (!held.has(name)) held.set(name, { base: read(name, true), typed: null, later: null });
    return held.get(name);
  }
  const isIn = (name) => document.hasFocus() && controls(name).includes(document.activeElement);
  const isClean = (name) => !waiting.has(`set.${name}`);
  const named = (name, value) => { // as people read it
    const [first, ...rest] = controls(name);
    if (first?.type === "radio") return [first, ...rest].find((one) => one.value === value)?.closest("label")?.textContent.trim() ?? value;
    if (first?.tagName === "SELECT") return [...first.options].find((one) => one.value === value)?.textContent.trim() ?? value;
    return value;
  };

  function touch(control) {
    const name = control.dataset.save, [key, part] = split(name), now = field(name), value = read(name);
    be(control.closest("[data-unborn]"));
    mirror(name);
    const added = waiting.get(`add.${key}`);
    if (added?.error) keep({ ...added, error: "" });
    if (added && part in (added.change.values ?? {}) && !added.sent) {
      keep({ ...added, change: { ...added.change, values: { ...added.change.values, [part]: value } } });
      now.base = value;
      drop(`set.${name}`);
    } else {
      const item = waiting.get(`set.${name}`);
      if (!item?.tried.length && !item?.clash && (value === now.base || value === now.typed)) drop(`set.${name}`);
      else put(`set.${name}`, { do: "set", key, field: part, read: item?.change.read ?? now.base, value }, { error: "", together: false });
    }
    clearError(name);
    later();
  }

  // 4. Rows
  const list = (prefix) => form.querySelector(`[data-rows="${prefix}"]`);
  const placeOf = (key) => row(key) ?? (key && document.getElementById(key)); // a why is no row, and is removed as one
  const row = (key) => form.querySelector(`[data-row="${CSS.escape(key)}"]`);
  const rows = (within) => all("[data-row]", within).filter((one) => !one.hidden && one.closest("[data-rows]") === within);
  const prefixOf = (key) => key.split("_")[0];

  function be(unborn) { // somebody writes in it: now it is to be on the server too
    if (!unborn) return;
    const key = unborn.dataset.row, values = {};
    for (const name of (unborn.dataset.needs ?? "").split(" ").filter(Boolean)) {
      values[name] = read(`${key}.${name}`);
      field(`${key}.${name}`).base = values[name];
    }
    put(`add.${key}`, { do: "add", kind: unborn.dataset.unborn, key, under: unborn.dataset.under ?? "", values });
    delete unborn.dataset.unborn;
  }
  function build(prefix, key) {
    const template = document.querySelector(`template[data-new="${prefix}"]`), within = list(prefix);
    if (!template || !within) return null;
    const holder = make("template");
    holder.innerHTML = template.innerHTML.replaceAll("__key__", key);
    const made = holder.content.firstElementChild;
    within.append(made);
    number(within);
    tell("added", { row: made, key });
    return made;
  }
  function number(within) {
    rows(within).forEach((one, index) => all("[data-number]", one).forEach((node) => { node.textContent = index + 1; }));
    within.closest("[data-list]")?.toggleAttribute("data-empty-list", rows(within).length === 0);
  }
  function mirror(name) {
    const [key, part] = split(name), one = row(key);
    if (!one) return;
    for (const node of all(`[data-mirror="${part}"]`, one)) {
      const value = read(name), [first, ...rest] = controls(name);
      const label = first?.type === "radio" && [first, ...rest].find((each) => each.checked)?.closest("label")?.querySelector("span");
      if (label) node.replaceChildren(...[...label.childNodes].map((child) => child.cloneNode(true)));
      else node.textContent = named(name, value).trim() || node.dataset.word || "";
      if (node.hasAttribute("data-main")) one.toggleAttribute("data-empty", !value.trim());
    }
  }
  function add(prefix) {
    const made = build(prefix, `${prefix}_${random()}`);
    if (!made) return;
    open(made);
    made.querySelector("[data-save][data-first], textarea[data-save], input[data-save]")?.focus();
  }
  function open(one) {
    const fold = one.matches("details") ? one : one.querySelector("details");
    if (fold) fold.open = true;
  }
  function remove(one) {
    const key = one.dataset.row, text = one.querySelector("[data-main]")?.textContent.trim() || say("aRow");
    if (one.dataset.unborn) return forget(one);
    put(`stand.${key}`, { do: "remove", key });
    const undo = hide(one, say("removed", { what: short(text) }));
    undo?.focus();
    tell("removed", { key });
    later(0);
  }
  function forget(one) { // never on the server: nothing to take back
    const within = one.closest("[data-rows]"), next = one.nextElementSibling ?? one.previousElementSibling;
    one.remove();
    if (within) number(within);
    (next?.querySelector("summary, input, textarea") ?? form.querySelector("[data-add]"))?.focus();
  }
  function hide(one, sentence, words) { // words: what was written into it and is kept
    one.hidden = true;
    one.nextElementSibling?.matches("[data-gone]") && one.nextElementSibling.remove();
    const line = goneLine(one.tagName === "LI" ? "li" : "div", one.dataset.row ?? one.id, sentence, words, () => restore(one));
    one.after(line);
    const within = one.closest("[data-rows]");
    if (within) number(within);
    return line.querySelector("button");
  }
  function restore(one, isTold = true) {
    const key = one.dataset.row ?? one.id;
    one.hidden = false;
    form.querySelector(`[data-gone="${CSS.escape(key)}"]`)?.remove();
    release(key);
    if (one.closest("[data-rows]")) number(one.closest("[data-rows]"));
    if (!isTold) return;
    put(`stand.${key}`, { do: "restore", key });
    one.querySelector("summary, input, textarea")?.focus();
    tell("restored", { key });
    later(0);
  }
  function move(one, isUp, back) {
    const within = one.closest("[data-ordered]"), found = within ? rows(within) : [], place = found.indexOf(one);
    const to = found[place + (isUp ? -1 : 1)];
    if (!to) return;
    if (isUp) to.before(one);
    else to.after(one);
    number(within);
    const keys = rows(within).filter((each) => !each.dataset.unborn).map((each) => each.dataset.row);
    put(`order.${prefixOf(one.dataset.row)}`, { do: "order", keys });
    back?.focus();
    one.scrollIntoView({ block: "nearest" });
    announce(say("moved", { place: rows(within).indexOf(one) + 1, all: rows(within).length }));
    tell("moved", { key: one.dataset.row });
    later();
  }
  const short = (text) => (text.length > 60 ? `${text.slice(0, 60).trimEnd()}…` : text);

  // 5. Sending: everything that is ready, in the order in which it was meant
  let timer = null, isBusy = false, isAgain = false, failed = 0, trouble = "", troubleAt = 0, otherPerson = "";
  let since = form.dataset.since ?? "", savedAt = 0, firstWaiting = 0, waiters = [];

  function later(wait = QUIET) {
    firstWaiting ||= Date.now();
    if (!trouble || trouble === "session") plan(Math.max(0, Math.min(wait, firstWaiting + LONGEST_QUIET - Date.now())));
    draw();
  }
  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }
  function batch() {
    const ready = [...waiting.values()].filter(isReady);
    const turn = ({ change }) => (change.do === "remove" ? 2 : change.do === "set" ? 1 : 0); // nothing is written into what is removed
    const inTurn = ready.sort((one, two) => turn(one) - turn(two) || one.seq - two.seq);
    let size = 0;
    return inTurn.slice(0, MOST).filter((item, index) => {
      size += JSON.stringify(item.change).length;
      return index === 0 || size < LARGEST;
    });
  }
  async function send({ isLeaving = false } = {}) {
    clearTimeout(timer);
    if (isBusy) {
      isAgain = true;
      return;
    }
    isBusy = true;
    isAgain = false;
    firstWaiting = 0;
    const items = batch().map((item) => {
      const change = item.change;
      const tried = change.do === "set" && !item.tried.includes(change.value) ? [...item.tried, change.value].slice(-20) : item.tried;
      keep({ ...item, tried, sent: true });
      return { slot: item.slot, change };
    });
    draw();
    const body = JSON.stringify({ changes: items.map((item) => item.change), where: where(), since: earlier(since), person: form.dataset.person });
    const stop = new AbortController(), limit = setTimeout(() => stop.abort(), TOO_LONG);
    try {
      const response = await fetch(form.dataset.saving, {
        method: "POST",
        redirect: "manual",
        credentials: "same-origin",
        keepalive: isLeaving && body.length < 60000,
        signal: stop.signal,
        headers: { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" },
        body,
      });
      const answer = response.status === 200 || response.status === 409 ? await response.json() : null;
      if (response.status === 200) settle(items, answer);
      else fail(kindOf(response), answer);
    } catch {
      fail("offline");
    } finally {
      clearTimeout(limit);
      isBusy = false;
    }
    if (!trouble && (isAgain || batch().length)) plan(isAgain ? 0 : QUIET);
    else plan(trouble ? pause() : BEAT);
    draw();
    tellBack();
    const isDone = !trouble && ![...waiting.values()].some(isReady);
    if (isDone || trouble) waiters.splice(0).forEach((wake) => wake(isDone));
  }
  function kindOf(response) {
    if (response.type === "opaqueredirect" || response.status === 401) return "session";
    if (response.status === 409) return "person";
    if (response.status === 403 || response.status === 404) return "closed";
    return "server";
  }
  function fail(kind, answer) {
    if (trouble !== kind) troubleAt = Date.now();
    trouble = kind;
    otherPerson = answer?.person ?? "";
    failed += 1;
  }
  const pause = () => (trouble === "session" || trouble === "person" ? 5000 : Math.min(SLOWEST, 1000 * 2 ** Math.min(failed, 5)) * (0.8 + Math.random() * 0.4));
  const earlier = (at) => (at ? new Date(Date.parse(at) - 5000).toISOString() : "");
  function token() { // anew each time: signing in again changes it
    const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
    return cookie ? cookie.slice(10) : form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  }
  function where() {
    const part = document.hidden ? "" : document.activeElement?.closest?.("[data-row]")?.dataset.row ?? "";
    return { section: form.dataset.section ?? "", part };
  }
  function settle(items, answer) {
    trouble = "";
    failed = 0;
    since = answer.at;
    if (items.length) savedAt = Date.now();
    items.forEach((item, index) => done(item, answer.results[index] ?? { error: say("refusedWord") }));
    const changed = Object.entries(answer.changed ?? {});
    for (const [key, part] of changed) theirs(key, part);
    if (changed.length) tell("others", {});
    meet(answer.here ?? []);
    progress(answer.progress ?? {});
  }
  function done({ slot, change }, result) {
    const item = waiting.get(slot), name = change.do === "set" ? `${change.key}.${change.field}` : "";
    const isSame = item && JSON.stringify(item.change) === JSON.stringify(change);
    if (result.removed) {
      gone(result.removed, result.who, result.error, item);
    } else if (result.error !== undefined) {
      if (item && isSame) keep({ ...item, error: result.error, together: Boolean(result.together), sent: false });
      showRefusal(change, result.error);
    } else if (result.theirs !== undefined) {
      differs(item, change, result, name);
    } else if (change.do === "set") {
      const now = field(name);
      now.base = result.value ?? change.value;
      now.typed = change.value;
      if (isSame) drop(slot);
      else if (item) keep({ ...item, tried: [], change: { ...item.change, read: now.base } });
      channel?.postMessage({ type: "saved", name, value: now.base });
      tryAgain(change.key);
      tell("saved", { key: change.key, field: change.field, value: now.base });
    } else if (isSame) {
      drop(slot);
      if (change.do === "add") for (const [part, value] of Object.entries(change.values ?? {})) field(`${change.key}.${part}`).base = value;
      tell("saved", { key: change.key ?? change.entry, do: change.do, result });
    }
  }
  function tryAgain(key) { // what another field of the row stood in the way of
    for (const item of [...waiting.values()]) {
      if (item.change.do !== "set" || item.change.key !== key || !item.error || !item.together) continue;
      keep({ ...item, error: "", together: false });
      clearError(`${key}.${item.change.field}`);
      isAgain = true;
    }
  }
  function differs(item, change, result, name) {
    if (!item) return;
    const plain = (text) => text.trim().replace(/\s+/g, " ");
    if (item.tried.some((text) => plain(text) === plain(result.theirs))) { // ours: only the answer had been lost
      field(name).base = result.theirs;
      keep({ ...item, tried: [], change: { ...item.change, read: result.theirs } });
      isAgain = true;
    } else {
      keep({ ...item, clash: { value: result.theirs, who: result.who, at: result.at } });
      showClash(name);
    }
  }

  // 6. Beside the field: what is wrong with it, and what somebody else wrote
  const around = (name) => controls(name)[0]?.closest(".bw-field, [data-field]");
  function clearError(name) {
    around(name)?.querySelector("[data-refused]")?.remove();
    around(name)?.classList.remove("bw-has-error");
    for (const control of controls(name)) {
      control.removeAttribute("aria-invalid");
      const rest = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => !id.endsWith("_refused"));
      if (rest.join("")) control.setAttribute("aria-describedby", rest.join(" "));
      else control.removeAttribute("aria-describedby");
    }
  }
  function showError(name, sentence) {
    const place = around(name), [first] = controls(name);
    if (!place || !first) return;
    clearError(name);
    const line = make("p", "bw-error", sentence);
    line.dataset.refused = "";
    line.id = `${name.replaceAll(".", "-")}_refused`;
    place.classList.add("bw-has-error");
    if (first.type === "radio") place.querySelector("legend")?.after(line);
    else (first.closest("[data-control]") ?? first).after(line);
    for (const control of controls(name)) {
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby") ?? ""} ${line.id}`.trim());
    }
  }
  function showRefusal(change, sentence) {
    const key = change.key ?? "";
    if (change.do === "set") return showError(`${key}.${change.field}`, sentence);
    const needed = Object.keys(change.values ?? {}).find((part) => controls(`${key}.${part}`).length);
    if (change.do === "add" && needed) return showError(`${key}.${needed}`, sentence);
    const one = row(key);
    drop(waiting.get(`stand.${key}`)?.error ? `stand.${key}` : "");
    if (one?.hidden) restore(one, false);
    if (one) {
      const line = make("p", "bw-error", sentence);
      line.dataset.refused = "";
      one.querySelector("[data-refused]")?.remove();
      one.append(line);
    }
    announce(sentence);
  }
  function gone(key, who, error, item) { // somebody removed the row that was written in: the words stay, to be put back
    const one = placeOf(key), found = one ? writtenIn(one) : [];
    for (const each of new Set([...found, ...(item ? [item] : [])])) keep({ ...each, clash: null, error, gone: key, who, sent: false });
    if (writtenOf(key).length) showGone(key);
  }
  const writtenIn = (one) => all("[data-save]", one).flatMap((each) => waiting.get(`set.${each.dataset.save}`) ?? []);
  const writtenOf = (key) => [...waiting.values()].filter((item) => item.gone === key);
  function release(key, isDropped = false) {
    for (const item of writtenOf(key)) {
      const name = `${item.change.key}.${item.change.field}`;
      if (!isDropped) keep({ ...item, error: "", gone: "" });
      else {
        drop(item.slot);
        if (controls(name).length) show(name, field(name).base);
      }
    }
  }
  function showGone(key) {
    const one = placeOf(key), items = writtenOf(key), known = items[0].who || say("somebody");
    const words = items.map(({ change }) => named(`${change.key}.${change.field}`, change.value).trim()).filter(Boolean);
    if (one) hide(one, say("removedBy", { who: known }), words);
    else {
      form.querySelector(`[data-gone="${CSS.escape(key)}"]`)?.remove();
      const box = goneLine("div", key, say("removedBy", { who: known }), words, () => { // its page draws it
        put(`stand.${key}`, { do: "restore", key });
        release(key);
        flush().then((isWritten) => { if (isWritten && !waiting.size) location.reload(); });
      });
      document.querySelector("[data-saving-notice]")?.append(box);
    }
    announce(say("removedBy", { who: known }));
  }
  function goneLine(tag, key, sentence, words, back) {
    const made = make(tag, "pm-gone", "", make("span", "", sentence)), undo = button(say(words ? "putBack" : "undo"), () => { made.remove(); back(); }, words ? "bw-btn" : "bw-btn bw-btn-quiet");
    made.dataset.gone = key;
    if (words) {
      made.classList.add("pm-gone-words");
      made.firstChild.append(` ${say("wordsKept")}`, ...(words.length ? [make("q", "", words.join(" · "))] : []));
    }
    made.append(undo);
    if (words) {
      made.append(button(say("leaveRemoved"), () => {
        release(key, true);
        made.remove();
        if (placeOf(key)) hide(placeOf(key), sentence).focus();
        later(0);
      }, "bw-btn bw-btn-quiet"));
    }
    return made;
  }
  function showClash(name) {
    const item = waiting.get(`set.${name}`), place = around(name);
    if (!item?.clash || !place) return;
    place.parentNode.querySelector(`[data-clash="${CSS.escape(name)}"]`)?.remove();
    const { value, who, at } = item.clash, [first] = controls(name), isText = first.matches("textarea, input:not([type]), input[type=text]");
    const mine = who && who === me, known = who || say("somebody");
    const head = make("p", "", "", make("b", "", say(mine ? "clashSelf" : at ? "clash" : "clashPlain", { who: known, time: at ? clock(at) : "" })), ` ${say("clashKept")}`);
    const quote = make("blockquote", "", "", ...(value.trim() ? differing(named(name, read(name)), named(name, value)) : [make("i", "", say("empty"))]));
    quote.append(make("small", "", at ? `${known}, ${clock(at)}` : known));
    const acts = make("div", "pm-clash-acts", "",
      button(say("keepMine"), () => choose(name, null)),
      button(mine ? say("takeOther") : say("takeTheirs", { who: known.split(" ")[0] }), () => choose(name, value)));
    if (isText) acts.append(button(say("both"), () => choose(name, `${read(name)}${first.tagName === "TEXTAREA" ? "\n\n" : " "}${value}`)));
    const box = make("div", "pm-clash", "", head, quote, acts);
    box.dataset.clash = name;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", say(mine ? "clashSelf" : "clashPlain", { who: known }));
    place.after(box);
    const one = row(split(name)[0]);
    if (one) open(one);
  }
  function choose(name, value) {
    const item = waiting.get(`set.${name}`), theirs = item.clash.value, [key, part] = split(name);
    form.querySelector(`[data-clash="${CSS.escape(name)}"]`)?.remove();
    field(name).base = theirs;
    if (value !== null) show(name, value);
    drop(`set.${name}`);
    if (read(name) !== theirs) put(`set.${name}`, { do: "set", key, field: part, read: theirs, value: read(name) });
    (controls(name).find((one) => one.checked) ?? controls(name)[0])?.focus();
    later(0);
  }
  function differing(mine, theirs) { // their text; words that mine has not are marked
    const one = mine.match(/\S+/g) ?? [], two = theirs.match(/\S+\s*/g) ?? [];
    if (one.length * two.length > 400000) return [theirs];
    const width = two.length + 1, table = new Uint16Array((one.length + 1) * width);
    for (let a = one.length - 1; a >= 0; a--) {
      for (let b = two.length - 1; b >= 0; b--) {
        table[a * width + b] = one[a] === two[b].trim() ? table[(a + 1) * width + b + 1] + 1 : Math.max(table[(a + 1) * width + b], table[a * width + b + 1]);
      }
    }
    const pieces = [];
    for (let a = 0, b = 0; b < two.length;) {
      const isSame = a < one.length && one[a] === two[b].trim();
      if (!isSame && a < one.length && table[(a + 1) * width + b] >= table[a * width + b + 1]) { a++; continue; }
      const last = pieces.at(-1);
      if (last && last.isSame === isSame) last.text += two[b];
      else pieces.push({ isSame, text: two[b] });
      if (isSame) a++;
      b++;
    }
    return pieces.flatMap((piece) => (piece.isSame ? [piece.text] : [make("ins", "", piece.text.trimEnd()), piece.text.match(/\s*$/)[0]]));
  }

  // 7. Others: what they changed, and where they are
  function theirs(key, part) {
    let one = part.removed ? placeOf(key) : row(key);
    if (part.removed) {
      if (!one || one.hidden || waiting.has(`stand.${key}`)) return;
      const sentence = say("removedBy", { who: part.who || say("somebody") });
      if (writtenIn(one).length) gone(key, part.who, sentence);
      else hide(one, sentence);
      return;
    }
    if (one?.hidden && !waiting.has(`stand.${key}`)) restore(one, false);
    if (!one) one = build(prefixOf(key), key);
    if (one?.dataset.unborn) delete one.dataset.unborn;
    for (const [part_, value] of Object.entries(part.fields)) {
      const name = `${key}.${part_}`;
      if (!controls(name).length) continue;
      const now = field(name), item = waiting.get(`set.${name}`);
      if (item?.clash && item.clash.value !== value) {
        keep({ ...item, clash: { ...item.clash, value, who: part.who } });
        showClash(name);
      } else if (!item && value !== now.base) take(name, value);
    }
    tryAgain(key);
  }
  function take(name, value) { // what stands in the field where somebody is stays until they leave it
    const now = field(name), [key, part] = split(name);
    if (isIn(name) && controls(name)[0].matches("input, textarea, select")) {
      now.later = value;
      return;
    }
    now.base = value;
    now.typed = now.later = null;
    show(name, value);
    const place = around(name);
    place?.setAttribute("data-fresh", "");
    setTimeout(() => place?.removeAttribute("data-fresh"), 4000);
    tell("changed", { key, field: part });
  }
  let lastHere = "";
  function meet(here) {
    const now = JSON.stringify(here);
    if (now === lastHere) return;
    lastHere = now;
    for (const node of all("[data-at] [data-face]", document)) node.remove();
    for (const node of all("[data-held]")) {
      node.removeAttribute("data-held");
      node.querySelector("[data-held-word]")?.remove();
    }
    for (const each of here) {
      for (const link of all(`[data-at="${CSS.escape(each.section)}"]`, document)) link.append(face(each.who));
      const one = each.part ? row(each.part) : null;
      if (!one) continue;
      one.setAttribute("data-held", "");
      const word = make("span", "pm-held", "", face(each.who), say("writing", { who: each.who.split(" ")[0] }));
      word.dataset.heldWord = "";
      (one.querySelector("[data-meta]") ?? one).append(word);
    }
    const place = document.querySelector("[data-others]");
    if (place) {
      place.replaceChildren(...here.slice(0, 3).map((each) => {
        const title = sectionName(each.section);
        const text = title ? say("hereIn", { who: each.who, place: title }) : say("here", { who: each.who });
        const made = make("span", "bw-led pm-led", "", face(each.who), make("span", "bw-wide-word", text));
        made.title = text;
        return made;
      }));
      announce(here.map((each) => say("here", { who: each.who })).join(" "), "here");
    }
  }
  const sectionName = (section) => (section ? document.querySelector(`[data-at="${CSS.escape(section)}"] b`)?.textContent.trim() ?? "" : "");
  function face(who) {
    const letters = who.split(/\s+/).filter(Boolean);
    const made = make("i", "bw-face", `${letters[0]?.[0] ?? ""}${letters.length > 1 ? letters.at(-1)[0] : ""}`.toUpperCase());
    made.setAttribute("aria-hidden", "true");
    made.dataset.face = "";
    return made;
  }
  function progress(steps) {
    for (const [section, step] of Object.entries(steps)) {
      for (const node of all(`[data-progress="${CSS.escape(section)}"]`, document)) {
        node.dataset.s = step.state;
        const text = node.querySelector("[data-progress-words]");
        if (text) text.textContent = step.words;
        node.querySelector(":scope > a > svg use")?.setAttribute("href", `#sc-${step.state}`);
        const word = node.querySelector("[data-progress-state]");
        if (word) word.textContent = say(`step${step.state[0].toUpperCase()}${step.state.slice(1)}`);
      }
    }
  }

  // 8. What it says
  const foot = document.querySelector("[data-saving-foot]"), line = document.querySelector("[data-saving-line]");
  const icon = document.querySelector("[data-saving-icon]"), live = document.querySelector("[data-saving-say]");
  let drawn = "", spoken = {};

  function announce(text, kind = "act") {
    if (!live || !text || spoken[kind] === text) return;
    spoken[kind] = kind === "act" ? "" : text;
    live.textContent = text;
  }
  function state() {
    const items = [...waiting.values()], clashes = items.filter((item) => item.clash), errors = items.filter((item) => item.error);
    const kept = shelf && !isShelfFull, at = items.length ? clock(Math.max(...items.map((item) => item.at))) : clock(savedAt || Date.now());
    const elsewhere = [...clashes, ...errors].find((item) => item.place.path !== location.pathname);
    const onDevice = items.length && kept ? `${say("onDevice", { time: at })} ` : items.length ? `${say("nowhere")} ` : "";
    if (trouble === "session") return ["session", `${onDevice}${say("session", { time: wallClock(troubleAt) })} `, { href: form.dataset.login, text: say("signIn"), isNew: true }];
    if (trouble === "person") return ["session", `${onDevice}${say("person", { who: otherPerson })} `, { href: form.dataset.login, text: say("signIn"), isNew: true }];
    if (trouble === "closed") return ["stopped", `${onDevice}${say("closed")}`];
    if (trouble) return ["offline", `${onDevice}${say(trouble === "server" ? "server" : "offline", { time: wallClock(troubleAt) })}`];
    if (clashes.length) return ["conflict", `${onDevice}${say(clashes.length > 1 ? "clashes" : "oneClash", { n: clashes.length })} `, leadTo(elsewhere, clashes)];
    if (errors.length) return ["refused", `${onDevice}${say(errors.length > 1 ? "refusals" : "oneRefusal", { n: errors.length })} `, leadTo(elsewhere, errors)];
    if (items.length) return ["saving", say(kept ? "saving" : "savingOnly")];
    if (!kept) return ["only", savedAt ? say("savedOnly", { time: clock(savedAt) }) : say("only")];
    return ["saved", savedAt ? say("saved", { time: clock(savedAt) }) : say("ready")];
  }
  const goalOf = ({ change, gone: key }) => // the control that it is about, or what stands in the place of its row
    form.querySelector(`[data-gone="${CSS.escape(key || "-")}"] button`) ??
    [change.field, ...Object.keys(change.values ?? {})].map((part) => controls(`${change.key}.${part}`)[0]).find(Boolean) ??
    placeOf(change.key);
  function leadTo(elsewhere, items) {
    const goal = items.map(goalOf).find(Boolean);
    if (goal) return { href: `#${goal.id || form.id}`, text: say("showIt"), isHere: true };
    return elsewhere && { href: elsewhere.place.path, text: elsewhere.place.name };
  }
  line?.addEventListener("click", (event) => {
    if (!event.target.closest?.("a[data-here]")) return;
    event.preventDefault();
    event.stopPropagation(); // no way to an anchor of the page
    const items = [...waiting.values()], goal = [...items.filter((item) => item.clash), ...items.filter((item) => item.error)].map(goalOf).find(Boolean);
    for (let fold = goal?.closest("details"); fold; fold = fold.parentElement?.closest("details")) fold.open = true;
    goal?.scrollIntoView({ block: "center" });
    goal?.focus({ preventScroll: true });
  });
  function mark() { // the rows that something refused stands in: said on a closed one, and no other one closes them
    const wrong = new Set([...waiting.values()].filter((item) => item.error && !item.gone).map((item) => controls(`${item.change.key}.${item.change.field}`)[0]?.closest("[data-row]") ?? row(item.change.key ?? "")));
    for (const one of all("[data-row]")) {
      if (wrong.has(one) === one.hasAttribute("data-wrong")) continue;
      one.toggleAttribute("data-wrong", wrong.has(one));
      const fold = one.querySelector(":scope > details");
      one.querySelector("[data-wrong-word]")?.remove();
      if (!fold) continue;
      if (fold.name) fold.dataset.group = fold.name;
      if (wrong.has(one)) fold.removeAttribute("name");
      else regroup(fold);
      if (!wrong.has(one)) continue;
      const word = make("span", "pm-wrong", say("oneRefusal"));
      word.dataset.wrongWord = "";
      (fold.querySelector("[data-meta]") ?? fold.querySelector("summary")).append(word);
    }
  }
  function regroup(fold) { // one at a time again, once it is closed: it is not closed under the pen
    if (fold.dataset.group && !fold.open && !fold.closest("[data-wrong]")) fold.name = fold.dataset.group;
  }
  form.addEventListener("toggle", ({ target }) => regroup(target), true);
  function draw() {
    mark();
    const [name, text, link] = state();
    const now = JSON.stringify([name, text, link]);
    if (now === drawn) return;
    const before = foot?.dataset.state;
    drawn = now;
    if (foot) foot.dataset.state = name;
    if (icon) icon.textContent = ICONS[name];
    if (line) {
      const there = line.querySelector("a"), isSame = there && link && there.textContent === link.text && there.getAttribute("href") === link.href && "here" in there.dataset === Boolean(link.isHere);
      if (isSame) there.previousSibling.textContent = text; // a link drawn anew while it is pressed would lose the press
      else line.replaceChildren(text, ...(link ? [linkOf(link)] : []));
    }
    if (before !== name) {
      if (name !== "saving" && !(name === "saved" && spoken.calm)) announce(`${text}${link?.text ?? ""}`);
      spoken.calm = name === "saved" || (name === "saving" && spoken.calm);
      tell("state", { state: name });
    }
  }
  function linkOf({ href, text, isNew, isHere }) {
    const made = make("a", "", text);
    made.href = href;
    if (isHere) made.dataset.here = "";
    if (isNew) Object.assign(made, { target: "_blank", rel: "noopener" });
    return made;
  }
  let cameBack = null; // what only this device had when the page was opened, until it is known what became of it
  function notice(items) {
    if (!items.length) return;
    cameBack = { slots: items.map((item) => item.slot), time: wallClock(Math.min(...items.map((item) => item.at))), said: "" };
    tellBack();
  }
  function tellBack() {
    const holder = document.querySelector("[data-saving-notice]");
    if (!holder || !cameBack) return;
    const items = cameBack.slots.map((slot) => waiting.get(slot)).filter(Boolean);
    const now = !items.length ? "restoredSaved" : items.some(isReady) ? "restored" : "restoredWaits";
    if (now === cameBack.said) return;
    cameBack.said = now;
    const text = say(now, { time: cameBack.time });
    holder.querySelector(".bw-draft")?.remove();
    holder.prepend(make("p", "bw-draft", "", make("span", "", text)));
    announce(text);
    if (!items.length) cameBack = null;
  }

  // 9. Several tabs of one person: what one saved the others show, and what a closed one left the next one takes up
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(PREFIX) : null;
  const alive = new Set();
  if (channel) {
    channel.onmessage = ({ data }) => {
      if (data.type === "who") channel.postMessage({ type: "here", tab });
      if (data.type === "here") alive.add(data.tab);
      if (data.type === "saved" && isClean(data.name) && controls(data.name).length) take(data.name, data.value);
    };
  }
  async function takeUp(isFirst) {
    alive.clear();
    channel?.postMessage({ type: "who" });
    if (channel && shelved().some((item) => item.tab !== tab)) await new Promise((wake) => { setTimeout(wake, 200); });
    const found = shelved().filter((item) => item.tab !== tab && !alive.has(item.tab) && !waiting.has(item.slot));
    const kept = found.filter((item) => putBack({ ...item, tab, sent: false, error: "", gone: "" }));
    if (isFirst || kept.length) notice(kept);
    if (kept.length) plan(0);
    draw();
  }
  function putBack(item) {
    const { change } = item, name = `${change.key}.${change.field}`;
    keep(item);
    if (change.do === "add") {
      const one = row(change.key);
      if (one && !one.dataset.unborn) return drop(item.slot);
      if (one) delete one.dataset.unborn;
      else if (build(change.kind, change.key)) delete row(change.key).dataset.unborn;
      for (const [part, value] of Object.entries(change.values ?? {})) {
        if (!controls(`${change.key}.${part}`).length) continue;
        show(`${change.key}.${part}`, value);
        field(`${change.key}.${part}`).base = value;
      }
    } else if (change.do === "set" && controls(name).length) {
      const now = field(name);
      if (now.base === change.value) return drop(item.slot);
      if (item.tried.includes(now.base)) keep({ ...item, change: { ...change, read: now.base } });
      show(name, change.value);
      if (item.clash) showClash(name);
    } else if (change.do === "remove" && row(change.key)) hide(row(change.key), say("removed", { what: "" }));
    else if (change.do === "order") {
      for (const key of change.keys) if (row(key)) row(key).closest("[data-ordered]")?.append(row(key));
      const within = list(prefixOf(change.keys[0] ?? ""));
      if (within) number(within);
    } else if (change.do === "link" || change.do === "take") {
      const box = form.querySelector(change.do === "take" ? `[data-take="${CSS.escape(change.entry)}"]` : `[data-link="${CSS.escape(change.key)}"][data-other="${CSS.escape(change.other)}"]`);
      if (box) box.checked = change.on;
    }
    return true;
  }

  // 10. What people do
  form.setAttribute("data-live", "");
  form.setAttribute("autocomplete", "off");
  for (const name of new Set(all("[data-save]").map((one) => one.dataset.save))) show(name, field(name).base);
  form.addEventListener("input", (event) => { if (event.target.matches("[data-save]")) touch(event.target); });
  form.addEventListener("change", ({ target }) => {
    if (target.matches("[data-save]")) touch(target);
    if (target.matches("[data-link]")) {
      be(target.closest("[data-unborn]"));
      put(`link.${target.dataset.link}.${target.dataset.other}`, { do: "link", key: target.dataset.link, other: target.dataset.other, on: target.checked });
      later();
    }
    if (target.matches("[data-take]")) {
      put(`take.${target.dataset.take}`, { do: "take", entry: target.dataset.take, on: target.checked });
      later();
    }
  });
  form.addEventListener("focusout", ({ target }) => {
    const name = target.dataset?.save, now = name ? field(name) : null;
    if (!now || !isClean(name)) return;
    setTimeout(() => {
      if (isIn(name) || !isClean(name)) return;
      if (now.later !== null) take(name, now.later);
      else if (now.typed !== null && read(name) === now.typed) show(name, now.base);
    }, 0);
  });
  let lastRow = "";
  form.addEventListener("focusin", ({ target }) => {
    const now = target.closest("[data-row]")?.dataset.row ?? "";
    if (now !== lastRow && !trouble && !isBusy) plan(400);
    lastRow = now;
  });
  form.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("button");
    if (!pressed || pressed.form !== form) return;
    const one = pressed.closest("[data-row]");
    if (pressed.dataset.add) add(pressed.dataset.add);
    else if (one && "remove" in pressed.dataset) remove(one);
    else if (one && "up" in pressed.dataset) move(one, true, pressed);
    else if (one && "down" in pressed.dataset) move(one, false, pressed);
    else return;
    event.preventDefault();
  });
  form.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const one = event.target.closest("[data-ordered] [data-row]");
    if (!one) return;
    event.preventDefault();
    move(one, event.key === "ArrowUp", event.target);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const pressed = event.submitter, to = pressed?.dataset.href, isWritten = await flush();
    complain("");
    if (pressed?.name === "act") {
      if (isWritten && !waiting.size) to ? location.assign(to) : tell("act", { act: pressed.value, pressed });
      else if (trouble || !isWritten) complain(say("actWaits"));
      else complain(say("actChoose"), form.querySelector("[data-clash], [data-refused], .pm-gone-words"));
    } else if (to && trouble !== "offline" && trouble !== "server") location.assign(to);
  });
  function flush() { // whether everything is written; false where that has to wait
    if (!trouble && ![...waiting.values()].some(isReady)) return Promise.resolve(true);
    return new Promise((wake) => {
      const once = (isDone) => wake(isDone);
      waiters.push(once);
      setTimeout(once, 5000, false);
      send();
    });
  }
  function complain(text, place) { // why nothing came of a button, and where to look
    const said = document.querySelector("[data-saving-said]");
    if (said) said.textContent = text;
    place?.scrollIntoView({ block: "center" });
  }
  const hurry = () => { if (!document.hidden && (trouble || waiting.size)) plan(0); };
  addEventListener("online", hurry);
  addEventListener("focus", hurry);
  addEventListener("offline", () => { if (waiting.size) plan(0); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) takeUp(false).then(() => plan(0));
    else if (batch().length) send({ isLeaving: true });
  });
  addEventListener("pagehide", () => { if (batch().length) send({ isLeaving: true }); });
  addEventListener("beforeunload", (event) => { // only where the device keeps nothing
    if (waiting.size && (!shelf || isShelfFull)) event.preventDefault();
  });

  form.saving = {
    flush,
    say,
    token,
    complain,
    isClean: (within) => all("[data-save]", within).every((one) => isClean(one.dataset.save)),
    renew: (within) => all("[data-save]", within).forEach((one) => { if (isClean(one.dataset.save)) held.delete(one.dataset.save); }),
    isWritten: (key) => !row(key)?.dataset.unborn && !waiting.has(`add.${key}`),
    touch,
  };
  draw();
  takeUp(true);
  plan(Math.min(BEAT, 1500));
})();
