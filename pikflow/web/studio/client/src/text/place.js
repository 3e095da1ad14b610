// Where in a YAML text a position stands: the keys and list items around it, the keys beside it, and
// what is being written there. Read from the indentation, because a text being typed is rarely whole.

const KEY = /^("[^"]*"|'[^']*'|[^\s"'#{}[\],&*!|>%@`-][^#{}[\],]*?)\s*:(?=\s|$)\s*(.*)$/;
const WRITTEN = /^("[^"]*"|'[^']*'|[\p{L}\p{N}_.-]*)$/u;

// {path, beside, key, from, item} or null where nothing can be offered (comments, texts, flow
// sequences). `path` goes from the outside in, a key as its name and a list item as null; `beside`
// maps the keys of the same mapping to their values; `key` is set when its value is being written,
// which begins at `from`; `item` says that what is written is itself an item of a list.
export function placeAt(text, position) {
  const before = text.slice(0, position);
  const start = before.lastIndexOf('\n') + 1;
  const lines = text.split('\n');
  const number = before.split('\n').length - 1;
  const line = before.slice(start);
  const brace = line.lastIndexOf('{');
  if (brace > line.lastIndexOf('}')) return inBraces(lines, number, line, brace, start);
  const { column, rest, dashes } = split(line);
  const found = KEY.exec(rest);
  if (found) {
    const value = rest.slice(rest.length - found[2].length);
    if (!WRITTEN.test(value)) return null;
    const here = around(lines, number, column, dashes);
    return { ...here, key: bare(found[1]), from: position - value.length, item: false };
  }
  if (!WRITTEN.test(rest) || isInText(lines, number, column)) return null;
  const here = around(lines, number, column, dashes);
  return { ...here, key: null, from: position - rest.length, item: dashes.length > 0 };
}

// Inside {a: b, c…}: the mapping in braces is the innermost one.
function inBraces(lines, number, line, brace, start) {
  const outer = split(line.slice(0, brace));
  const inside = line.slice(brace + 1);
  if (/["'][^"']*$/.test(inside.replace(/"[^"]*"|'[^']*'/g, '')) || inside.includes('{') || inside.includes('[')) return null;
  const parts = inside.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  const last = parts.pop().trimStart();
  const beside = new Map(parts.map((part) => KEY.exec(part.trim())).filter(Boolean).map((found) => [bare(found[1]), bare(found[2])]));
  const after = lines[number].slice(line.length).split('}')[0];
  for (const [, name, value] of after.matchAll(/([\w-]+):\s*([^,}]*)/g)) beside.set(name, bare(value));
  const owner = KEY.exec(outer.rest);
  const around_ = around(lines, number, outer.column, outer.dashes);
  const path = owner ? [...around_.path, bare(owner[1])] : around_.path;
  const found = KEY.exec(last);
  const value = found ? found[2] : last;
  if (!WRITTEN.test(value)) return null;
  return { path, beside, key: found ? bare(found[1]) : null, from: start + line.length - value.length, item: false };
}

// What a line begins with: the columns of its dashes, the column of what follows, and that.
function split(line) {
  const dashes = [];
  let column = /^ */.exec(line)[0].length;
  let rest = line.slice(column);
  for (let dash; (dash = /^-( +|$)/.exec(rest)); ) {
    dashes.push(column);
    column += dash[0].length;
    rest = rest.slice(dash[0].length);
  }
  return { dashes, column, rest };
}

function around(lines, number, column, dashes) {
  const path = [];
  const beside = new Map();
  let at = column;
  let isItem = false;
  let isBeside = true;
  const visit = (parts, own) => {
    const found = KEY.exec(parts.rest);
    if (!own && found) {
      if (parts.column < at || (isItem && parts.column === at)) {
        path.unshift(bare(found[1]));
        [at, isItem, isBeside] = [parts.column, false, false];
      } else if (parts.column === at && isBeside) beside.set(bare(found[1]), bare(found[2]));
    }
    for (const dash of [...parts.dashes].reverse()) {
      if (dash < at) {
        path.unshift(null);
        [at, isItem, isBeside] = [dash, true, false];
      }
    }
  };
  visit({ dashes, column, rest: '' }, true);
  for (let above = number - 1; above >= 0 && (at > 0 || isItem || isBeside); above -= 1) {
    if (isContent(lines[above])) visit(split(lines[above]));
  }
  for (let below = number + 1; below < lines.length; below += 1) {
    if (!isContent(lines[below])) continue;
    const parts = split(lines[below]);
    if (parts.column < column || (parts.dashes.length && parts.dashes[0] < column)) break;
    const found = parts.column === column && KEY.exec(parts.rest);
    if (found) beside.set(bare(found[1]), bare(found[2]));
  }
  return { path, beside };
}

// Inside a text over several lines (| or >), whose lines say nothing about the mapping.
function isInText(lines, number, column) {
  for (let above = number - 1; above >= 0; above -= 1) {
    if (!lines[above].trim()) continue;
    const parts = split(lines[above]);
    if (parts.column >= column) continue;
    return /(^|\s)[|>][+-]?\d?\s*$/.test(parts.rest);
  }
  return false;
}

function isContent(line) {
  return line.trim() && !line.trimStart().startsWith('#');
}

function bare(word) {
  return word.trim().replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/, '$2');
}
