/** Figures that the server reckons from the journal: alarm load, rule health, measure board. */

import type { Text3 } from "./wire";

export interface Figure {
  value: number | null;
  benchmark: number;
  bound: "at_most" | "at_least";
  standard: string;
  ok: boolean | null;
}
export interface PriorityLoad {
  alarms: number;
  share: number | null;
  target_s: number;
  mean_s: number | null;
  over_share: number | null;
  unanswered: number;
}
export interface Ranked {
  name: string;
  alarms: number;
  share: number;
}
export interface PositionLoad {
  role: string;
  alarms: number;
  folded: number;
  notices: number;
  escalated: number;
  shelved: number;
  figures: Record<string, Figure>;
  priorities: Record<string, PriorityLoad>;
  top_types: Ranked[];
  top_sources: Ranked[];
}
export interface AlarmLoad {
  first_at: string;
  last_at: string;
  positions: PositionLoad[];
}

export interface RuleHealth {
  rule: string;
  proposed: number;
  accepted: number;
  rejected: number;
  unanswered: number;
  waiting: number;
  withdrawn: number;
  acceptance: number | null;
  is_healthy: boolean;
}
export interface TieHealth {
  incidents: number;
  by_hand: number;
  acceptance: number | null;
  ties_per_incident: number | null;
  is_healthy: boolean;
  rules: RuleHealth[];
  measures: { measure: string; incidents: number; share: number; is_healthy: boolean }[];
}

export interface TieShown {
  realm: string;
  incident: string;
  type: string;
  severity: number;
  state: string;
  tie: string;
  relation: string;
  strength: string;
  status: string;
  rule: string;
  reason: Text3;
  since: string;
  entries: number[];
  evidence: string[];
  by: string | null;
  note: string | null;
}
export interface ExerciseShown {
  realm: string;
  scenario: string | null;
  title: Text3 | null;
  at: string;
  ties: number;
  tie: TieShown;
}
export interface MeasureShown {
  code: string;
  in_use: TieShown[];
  uses: number;
  last_use: TieShown | null;
  used: TieShown[];
  exercises: number;
  last_exercise: ExerciseShown | null;
  exercised: ExerciseShown[];
  never_exercised: boolean;
  gaps: TieShown[];
  feeding: TieShown[];
}
export interface MeasureBoard {
  plan: string;
  since: string | null;
  until: string | null;
  incidents: number;
  measures: MeasureShown[];
}

export interface ConfiguredSource {
  adapter: string;
  intake: string;
  maturity: "trial" | "pilot" | "operational" | null;
  legal_regime: string | null;
  controller: string | null;
  protocol_ref: string | null;
  retention_days: number | null;
}
export interface SourceFlow {
  received: number | null;
  published: number | null;
  rejected: number | null;
  warnings: number | null;
  accepted: number;
  duplicates: number;
  quarantined: number;
  rate_per_min: number;
  heard_at: string | null;
  said_at: string | null;
}
export interface ValueSheet {
  votes: { useful: number; noise: number; precision: number | null; evidence: string[] };
  part: { incidents: number; of: number; share: number | null; evidence: string[] };
  detection: {
    first: number;
    missed: number;
    alone: number;
    lead_s: number | null;
    evidence: { incident: string; observation: string; lead_s: number }[];
  };
}
export interface SourceLine {
  source: string;
  adapter: string | null;
  state: string;
  since: string | null;
  trouble: string | null;
  outbox: number;
  unreliable: boolean;
  configured: ConfiguredSource | null;
  flow: SourceFlow;
  rejects: { reason: string; messages: number; last_at: string }[];
  value: ValueSheet;
}
export interface SourceRegister {
  at: string | null;
  since: string | null;
  sources: SourceLine[];
}
