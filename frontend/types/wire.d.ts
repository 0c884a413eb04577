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
  /** Why it was set aside, or what a person gave as the reason. */
  reason?: string | Text3;
  source?: string;
  stale_s?: number;
  criterion?: Text3;
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
  unreliable: boolean;
  doubtful: boolean;
  limited: boolean;
  codes: Record<string, string>;
  facts: Record<string, unknown>;
  named: string[];
  vote: "useful" | "noise" | null;
  track: string | null;
  camera: CameraSaid | null;
  incident: string | null;
  joined_by: number | null;
  why: Why | null;
}

/** What a camera says of itself in one observation. */
export interface CameraSaid {
  camera: string;
  state: string;
  since?: string;
  figure?: number;
  limit?: number;
  motion?: number;
}

/** How a camera is by the last word of one source, under `source|camera`. */
export interface CameraState {
  camera: string;
  source: string;
  state: string;
  since: string;
  observed_at: string;
  observation: string;
  figure: number | null;
  limit: number | null;
  motion: number | null;
}

/** A picture kept to an incident; its bytes lie under their hash. */
export interface Evidence {
  id: string;
  incident: string;
  camera: string;
  sha256: string;
  size: number;
  captured_at: string;
  kept_at: string;
  by: string;
  note: string | null;
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
  state: string;
  state_since: string;
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
  named: string[];
  facts: Record<string, { value: unknown; observation: string }>;
  spoken: string[];
  suggestions: Suggestion[];
  ties: Tie[];
  alias_of: string | null;
  state_by: string | null;
  state_reason: string | null;
  segment: number;
  lead: string | null;
  disciplines: string[];
  phase: Phase | null;
  phases: Phase[];
  review: "required" | "waived" | "done" | null;
  cap: { rule: string; at_most: number; from: number; why: Text3 } | null;
}

/** Recorded with its authority, never triggered; `until` where it has ended. */
export interface Phase {
  value: string;
  authority: string;
  declared_at: string;
  informed_at: string;
  document?: string | null;
  by?: string;
  n?: number;
  until?: string;
  ended_by?: string;
}

export interface Advice {
  id: string;
  incident: string | null;
  kind: string;
  rule: string;
  criterion: Text3;
  evidence: string[];
  given_by: number;
  command: Record<string, unknown> | null;
  status: "open" | "accepted" | "dismissed" | "withdrawn";
  by: string | null;
  note: string | null;
}

export interface Alarm {
  id: string;
  type: string;
  kind: "alarm" | "notice";
  priority: number;
  role: string;
  rule: string;
  reason: Text3;
  raised_at: string;
  last_at: string;
  due_at: string | null;
  incident: string | null;
  subject: string | null;
  evidence: string[];
  count: number;
  rearmed_at: string | null;
  rearm_reason: Text3 | null;
  acknowledged: Record<string, { at: string; by: string }>;
  escalated_at: string | null;
  shelved: { until: string; reason: string; by: string; at: string } | null;
  cleared_at: string | null;
  folded: boolean;
  review_due: boolean;
}

export interface Flood {
  role: string;
  since: string;
  folded: number;
}

export interface Annunciation {
  at: string;
  role: string;
  alarm: string;
  priority: number;
  incident: string | null;
}

export interface Decision {
  id: string;
  text: string;
  language: string;
  function: string;
  capacity: string;
  decided_at: string;
  known_at: string;
  recorded_at: string;
  by: string;
  basis: string | null;
  incident: string | null;
  owner: string | null;
  due_at: string | null;
  seen_by: Record<string, string>;
}

export interface Task {
  id: string;
  title: Text3;
  opened_at: string;
  changed_at: string;
  by: string;
  incident: string | null;
  card: string | null;
  discipline: string | null;
  owner: string | null;
  due_at: string | null;
  state: "open" | "done" | "dropped";
  decision: string | null;
  note: string | null;
}

export interface Report {
  id: string;
  incident: string;
  form: string;
  fields: Record<string, unknown>;
  reported_at: string;
  recorded_at: string;
  by: string;
  source: string | null;
}

