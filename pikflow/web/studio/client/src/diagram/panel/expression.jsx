// An expression or a script as a field of the panel: CodeMirror with completion of the names that
// are known at this point of the process, with their type and where they come from.

import { useEffect, useRef } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';

import { createEditor } from '../../text/editor.js';
import { completeFrom } from '../names.js';

const AFTER = 300; // milliseconds without a key before a text goes into the model

export function ExpressionEntry({ element, id, label, description, getValue, setValue, script }) {
  const names = useService('pikNames');
  const place = useRef();
  const editor = useRef();
  const latest = useRef();
  latest.current = { getValue, setValue };
  const value = getValue();

  useEffect(() => {
    let waiting;
    const write = () => {
      clearTimeout(waiting);
      waiting = undefined;
      const text = editor.current.state.doc.toString();
      if (text !== latest.current.getValue()) latest.current.setValue(text);
    };
    editor.current = createEditor({
      text: value,
      label,
      small: true,
      complete: completeFrom(() => names.at(element)),
      onChange: () => {
        clearTimeout(waiting);
        waiting = setTimeout(write, AFTER);
      },
      onLeave: () => waiting && write(),
    });
    place.current.append(editor.current.dom);
    return () => {
      if (waiting) write();
      editor.current.destroy();
    };
  }, [element.id, id]);

  // Undo, or another place that changed the same text.
  useEffect(() => {
    const shown = editor.current.state.doc.toString();
    if (shown !== value && !editor.current.hasFocus) {
      editor.current.dispatch({ changes: { from: 0, to: shown.length, insert: value } });
    }
  }, [value]);

  return (
    <div class="bio-properties-panel-entry" data-entry-id={id}>
      <span class="bio-properties-panel-label">{label}</span>
      <div class={script ? 'pik-expression pik-expression--script' : 'pik-expression'} ref={place} />
      {description && <div class="bio-properties-panel-description">{description}</div>}
    </div>
  );
}

export function isExpressionEdited(node) {
  return Boolean(node?.querySelector('.cm-content')?.textContent);
}
