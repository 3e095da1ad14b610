// The expression language in the browser: evaluates the trees the server compiled.
//
//   import { compile, load } from "./expressions.js";
//   const expression = compile(tree);               // tree: JSON from Expression.tree
//   expression.evaluate(load(scope));               // scope: JSON with tagged numbers and dates
//
// The server decides; this previews computed values and conditions by the same rules, held to
// them by pikflow/expressions/conformance.json and a fuzz test in a real browser.

import { Day } from "./expressions/day.js";
import { Decimal } from "./expressions/decimal.js";
import { ExpressionFault, listFault, textFault, valueFault } from "./expressions/faults.js";
import { COSTS, FUNCTIONS } from "./expressions/functions.js";
import {
  MAX_DEPTH,
  MAX_LIST,
  MAX_STEPS,
  MAX_TEXT,
  NODES_PER_STEP,
  charge,
  chargeValue,
  contains,
  equal,
  isDictionary,
  kind,
  length,
  less,
  lift,
  member,
  numberOf,
  truth,
} from "./expressions/kinds.js";

export { Day, Decimal, ExpressionFault };

const isTag = (value, tag) =>
  isDictionary(value) && Object.keys(value).length === 1 && typeof value[tag] === "string";

// Values from tagged JSON, as pikflow/values.py writes it.
export function load(json) {
  const value = lift(json);
  if (Array.isArray(value)) return value.map(load);
  if (!isDictionary(value)) return value;
  if (isTag(value, "$decimal")) return Decimal.parse(value.$decimal);
  if (isTag(value, "$date")) return Day.parse(value.$date);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, load(item)]));
}

// Tagged JSON from values.
export function dump(value) {
  if (value instanceof Decimal) return { $decimal: String(value) };
  if (value instanceof Day) return { $date: String(value) };
  if (Array.isArray(value)) return value.map(dump);
  if (!isDictionary(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, dump(item)]));
}

class Plan {
  slots = 0;

  step(tree, variables) {
    return BUILDERS[tree[0]](this, tree, variables);
  }

  steps(trees, variables) {
    return trees.map((tree) => this.step(tree, variables));
  }
}

function add(frame, left, right) {
  const first = lift(left);
  const second = lift(right);
  if (kind(first) !== kind(second)) return null;
  if (first instanceof Decimal) return first.add(second);
  if (typeof first === "string") {
    if (length(first) + length(second) > MAX_TEXT) throw textFault();
  } else if (Array.isArray(first)) {
    if (first.length + second.length > MAX_LIST) throw listFault();
  } else {
    return null;
  }
  chargeValue(frame, first);
  chargeValue(frame, second);
  return Array.isArray(first) ? [...first, ...second] : first + second;
}

const numeric = (work) => (_frame, left, right) => {
  const first = numberOf(left);
  const second = numberOf(right);
  return first === null || second === null ? null : work(first, second);
};

const ARITHMETIC = {
  "+": add,
  "-": numeric((left, right) => left.subtract(right)),
  "*": numeric((left, right) => left.multiply(right)),
  "/": numeric((left, right) => left.divide(right)),
  "//": numeric((left, right) => left.divideWhole(right)),
  "%": numeric((left, right) => left.remainder(right)),
};

// left <= right; values without an order are not even when they are equal.
function most(frame, left, right) {
  if (less(left, right)) return true;
  return ["number", "text", "date"].includes(kind(lift(left))) && equal(frame, left, right);
}

const COMPARISON = {
  "==": equal,
  "!=": (frame, left, right) => !equal(frame, left, right),
  "<": (_frame, left, right) => less(left, right),
  "<=": most,
  ">": (_frame, left, right) => less(right, left),
  ">=": (frame, left, right) => most(frame, right, left),
  in: contains,
  "not in": (frame, left, right) => !contains(frame, left, right),
};

// How many nodes a tree has, one that builds a list or dictionary counting four times; decides
// what a row of a loop costs.
function nodes(tree) {
  if (!Array.isArray(tree)) return 0;
  const own = tree[0] === "list" || tree[0] === "dict" ? 4 : 1;
  return tree.reduce((sum, part) => sum + nodes(part), own);
}

