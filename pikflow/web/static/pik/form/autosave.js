// Saves a draft 0.8 s after the last change and says so in the element [data-pik-status].

const PAUSE = 800;
const RETRY = 10_000;
const CONFLICT = 409;

// What is typed, without files: those are sent with a button only.
function typed(form) {
  const data = new FormData(form);
  for (const control of form.querySelectorAll("input[type=file]")) data.delete(control.name);
  data.delete("_action");
  return data;
}

const clock = () =>
  new Date().toLocaleTimeString(document.documentElement.lang || "de", {
    hour: "2-digit",
    minute: "2-digit",
  });

export function keepDraft(form) {
  const status = form.querySelector("[data-pik-status]");
  const words = form.dataset;
  let timer = 0;
  let running = false;
  let again = false;

  const say = (text) => {
    if (status) status.textContent = text;
  };
  const plan = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  async function save() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    again = false;
    try {
      const answer = await fetch(words.pikAutosave, {
        method: "POST",
        body: typed(form),
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      if (answer.ok) await saved(answer);
      else if (answer.status === CONFLICT) stop();
      else retry();
    } catch {
      retry();
    } finally {
      running = false;
      if (again) plan(PAUSE);
    }
  }

  async function saved(answer) {
    const body = await answer.json();
    const version = form.elements.namedItem("version");
    if (version && body.version !== undefined) version.value = body.version;
    say(body.saved ?? words.pikSaved.replace("{time}", clock()));
  }

  function retry() {
    say(words.pikUnsaved);
    plan(RETRY);
  }

  function stop() {
    say(words.pikConflict);
    form.removeEventListener("input", changed);
    form.removeEventListener("change", changed);
    again = false;
  }

  const changed = (event) => {
    if (event.target.type !== "file") plan(PAUSE);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => clearTimeout(timer));
}
