// Makes the YAML fields of a page into editors: highlighting, completion, marks, undo. Without it the
// text field itself remains, so the page works with no script too.

import { editField } from './text/field.js';
import './text/editor.css';

for (const field of document.querySelectorAll('textarea[data-pik-editor="yaml"]')) editField(field);
