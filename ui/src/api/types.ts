import type { components } from "./schema.gen";

// The shapes of the HTTP API, by our own names. They come from the server's own description, docs/openapi.json: what
// drifts apart no longer compiles.
type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type Project = Schemas["Project"];
export type NewProject = Schemas["NewProject"];
export type ServiceAccount = Schemas["ServiceAccount"];
export type NewServiceAccount = Schemas["NewServiceAccount"];
export type Counters = Schemas["Counters"];
export type Refusal = Schemas["Refusal"];
export type LiveEvent = Schemas["LiveEvent"];
export type LiveDropped = Schemas["LiveDropped"];
export type NameCount = Schemas["NameCount"];
export type ValueCount = Schemas["ValueCount"];
export type Fault = Schemas["Fault"];

export type Question = Schemas["TrendQuestion"];
export type Metric = Schemas["Metric"];
// Measure is what the console can ask for; the server knows more.
export type Measure = Extract<
  NonNullable<Metric["measure"]>,
  "total" | "unique" | "sum" | "average" | "median" | "percentile" | "min" | "max" | "distinct"
>;
export type Range = Schemas["Range"];
export type Compare = Schemas["Compare"];
export type Unit = Question["interval"];

// Scalar is what a filter's values may be; JSON Schema has no word for it.
export type Scalar = string | number | boolean | null;

export type Operator = NonNullable<Schemas["Filter"]["operator"]>;

export type Filter = Omit<Schemas["Filter"], "all" | "any" | "values"> & {
  all?: Filter[];
  any?: Filter[];
  values?: Scalar[];
};

export type Answer = Schemas["TrendAnswer"];
export type Series = Schemas["Series"];
