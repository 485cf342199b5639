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

export type TrendQuestion = Schemas["TrendQuestion"];
export type FunnelQuestion = Schemas["FunnelQuestion"];
export type RetentionQuestion = Schemas["RetentionQuestion"];
export type FrequencyQuestion = Schemas["FrequencyQuestion"];
export type FlowQuestion = Schemas["FlowQuestion"];
export type LifecycleQuestion = Schemas["LifecycleQuestion"];
export type StickinessQuestion = Schemas["StickinessQuestion"];
export type SessionsQuestion = Schemas["SessionTrendQuestion"];
export type PeopleQuestion = Schemas["PeopleQuestion"];
export type TimelineQuestion = Schemas["TimelineQuestion"];

// ReportQuestion is what a report asks. Its numbers have people behind them.
export type ReportQuestion =
  | TrendQuestion
  | FunnelQuestion
  | RetentionQuestion
  | FrequencyQuestion
  | FlowQuestion
  | LifecycleQuestion
  | StickinessQuestion
  | SessionsQuestion;
export type Question = ReportQuestion | PeopleQuestion | TimelineQuestion;
export type Selector = Schemas["Selector"];
export type Anchor = Schemas["Anchor"];
export type Metric = Schemas["Metric"];
// Measure is what the console can ask for; the server knows more.
export type Measure = Extract<
  NonNullable<Metric["measure"]>,
  "total" | "unique" | "sum" | "average" | "median" | "percentile" | "min" | "max" | "distinct"
>;
export type Range = Schemas["Range"];
export type Compare = Schemas["Compare"];
export type Unit = TrendQuestion["interval"];

// Scalar is what a filter's values may be; JSON Schema has no word for it.
export type Scalar = string | number | boolean | null;

export type Operator = NonNullable<Schemas["Filter"]["operator"]>;

export type Filter = Omit<Schemas["Filter"], "all" | "any" | "values"> & {
  all?: Filter[];
  any?: Filter[];
  values?: Scalar[];
};

export type TrendAnswer = Schemas["TrendAnswer"];
export type FunnelAnswer = Schemas["FunnelAnswer"];
export type FunnelTable = Schemas["FunnelTable"];
export type RetentionAnswer = Schemas["RetentionAnswer"];
export type FrequencyAnswer = Schemas["FrequencyAnswer"];
export type FlowAnswer = Schemas["FlowAnswer"];
export type FlowGraph = Schemas["FlowGraph"];
export type LifecycleAnswer = Schemas["LifecycleAnswer"];
export type StickinessAnswer = Schemas["StickinessAnswer"];
export type SessionsAnswer = Schemas["SessionsAnswer"];
export type PeopleAnswer = Schemas["PeopleAnswer"];
export type TimelineAnswer = Schemas["TimelineAnswer"];
export type PastEvent = Schemas["PastEvent"];
export type Profile = Schemas["Profile"];
export type Series = Schemas["Series"];

// ReportAnswer is what all answers of reports have.
export type ReportAnswer = {
  range: Schemas["AnswerRange"];
  explain: Schemas["Explain"];
  segments?: Schemas["SegmentCount"];
};
