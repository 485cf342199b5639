// The shapes of the HTTP API, by our own names.

export type Me = {
  state: "setup" | "signed_out" | "signed_in";
  login?: string;
  role?: string;
  demo: boolean;
  place_data: { installed: boolean; name: string; link: string };
  version: string;
};

export type Project = {
  id: number;
  name: string;
  zone: string;
  token: string;
  created: string;
  first_event: string | null;
};

export type ServiceAccount = { username: string; secret: string };

export type NewProject = Project & { api_secret: string; service_account: ServiceAccount };

export type Refusal = { time: string; reason: string; field: string; event: string };

export type Counters = {
  received: number;
  refused: Record<string, number> | null;
  durable: number;
  askable: number;
  duplicates: number;
  strangers: number;
  recent_refusals: Refusal[] | null;
};

export type LiveEvent = {
  time: string;
  received: string;
  name: string;
  class: "person" | "bot";
  person: string;
  properties: Record<string, unknown>;
};

export type NameCount = { name: string; rows: number };

export type Scalar = string | number | boolean | null;

export type ValueCount = { value: unknown; rows: number };

export type Unit = "minute" | "hour" | "day" | "week" | "month";

export type Measure =
  | "total"
  | "unique"
  | "sum"
  | "average"
  | "median"
  | "percentile"
  | "min"
  | "max"
  | "distinct";

export type Filter = {
  all?: Filter[];
  any?: Filter[];
  property?: string;
  operator?: string;
  values?: Scalar[];
};

export type Metric = {
  name: string;
  event?: string;
  any_event?: boolean;
  measure?: Measure;
  property?: string;
  percentile?: number;
  filter?: Filter;
  formula?: string;
};

export type Range = { from?: string; to?: string; last?: number; unit?: Unit; zone: string };

export type Compare = { by?: "previous" | "week" | "month" | "year"; from?: string; to?: string };

export type Question = {
  kind: "trend";
  range: Range;
  interval: Unit;
  metrics: Metric[];
  filter?: Filter;
  breakdown?: { property: string }[];
  top?: number;
  compare?: Compare;
  include_bots?: boolean;
};

export type Series = {
  metric: string;
  segment: unknown[];
  other?: boolean;
  values: (number | null)[];
  total: number | null;
};

export type Stretch = {
  range: { from: string; to: string; zone: string };
  intervals: string[];
  series: Series[];
};

export type Answer = Stretch & {
  kind: "trend";
  segments?: { shown: number; all: number };
  compare?: Stretch;
  explain: {
    rows_read: number;
    rows_matched: number;
    took_ms: number;
    bots_left_out: number;
    complete_until: string;
  };
};

export type Fault = { location?: string; code?: string; message?: string };
