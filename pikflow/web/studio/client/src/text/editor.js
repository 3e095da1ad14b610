// The one way we make a CodeMirror editor: for whole files, and small for expressions in the panel
// of the diagram editor.

import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import {
  bracketMatching,
  foldGutter,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';

import { phrases } from '../words.js';
import { replaceSelection } from './replace.js';

// `complete` is a CodeMirror completion source. Tab leaves the editor, so the keyboard is never
// caught in it.
export function createEditor({ text, language = [], label, small = false, complete, onChange, onLeave }) {
  return new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        small ? [] : [lineNumbers(), foldGutter(), highlightActiveLine()],
        history(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: complete ? [complete] : null, icons: false }),
        syntaxHighlighting(classHighlighter), // colours are in editor.css, for light and dark
        EditorState.phrases.of(phrases),
        keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange?.(update.state.doc.toString());
        }),
        EditorView.domEventHandlers({ blur: () => onLeave?.(), beforeinput: replaceSelection }),
        language,
      ],
    }),
  });
}
