// Evaluates cases in the page; the tests hand them in and compare what comes back.
import { ExpressionFault, compile, dump, load } from "/pik/expressions.js";

function filled(value) {
  if (value?.$list !== undefined) return Array.from({ length: value.$list }, (_, n) => load(n));
  if (value?.$repeat !== undefined) return "x".repeat(value.$repeat);
  return load(value);
}

function evaluate({ tree, scope }) {
  const names = Object.entries(scope ?? {}).map(([name, value]) => [name, filled(value)]);
  try {
    return { value: dump(compile(tree).evaluate(Object.fromEntries(names))) };
  } catch (error) {
    if (error instanceof ExpressionFault) return { fault: error.code };
    return { error: `${error.name}: ${error.message}` };
  }
}

window.evaluateAll = (cases) => cases.map(evaluate);

// Many trees over one large scope: the result of each, and how many milliseconds it took.
window.evaluateOver = (trees, scope) =>
  trees.map((tree) => {
    const start = performance.now();
    return { ...evaluate({ tree, scope }), millis: performance.now() - start };
  });

window.timeEach = (tree, scope, times) => {
  const expression = compile(tree);
  const values = load(scope);
  const start = performance.now();
  for (let count = 0; count < times; count += 1) expression.evaluate(values);
  return ((performance.now() - start) * 1000) / times;
};
