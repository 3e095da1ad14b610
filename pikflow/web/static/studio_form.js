// The form builder follows while one works: what is changed in the panel is kept at once, and
// outline, findings, preview and text follow. Without this script the buttons do the same.

const PAUSE = 600;
const PARTS = ["aufbau", "vorschau", "text", "verwendung"];

function follow(panel) {
  const told = panel.querySelector("[data-pik-told]");
  let timer = 0;
  let running = null;
  let working = null;

  function replace(page, sent) {
    for (const name of PARTS) {
      const old = document.querySelector(`[data-part="${name}"]`);
      const fresh = page.querySelector(`[data-part="${name}"]`);
      if (old && fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
    }
    const version = page.querySelector('[data-pik-panel] [name="version"]');
    if (!version) return false;
    for (const field of document.querySelectorAll('[name="version"]')) field.value = version.value;
    adopt(page.querySelector("[data-pik-panel]"), sent);
    replaceProblems(page);
    return true;
  }

  // A condition from the lists has become an expression: the panel says so too, or the next saving
  // would take it back. What was changed meanwhile stays.
  function adopt(fresh, sent) {
    for (const field of panel.elements) {
      const made = fresh.elements[field.name];
      if (!["text", "textarea", "select-one"].includes(field.type) || made?.type !== field.type) continue;
      if (field.value === sent.get(field.name) && field.value !== made.value) field.value = made.value;
    }
  }

  // What is wrong is told at the property; what is being typed stays as it is.
  function replaceProblems(page) {
    const fresh = [...page.querySelectorAll("[data-pik-panel] .pik-slot")];
    const old = [...panel.querySelectorAll(".pik-slot")];
    if (fresh.length !== old.length) return;
    old.forEach((slot, number) => {
      for (const one of slot.querySelectorAll(".pik-slot__problem")) one.remove();
      for (const one of fresh[number].querySelectorAll(".pik-slot__problem")) slot.append(one);
    });
  }

  async function keep() {
    if (running) return;
    const body = new FormData(panel);
    body.set("aktion", "setzen");
    // Another name is asked about first, another kind has other properties: both take the button.
    for (const name of ["w.id", "w.type"]) {
      const field = panel.elements[name];
      if (field && changed(field)) return;
    }
    if (isUnfinished()) return;
    running = fetch(panel.action, { method: "POST", body, credentials: "same-origin" });
    try {
      const answer = await running;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok && replace(page, body)) told.textContent = panel.dataset.saved;
      else told.textContent = "";
    } catch {
      told.textContent = ""; // offline: the button will tell
    } finally {
      running = null;
    }
  }

  // A comparison is kept when it has all it needs.
  function isUnfinished() {
    return [...panel.querySelectorAll(".pik-rule__row")].some((row) => {
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

  panel.addEventListener("change", () => {
    told.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(() => {
      working = keep().finally(() => { working = null; });
    }, PAUSE);
  });
  // A button waits for what is being kept, or it would bring the version from before.
  document.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (!working || !event.target.elements.version) return;
    event.preventDefault();
    await working;
    event.target.requestSubmit(event.submitter);
  });
}

for (const panel of document.querySelectorAll("[data-pik-panel]")) follow(panel);