export interface Count {
  id: string;
  incident: string;
  category: string;
  value: number | null;
  certainty: "estimated" | "confirmed";
  source: string;
  counted_at: string;
  recorded_at: string;
  evidence: string | null;
}

export interface Relation {
  id: string;
  kind: string;
  origin: string;
  target: string;
  rule: string;
  reason: Text3;
  proposed_by: number;
  status: "proposed" | "confirmed" | "rejected";
  by: string | null;
  note: string | null;
}

export interface LogLine {
  id: string;
  book: string;
  text: string;
  language: string;
  at: string;
  by: string;
  incident: string | null;
}

export interface Mark {
  source: string;
  trust: "trusted" | "unreliable";
  reason: string;
  by: string;
  since: string;
}

export interface Activation {
  level: "watch" | "pre_alert" | "alert";
  since: string;
  by: string;
  reason: string;
}

export interface ArmedRules {
  version: string;
  at: string;
  by: string;
  armed_by: number;
  tables: Record<string, string>;
  note: string | null;
}

/** What people have a wall show; a wall without one chooses by itself. */
export interface Wall {
  layout: "a" | "b";
  incident: string | null;
  /** Latitude, longitude, zoom. */
  view: [number, number, number] | null;
  cameras: string[];
  note: string | null;
  by: string;
  since: string;
  n: number;
}

export type DrawingLayer = "room" | "d1" | "d2" | "d3" | "d4" | "d5" | "mobiris";
export type DrawingKind =
  | "zone_red"
  | "zone_orange"
  | "zone_yellow"
  | "wedge"
  | "line"
  | "text"
  | "distance"
  | "area";

/** What somebody drew on the map, in the layer of one team. Around a point, `radius_m` says how far. */
export interface Drawing {
  id: string;
  layer: DrawingLayer;
  kind: DrawingKind;
  geometry: GeoJSON.Point | GeoJSON.LineString | GeoJSON.Polygon;
  text: string | null;
  wind_from_deg: number | null;
  radius_m: number | null;
  incident: string | null;
  by: string;
  drawn_at: string;
  changed_at: string;
  n: number;
}

export interface Signature {
  by: string;
  at: string;
}

/** One function passing from a shift to the next; with both signatures it is done. */
export interface Handover {
  id: string;
  function: string;
  opened_at: string;
  period_from: string;
  log_until_n: number;
  remarks: { out: string | null; in: string | null };
  signed: { out: Signature | null; in: Signature | null };
}

export interface Undoable {
  n: number;
  at: string;
  until: string;
  command: string;
  by: string;
  before: Record<string, Record<string, unknown>>;
  home: string | null;
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
  cameras: Record<string, CameraState>;
  advice: Record<string, Advice>;
  alarms: Record<string, Alarm>;
  floods: Record<string, Flood>;
  annunciations: Annunciation[];
  decisions: Record<string, Decision>;
  tasks: Record<string, Task>;
  reports: Record<string, Report>;
  counts: Record<string, Count>;
  relations: Record<string, Relation>;
  evidence: Record<string, Evidence>;
  log: LogLine[];
  marks: Record<string, Mark>;
  walls: Record<string, Wall>;
  drawings: Record<string, Drawing>;
  handovers: Record<string, Handover>;
  undoable: Record<string, Undoable>;
  activation: Activation | null;
  rulebook: ArmedRules | null;
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

/** A camera of the register, as `/api/realms/REALM/cameras` tells it. */
export interface CameraView {
  id: string;
  name: Text3;
  lat: number;
  lon: number;
  heading_deg: number | null;
  field_of_view_deg: number | null;
  range_m: number | null;
  turns: boolean;
  group: string;
  legal_regime: string;
  controller: string | null;
  agreement: boolean;
  /** Whether this capacity may see its pictures; `reason` says why not. */
  may: "yes" | "propose" | "no";
  reason: string | null;
  condition: Text3 | null;
  live: boolean;
  frame_at: string | null;
}
export interface StripSeat {
  camera: string;
  metres: number | null;
  score: number;
  terms: { term: string; value: number }[];
}
export interface Strip {
  cameras: StripSeat[];
  without_agreement: StripSeat[];
  nearest_m: number | null;
  course_deg: number | null;
}
