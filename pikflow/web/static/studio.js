// Every page of the Werkstatt: says that this person is here and shows who else is; a text area
// that was opened for a line begins there.

const PAUSE = 30_000;

function show(place, others) {
  const said = others.map((one) => {
    const line = document.createElement("span");
    const what =
      one.path === "" ? place.dataset.design
      : one.path === place.dataset.path ? place.dataset.same
      : place.dataset.file.replace("{file}", one.path);
    line.textContent = `${one.name} ${what}`;
    return line;
  });
  const text = said.map((line) => line.textContent).join();
  if (place.dataset.told === text) return; // a screen reader hears only what is new
  place.dataset.told = text;
  place.replaceChildren(...said);
}

async function beHere(place) {
  if (document.hidden) return;
  try {
    const answer = await fetch(place.dataset.pikHere, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": place.dataset.token,
      },
      body: JSON.stringify({ path: place.dataset.path }),
    });
    const body = await answer.json();
    if (answer.ok) show(place, body.others);
    else if (body.token) place.dataset.token = body.token;
  } catch {
    // offline: the next time will tell
  }
}

for (const place of document.querySelectorAll("[data-pik-here]")) {
  beHere(place);
  setInterval(() => beHere(place), PAUSE);
}

for (const area of document.querySelectorAll("textarea[data-pik-line]")) {
  const lines = area.value.split("\n");
  const line = Math.min(Number(area.dataset.pikLine), lines.length);
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  area.focus();
  area.setSelectionRange(start, start + lines[line - 1].length);
  const height = area.scrollHeight / lines.length;
  area.scrollTop = Math.max(0, (line - 5) * height);
}
