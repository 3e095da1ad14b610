// Conditions and computed values of a page, by the expressions the server compiled.
//
//   data-pik-values   on the form: values of this form that the page does not show
//   data-pik-visible  on a field: the condition; data-pik-row names the row `item` is
//   data-pik-compute  on an output: the formula; data-pik-sum: the sum of a matrix

import { Decimal, ExpressionFault, compile, load } from "../expressions.js";
import { controls, write } from "./values.js";

const PASSES = 6;
const SUM = "summe";
const ZERO = Decimal.parse("0");

const total = (cells) =>
  cells.filter((cell) => cell instanceof Decimal).reduce((sum, cell) => sum.add(cell), ZERO);

// Paths become a scope: "a", "period-von", "stellen-0-vzae", "kostenplan-personal-jahr1".
function put(scope, path, value) {
  const keys = path.split("-");
  let holder = scope;
  keys.slice(0, -1).forEach((key, at) => {
    const next = /^\d+$/.test(keys[at + 1]) ? [] : {};
    holder[key] ??= next;
    if (typeof holder[key] !== "object") holder[key] = next;
    holder = holder[key];
  });
  holder[keys.at(-1)] = value;
}

function addSums(scope, name) {
  const cells = scope[name];
  if (cells === null || typeof cells !== "object") return;
  const rows = Object.keys(cells).filter((row) => row !== SUM);
  const below = {};
  for (const row of rows) {
    const columns = Object.keys(cells[row]).filter((column) => column !== SUM);
    for (const column of columns) {
      below[column] = total(rows.map((other) => cells[other]?.[column]));
    }
    cells[row][SUM] = total(columns.map((column) => cells[row][column]));
  }
  cells[SUM] = { ...below, [SUM]: total(Object.values(below)) };
}

function dig(scope, path) {
  return path.split("-").reduce((value, key) => value?.[key], scope);
}

function sumOf(scope, path) {
  const [name, row, column] = path.split("-");
  const key = row === "*" || row === undefined ? SUM : row;
  return scope[name]?.[key]?.[column ?? SUM];
}

function evaluate(expression, scope, row) {
  try {
    return expression.evaluate(row ? { ...scope, item: dig(scope, row) ?? {} } : scope);
  } catch (fault) {
    if (fault instanceof ExpressionFault) return null;
    throw fault;
  }
}

class Preview {
  constructor(form) {
    this.form = form;
    this.beside = JSON.parse(form.dataset.pikValues || "{}");
    const parse = (element, tree) => ({
      element,
      expression: compile(JSON.parse(tree)),
      row: element.dataset.pikRow,
    });
    this.conditions = [...form.querySelectorAll("[data-pik-visible]")].map((element) =>
      parse(element, element.dataset.pikVisible),
    );
    this.outputs = [...form.querySelectorAll("[data-pik-compute]")].map((element) =>
      parse(element, element.dataset.pikCompute),
    );
    this.sums = [...form.querySelectorAll("[data-pik-sum]")];
    this.matrices = new Set(this.sums.map((element) => element.dataset.pikSum.split("-")[0]));
    // The script shows a field only when it is needed, so the words that say when are not.
    for (const { element } of this.conditions) {
      for (const words of element.querySelectorAll(".pik-condition, .pik-cell-hint")) words.remove();
    }
  }

  scope() {
    const scope = load(this.beside);
    for (const [path, value] of controls(this.form)) put(scope, path, value);
    for (const name of this.matrices) addSums(scope, name);
    return scope;
  }

  show(element, visible) {
    if (element.hidden === !visible) return false;
    element.hidden = !visible;
    for (const control of element.querySelectorAll("input, select, textarea, button")) {
      control.disabled = !visible;
    }
    return true;
  }

  run() {
    for (let pass = 0; pass < PASSES; pass += 1) {
      const scope = this.scope();
      for (const { element, expression, row } of this.outputs) {
        const value = evaluate(expression, scope, row);
        put(scope, element.name || element.getAttribute("name"), value);
        const text = write(value, element.dataset.pikKind);
        if (element.textContent !== text) element.textContent = text;
      }
      for (const element of this.sums) {
        const text = write(sumOf(scope, element.dataset.pikSum), element.dataset.pikKind);
        if (element.textContent !== text) element.textContent = text;
      }
      const changed = this.conditions.map(({ element, expression, row }) =>
        this.show(element, evaluate(expression, scope, row) === true),
      );
      if (!changed.some(Boolean)) break;
    }
  }
}

export function preview(form) {
  const page = new Preview(form);
  if (!page.conditions.length && !page.outputs.length && !page.sums.length) return;
  page.run();
  form.addEventListener("input", () => page.run());
  form.addEventListener("change", () => page.run());
}