const BUILDERS = {
  value(_plan, tree) {
    const constant = load(tree[1]);
    return () => constant;
  },
  name(_plan, tree, variables) {
    const name = tree[1];
    if (name in variables) {
      const slot = variables[name];
      return (frame) => frame.variables[slot];
    }
    return (frame) => member(frame.scope, name);
  },
  get(plan, tree, variables) {
    const source = plan.step(tree[1], variables);
    const keys = tree.slice(2);
    return (frame) => keys.reduce(member, source(frame));
  },
  arith(plan, tree, variables) {
    const first = plan.step(tree[1], variables);
    const chain = tree.slice(2).map(([op, part]) => [ARITHMETIC[op], plan.step(part, variables)]);
    return (frame) =>
      chain.reduce((result, [work, part]) => work(frame, result, part(frame)), first(frame));
  },
  compare(plan, tree, variables) {
    const first = plan.step(tree[1], variables);
    const chain = tree.slice(2).map(([op, part]) => [COMPARISON[op], plan.step(part, variables)]);
    return (frame) => {
      let left = first(frame);
      for (const [test, part] of chain) {
        const right = part(frame);
        if (!test(frame, left, right)) return false;
        left = right;
      }
      return true;
    };
  },
  and(plan, tree, variables) {
    const parts = plan.steps(tree.slice(1), variables);
    return (frame) => parts.every((part) => truth(part(frame)));
  },
  or(plan, tree, variables) {
    const parts = plan.steps(tree.slice(1), variables);
    return (frame) => parts.some((part) => truth(part(frame)));
  },
  not(plan, tree, variables) {
    const part = plan.step(tree[1], variables);
    return (frame) => !truth(part(frame));
  },
  neg(plan, tree, variables) {
    const part = plan.step(tree[1], variables);
    return (frame) => numberOf(part(frame))?.negate() ?? null;
  },
  pos(plan, tree, variables) {
    const part = plan.step(tree[1], variables);
    return (frame) => numberOf(part(frame));
  },
  if(plan, tree, variables) {
    const [condition, then, otherwise] = plan.steps(tree.slice(1), variables);
    return (frame) => (truth(condition(frame)) ? then(frame) : otherwise(frame));
  },
  list(plan, tree, variables) {
    const parts = plan.steps(tree.slice(1), variables);
    return (frame) => parts.map((part) => part(frame));
  },
  dict(plan, tree, variables) {
    const entries = tree.slice(1).map(([key, part]) => [key, plan.step(part, variables)]);
    return (frame) => Object.fromEntries(entries.map(([key, part]) => [key, part(frame)]));
  },
  each(plan, tree, variables) {
    const [, variable, source, condition, body] = tree;
    const rows = plan.step(source, variables);
    const slot = plan.slots;
    plan.slots += 1;
    const inner = Object.assign(Object.create(null), variables, { [variable]: slot });
    const keep = condition === null ? () => true : plan.step(condition, inner);
    const make = plan.step(body, inner);
    const cost = 1 + Math.floor((nodes(condition ?? []) + nodes(body)) / NODES_PER_STEP);
    return (frame) => {
      const items = lift(rows(frame));
      if (items === null) return [];
      if (!Array.isArray(items)) return null;
      chargeValue(frame, items);
      const results = [];
      for (const item of items) {
        charge(frame, cost);
        frame.variables[slot] = lift(item);
        if (truth(keep(frame))) results.push(make(frame));
      }
      return results;
    };
  },
  call(plan, tree, variables) {
    const [, name, ...rest] = tree;
    if (name === "today") return today;
    const work = FUNCTIONS[name];
    const { weight, steps } = { weight: 1, steps: 0, ...COSTS[name] };
    const parts = plan.steps(rest, variables);
    return (frame) => {
      const values = parts.map((part) => part(frame));
      charge(frame, steps);
      for (const value of values) chargeValue(frame, value, weight);
      const result = work(...values);
      chargeValue(frame, result, weight);
      return result;
    };
  },
};

// The day of the step, which the page gives as `heute`; the browser's clock is never read.
function today(frame) {
  const day = member(frame.scope, "heute");
  return day instanceof Day ? day : null;
}

function finished(frame, result, depth = 0) {
  const value = lift(result);
  if (!["text", "list", "dictionary"].includes(kind(value))) return value;
  chargeValue(frame, value);
  if (typeof value === "string") return value;
  if (depth > MAX_DEPTH) throw valueFault();
  charge(frame, 1);
  if (Array.isArray(value)) return value.map((item) => finished(frame, item, depth + 1));
  const copy = ([key, item]) => [key, finished(frame, item, depth + 1)];
  return Object.fromEntries(Object.entries(value).map(copy));
}

// A tree of the server as something to evaluate any number of times.
export function compile(tree) {
  const plan = new Plan();
  const step = plan.step(tree, Object.create(null));
  return {
    tree,
    // The value over a scope of values; throws ExpressionFault when a limit is reached.
    evaluate(scope) {
      const frame = { scope, steps: MAX_STEPS, variables: new Array(plan.slots).fill(null) };
      try {
        return finished(frame, step(frame));
      } catch (error) {
        if (error instanceof RangeError) throw valueFault();
        throw error;
      }
    },
  };
}
