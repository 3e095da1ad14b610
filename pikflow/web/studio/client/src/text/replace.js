import { EditorView } from '@codemirror/view';

// Text over a selection of several lines is put in by us: Chromium would join the lines with style
// attributes, which the policy of our pages refuses. A handler of beforeinput.
export function replaceSelection(event, view) {
  const { from, to, empty } = view.state.selection.main;
  if (event.inputType !== 'insertText' || event.isComposing || view.state.readOnly || empty) return false;
  const insert = () => view.state.update({
    changes: { from, to, insert: event.data },
    selection: { anchor: from + event.data.length },
    userEvent: 'input.type',
    scrollIntoView: true,
  });
  const handled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert));
  if (!handled) view.dispatch(insert());
  event.preventDefault();
  return true;
}
