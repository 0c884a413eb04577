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
  exercises: number;
  last_exercise: ExerciseShown | null;
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
