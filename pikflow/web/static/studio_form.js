// The form builder follows while one works: what is changed in the panel or in the text beside it is
// kept at once, and each other part follows. Without this script the buttons do the same.

const PAUSE = 600;
const TEXT_PAUSE = 1200; // a text is whole less often than a property
const PARTS = ["aufbau", "vorschau", "text", "verwendung"];

const timers = {};
let working = Promise.resolve(); // one step after the other: each brings the version for the next
let pending = 0;
let touched = false; // something in the panel is not kept yet
let typing = false; // something in the text is not kept yet

const panel = () => document.querySelector("[data-pik-panel]");
const source = () => document.querySelector("[data-pik-source]");

function next(step) {
  pending += 1;
  working = working.then(step).finally(() => { pending -= 1; });
  return working;
}

function tell(form, text) {
  const place = form?.querySelector("[data-pik-told], [data-pik-kept]");
  if (place) place.textContent = text;
}

// The page after a step, null when it was refused or can't be reached: the button will tell.
async function send(form, action) {
  const body = new FormData(form);
  body.set("aktion", action);
  try {
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok) return { status: answer.status };
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector('[name="version"]') ? { page, sent: body } : {};
  } catch {
    return {};
  }
}

function replace(page, names) {
  for (const name of names) {
    const old = document.querySelector(`[data-part="${name}"]`);
    const fresh = page.querySelector(`[data-part="${name}"]`);
    if (!old || !fresh) continue;
    if (name === "text" && old.querySelector("textarea")) bringText(old, fresh);
    else if (!old.contains(document.activeElement)) old.replaceWith(fresh);
  }
  for (const name of ["version", "an"]) {
    const value = page.querySelector(`[data-pik-panel] [name="${name}"]`)?.value;
    if (value === undefined) continue;
    for (const field of document.querySelectorAll(`[name="${name}"]`)) field.value = value;
  }
}

// The editor over the field takes the new text in and keeps its history (client/src/text/field.js).
function bringText(old, fresh) {
  const field = old.querySelector("textarea");
  const text = fresh.querySelector("textarea").value;
  if (typing || field.value === text) return;
  field.value = text;
  field.dispatchEvent(new Event("pik:text"));
}

// A condition from the lists has become an expression: the panel says so too, or the next saving
// would take it back. What was changed meanwhile stays.
function adopt(fresh, sent) {
  for (const field of panel().elements) {
    const made = fresh?.elements[field.name];
    if (!["text", "textarea", "select-one"].includes(field.type) || made?.type !== field.type) continue;
    if (field.value === sent.get(field.name) && field.value !== made.value) field.value = made.value;
  }
}

// What is wrong is told at the property; what is being typed stays as it is.
function replaceProblems(page) {
  const fresh = [...page.querySelectorAll("[data-pik-panel] .pik-slot")];
  const old = [...panel().querySelectorAll(".pik-slot")];
  if (fresh.length !== old.length) return;
  old.forEach((slot, number) => {
    for (const one of slot.querySelectorAll(".pik-slot__problem")) one.remove();
    for (const one of fresh[number].querySelectorAll(".pik-slot__problem")) slot.append(one);
  });
}

async function keepPanel() {
  const form = panel();
  if (!touched || !form) return;
  // Another name is asked about first, another kind has other properties: both take the button.
  for (const name of ["w.id", "w.type"]) {
    const field = form.elements[name];
    if (field && changed(field)) return;
  }
  if (isUnfinished(form)) return;
  touched = false;
  const { page, sent } = await send(form, "setzen");
  if (page) {
    replace(page, PARTS);
    adopt(page.querySelector("[data-pik-panel]"), sent);
    replaceProblems(page);
  } else touched = true;
  tell(form, page && !touched ? form.dataset.saved : "");
}

async function keepText(parts = ["aufbau", "vorschau", "teil"]) {
  const form = source();
  if (!typing || !form) return null;
  typing = false;
  const { page, status } = await send(form, "folgen");
  if (page) replace(page, parts);
  else typing = true;
  if (page && !typing) tell(form, form.dataset.saved);
  else tell(form, status === 400 ? form.dataset.broken : "");
  return page;
}

// A panel that is not kept would be applied to another part once the text has moved it.
async function keepAll() {
  await keepPanel();
  if (!touched) await keepText();
}

// A comparison is kept when it has all it needs.
function isUnfinished(form) {
  return [...form.querySelectorAll(".pik-rule__row")].some((row) => {
    const [name, sign, value, other] = row.querySelectorAll("select, input");
    const bare = ["yes", "no", "filled", "empty"].includes(sign.value);
    return name.value && !bare && !value.value && !other.value;
  });
}

function changed(field) {
  return field.tagName === "SELECT"
    ? ![...field.options].some((one) => one.selected && one.defaultSelected)
    : field.value !== field.defaultValue;
}

function later(name, pause) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(() => next(keepAll), pause);
}

document.addEventListener("change", ({ target }) => {
  const form = panel();
  if (!form?.contains(target)) return;
  touched = true;
  tell(form, "");
  later("panel", PAUSE);
});

document.addEventListener("input", ({ target }) => {
  const form = source();
  if (!form || target !== form.elements.text) return;
  typing = true;
  tell(form, "");
  later("text", TEXT_PAUSE);
});

// A button waits for what is being kept, or it would bring the version from before; what was changed
// beside its form goes first. It stops where the text has put another part in the place of its own.
let sent = false;
document.addEventListener("submit", async (event) => {
  const form = event.target;
  for (const timer of Object.values(timers)) clearTimeout(timer);
  if (sent || !form.elements.version || !(pending || touched || typing)) return;
  event.preventDefault();
  await new Promise((done) => { setTimeout(done); }); // while it is being sent, it can't be sent again
  if (await next(() => clearWay(form))) {
    sent = true;
    form.requestSubmit(event.submitter);
    sent = false;
  }
});

async function clearWay(form) {
  if (form !== panel()) await keepPanel();
  if (form === source()) return true;
  const page = await keepText(["aufbau", "vorschau"]);
  if (typing) source().scrollIntoView({ block: "nearest" }); // it says there why it is not kept
  else if (page && chosen(page) !== chosen(document)) replace(page, ["teil"]);
  else return true;
  return false;
}

function chosen(page) {
  const id = page.querySelector('[data-pik-panel] [name="w.id"]')?.defaultValue ?? "";
  return page.getElementById("teil")?.textContent + id;
}
