// Why an evaluation was stopped. The codes are those of pikflow/expressions/errors.py.

export class ExpressionFault extends Error {
  constructor(code) {
    super(code);
    this.name = "ExpressionFault";
    this.code = code;
  }
}

export const stepsFault = () => new ExpressionFault("expression-steps");
export const listFault = () => new ExpressionFault("expression-list-size");
export const textFault = () => new ExpressionFault("expression-text-size");
export const numberFault = () => new ExpressionFault("expression-number-size");
export const valueFault = () => new ExpressionFault("expression-value");
