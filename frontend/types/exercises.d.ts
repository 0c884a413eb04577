/** What the staff of an exercise works with: `/api/exercises…`, `/api/scenarios…`. Times are UTC text. */

import type { Text3 } from "./wire";

export type RunState = "prepared" | "running" | "paused" | "ended" | "aborted" | "called_off";
export type InjectStatus = "waiting" | "issued" | "skipped" | "lapsed" | "removed";
export type NoteTag = "strength" | "improve" | "decision" | "communication" | "coordination" | "safety";

export interface InjectRun {
  inject: string;
  status: InjectStatus;
  at: string;
  how: "clock" | "condition" | "hand" | null;
  by: string | null;
  reason: string | null;
  messages: string[];
}

/** One line of the main events list; `due` where its time is known, `say` where staff read it aloud. */
export interface InjectRow {
  id: string;
  kind: string;
  source: string;
  at: string | null;
  due: string | null;
  manual: boolean;
  trap: boolean;
  background: boolean;
  incident: string | null;
  title: Text3 | string | null;
  say: Text3 | null;
  expect: Text3 | null;
  expect_of: string[];
  status: InjectStatus;
  run: InjectRun | null;
  /** The inject as it stands in the script. */
  document?: Record<string, any>;
}

export interface ExerciseNote {
  id: string;
  at: string;
  wall: string;
  by: string;
  capacity: string;
  tag: NoteTag;
  text: string;
  inject: string | null;
  objective: string | null;
}

export interface GivenScore {
  objective: string;
  score: number;
  by: string;
  at: string;
  reason: string;
}

export interface ObjectiveRow {
  id: string;
  text: Text3;
  critical: boolean;
  weight: number;
  measured?: unknown;
}

export interface ConductView {
  realm: string;
  state: RunState;
  speed: number;
  at: string;
  wall: string;
  over_by?: string | null;
  over_reason?: string | null;
  scenario: {
    scenario: string;
    title: Text3;
    brief: Text3;
    starts: string;
    ends: string | null;
    roles: string[];
    objectives: ObjectiveRow[];
  };
  injects: InjectRow[];
  notes: ExerciseNote[];
  scores: Record<string, GivenScore>;
  n: number;
}

export interface Reaction {
  n: number | null;
  at: string;
  by?: string | null;
  what?: string | null;
}
/** From the inject to what the room made of it. */
export interface InjectLine {
  inject: string;
  seen: Reaction | null;
  incident: string | null;
  acknowledged: Reaction | null;
  decided: Reaction | null;
  done: Reaction | null;
}
export interface ObjectiveScore {
  id: string;
  score: number | null;
  how: "measured" | "observer" | "open";
}
export interface ExerciseScore {
  objectives: ObjectiveScore[];
  timeline: InjectLine[];
}

export interface ExerciseRun {
  realm: string;
  scenario: string;
  title: Text3;
  state: RunState;
  speed: number;
  at: string;
  starts: string;
  ends: string | null;
  prepared_wall: string;
  started_wall: string | null;
  over_wall: string | null;
}

/** A scenario of the library, as `/api/scenarios` lists it. */
export interface ScenarioLine {
  scenario: string;
  title: Text3;
  brief: Text3;
  starts: string;
  duration_s: number | null;
  injects: number;
  roles: string[];
  measures: string[];
  objectives: { id: string; text: Text3; critical: boolean }[];
  own?: boolean;
}
