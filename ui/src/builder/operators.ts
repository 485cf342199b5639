import type { Filter, Operator } from "../api/types";

// What an operator takes: nothing, a few values to pick, one text, one or two numbers, or a date.
export type Takes = "nothing" | "values" | "text" | "number" | "numbers" | "date";

export type OperatorGroup = "any" | "text" | "number" | "date" | "boolean" | "list";

export const operators = [
  { name: "is", takes: "values", group: "any" },
  { name: "is_not", takes: "values", group: "any" },
  { name: "set", takes: "nothing", group: "any" },
  { name: "not_set", takes: "nothing", group: "any" },
  { name: "contains", takes: "text", group: "text" },
  { name: "not_contains", takes: "text", group: "text" },
  { name: "starts_with", takes: "text", group: "text" },
  { name: "ends_with", takes: "text", group: "text" },
  { name: "greater", takes: "number", group: "number" },
  { name: "at_least", takes: "number", group: "number" },
  { name: "less", takes: "number", group: "number" },
  { name: "at_most", takes: "number", group: "number" },
  { name: "between", takes: "numbers", group: "number" },
  { name: "not_between", takes: "numbers", group: "number" },
  { name: "before", takes: "date", group: "date" },
  { name: "since", takes: "date", group: "date" },
  { name: "is_true", takes: "nothing", group: "boolean" },
  { name: "is_false", takes: "nothing", group: "boolean" },
  { name: "list_has_any", takes: "values", group: "list" },
  { name: "list_has_all", takes: "values", group: "list" },
  { name: "list_has_none", takes: "values", group: "list" },
] as const satisfies { name: Operator; takes: Takes; group: OperatorGroup }[];

// takesOf is what the operator takes. An operator we do not know gets values.
export const takesOf = (operator: string | undefined): Takes =>
  operators.find((o) => o.name === operator)?.takes ?? "values";

// isComplete says whether a condition has all the values its operator needs.
export function isComplete(condition: Filter): boolean {
  if (!condition.property || !condition.operator) return false;
  const values = condition.values ?? [];
  switch (takesOf(condition.operator)) {
    case "nothing":
      return true;
    case "numbers":
      return values.length === 2 && values.every((v) => typeof v === "number");
    case "number":
      return typeof values[0] === "number";
    default:
      return values.length > 0 && values[0] !== "";
  }
}

// withOperator changes the operator and keeps the values where the new one takes the same.
export function withOperator(condition: Filter, operator: Operator): Filter {
  const same = takesOf(condition.operator) === takesOf(operator);
  return { property: condition.property ?? "", operator, ...(same && { values: condition.values ?? [] }) };
}
