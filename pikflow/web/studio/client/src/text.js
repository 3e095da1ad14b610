// A plain text editor over a text field of the page: YAML with line numbers, folding, search of the
// browser, undo. Without it the text field itself remains, so the page works with no script too.

import { yaml } from '@codemirror/lang-yaml';

import { createEditor } from './text/editor.js';
import './text/editor.css';

for (const field of document.querySelectorAll('textarea[data-pik-text]')) {
  const editor = createEditor({
    text: field.value,
    language: field.dataset.pikText === 'yaml' ? [yaml()] : [],
    label: field.labels[0]?.textContent.trim() ?? '',
    onChange: (text) => {
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    },
  });
  field.after(editor.dom);
  field.hidden = true;
}
