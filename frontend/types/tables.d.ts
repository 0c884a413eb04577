/** The tables that the server keeps as data and screens read: `/api/roles`, `/api/states` … */

import type { Text3 } from "./wire";

export interface Cell {
  may: "yes" | "propose" | "no";
  condition: string | null;
}
export interface Roles {
  capacities: Record<string, Text3 & { discipline?: any }>;
  conditions: Record<string, Text3>;
  rights: Record<string, Text3 & { who: any }>;
  commands: Record<string, string | { by: string; rights: Record<string, string> }>;
}

export interface Way {
  from: string[];
  to: string;
  needs: string[];
  reason: boolean;
  by: string | null;
}
export interface States {
  hours: { reopen: number; quiet: number; kept: number };
  states: Record<string, Text3 & { group: any; enter: any; leave: any }>;
  needs: Record<string, Text3>;
  ways: Way[];
  automatic: Record<string, { rule: string; reason: Text3 }>;
}

export type Phases = Record<string, Text3 & { rank: any; declared_by: any }>;

export interface RoomWords {
  activation: Record<string, Text3>;
  books: Record<string, Text3>;
  trust: Record<string, Text3>;
  task_states: Record<string, Text3>;
}

export interface FormField {
  letter: string;
  type: "bool" | "text" | "list" | "counts";
  fr: string;
  nl: string;
  en: string;
  help: Text3;
  options: Record<string, Text3> | null;
}
export interface Form {
  title: Text3;
  unknown: Text3;
  fields: Record<string, FormField>;
}

export interface Counts {
  categories: Record<string, Text3>;
  certainties: Record<string, Text3>;
}

export interface ReflexCard {
  fr: string;
  nl: string;
  en: string;
  plan: Text3 | null;
  types: string[];
  steps: { code: string; discipline: string | null; due_min: number }[];
}
export type ReflexCards = Record<string, ReflexCard>;

export interface AlarmPriority {
  fr: string;
  nl: string;
  en: string;
  acknowledge_s: number;
  sound: "two_tone" | "chime" | null;
  repeat_s: number | null;
  share: number;
}
export interface AlarmType {
  name: Text3;
  kind: string;
  priority: number | string;
  role: string;
  cause: Text3;
  consequence: Text3;
  action: Text3;
  suppression: Text3;
  time_available_s: number;
  after_s: number | null;
}
export interface AlarmTable {
  version: number;
  priorities: Record<string, AlarmPriority>;
  shelving: { longest_min: number; never_priority: number; never_severity: number };
  types: Record<string, AlarmType>;
  benchmarks: Record<string, Text3 & { unit: any }>;
}
