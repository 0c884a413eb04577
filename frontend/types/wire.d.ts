/** What travels between the server and a screen. The picture is what `picture()` writes. */

export type Text3 = Record<string, string>;

export interface Term {
  term: string;
  value: number;
  detail?: Record<string, unknown> | null;
}

export interface Fit {
  incident: string;
  score: number;
  terms?: Term[];
}

export interface Why {
  rule: string;
  score?: number;
  threshold?: number;
  terms?: Term[];
  incident?: string;
  runner_up?: Fit | null;
  best?: Fit | null;
  by?: string;
  note?: string | null;
  undoes?: number;
  suggestion?: string;
  observation?: string;
  from?: { type: string; severity: number };
}

export interface Shown {
  id: string;
  source: string;
  external_id: string;
  kind: string;
  action: string;
  mode: string;
  recorded_at: string;
  observed_at: string | null;
  late_s: number | null;
  type_hint: string | null;
  severity: number | null;
  confidence: number | null;
  maturity: string | null;
  headline: string | null;
  text: string | null;
  lat: number | null;
  lon: number | null;
  accuracy_m: number | null;
  outline: GeoJSON.GeometryObject | null;
  implausible: boolean;
  clock_suspect: boolean;
  codes: Record<string, string>;
  facts: Record<string, unknown>;
  track: string | null;
  incident: string | null;
  joined_by: number | null;
  why: Why | null;
}

export interface Tie {
  id: string;
  measure: { plan: string; code: string; variant?: string };
  relation: string;
  strength: string;
  rule: string;
  evidence: string[];
  reason: Text3;
  status: "proposed" | "confirmed" | "rejected" | "withdrawn";
  proposed_by: number;
  by: string | null;
  note: string | null;
}

export interface Suggestion {
  id: string;
  incident: string;
  observation: string;
  why: Why;
}

export interface Incident {
  id: string;
  type: string;
  severity: number;
  state: "open" | "ended" | "alias";
  opened_at: string;
  last_at: string;
  observed_first: string;
  observed_last: string;
  graded_by: number;
  lat: number | null;
  lon: number | null;
  accuracy_m: number | null;
  outline: GeoJSON.GeometryObject | null;
  commune: Text3 | null;
  text: string | null;
  headline: string | null;
  why: Why | null;
  grade_why: Why | null;
  count: number;
  observations: string[];
  source_classes: string[];
  codes: string[];
  facts: Record<string, { value: unknown; observation: string }>;
  suggestions: Suggestion[];
  ties: Tie[];
  alias_of: string | null;
}

export interface SourceView {
  source: string;
  state: string;
  since: string;
  adapter: string | null;
  outbox: number;
  outbox_since: string | null;
  trouble: string | null;
}

export interface QuarantineView {
  count: number;
  last_at: string;
  source: string;
  detail: string;
}

export interface Picture {
  realm: string;
  n: number;
  at: string | null;
  exercise: Record<string, unknown> | null;
  opened: number;
  incidents: Record<string, Incident>;
  observations: Record<string, Shown>;
  loose: string[];
  tracks: Record<string, Shown>;
  sources: Record<string, SourceView>;
  quarantined: number;
  quarantine: Record<string, QuarantineView>;
}

export interface Entry {
  n: number;
  at: string;
  kind: string;
  cause: number;
  body: any;
}

export interface Health {
  broker?: { state: string; since: string | null; trouble?: string | null };
  journal?: { state: string; since?: string | null; trouble?: string | null };
  counts?: Record<string, number>;
}

export interface Hello {
  type: "hello";
  protocol: number;
  realm: string;
  n: number;
  boot: string;
  at: string;
  version: string;
}
export interface SnapshotMessage {
  type: "snapshot";
  n: number;
  situation: Picture;
}
export interface FrameMessage {
  type: "frame";
  n: number;
  first: number;
  entries: Entry[];
  at: string;
  entry_at: string;
}
export interface Beat {
  type: "beat";
  at: string;
  n: number;
  health: Health;
}
export type Message = Hello | SnapshotMessage | FrameMessage | Beat;

export interface IncidentTypeName extends Text3 {}
export interface FactLabel {
  [language: string]: any;
  type: string;
  unit: string | null;
  choices: Record<string, Text3>;
}
export interface MeasureEntry {
  code: string;
  axis: string;
  title: Text3;
  short?: Text3;
  variants?: Record<string, Text3>;
  partners: string[];
  spine: string;
}

export interface PageSettings {
  realm: string;
  exercise_title: string | null;
  language: string;
  languages: string[];
  attribution: string;
  socket_path: string;
  api_root: string;
  static_url: string;
  basemap_url: string;
  version: string;
  other_realms: string[];
}
