// A form in the browser: shows and hides conditional fields, previews sums, keeps a draft.
// Everything works without it; the server decides.

import { keepDraft } from "./form/autosave.js";
import { preview } from "./form/preview.js";

for (const form of document.querySelectorAll("form[data-pik-form]")) {
  preview(form);
  if (form.dataset.pikAutosave) keepDraft(form);
}

document.querySelector(".pik-error-summary")?.focus();
