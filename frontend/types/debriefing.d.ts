/** What the server composes of an exercise, in one language: `/api/exercises/REALM/debriefing`. */

import type { Text3 } from "./wire";

export type Sign = "good" | "bad" | "open";

export interface EntryLink {
  text: string;
  path: string;
}
export interface Cell {
  text: string;
  sign: Sign | null;
  strong: boolean;
  links: EntryLink[];
}
/** In millimetres; `ink` names what it is drawn for. */
export type Shape =
  | { kind: "line"; points: [number, number][]; ink: string; width: number; dashed: boolean }
  | { kind: "area"; points: [number, number][]; ink: string }
  | { kind: "dot"; x: number; y: number; radius: number; ink: string; hollow: boolean }
  | {
      kind: "label";
      x: number;
      y: number;
      text: string;
      size: number;
      ink: string;
      anchor: "start" | "middle" | "end";
      strong: boolean;
    };
export interface Picture {
  width: number;
  height: number;
  shapes: Shape[];
}
export type Block =
  | { kind: "heading"; name: string; text: string }
  | { kind: "paragraph"; text: string; quiet: boolean }
  | { kind: "facts"; rows: [string, Cell][] }
  | { kind: "table"; caption: string; head: string[]; widths: number[]; rows: Cell[][] }
  | { kind: "figure"; picture: Picture; caption: string };
export interface DebriefingDocument {
  language: string;
  title: string;
  subtitle: string;
  blocks: Block[];
}

export interface Recommendation {
  id: string;
  finding: string;
  text: string;
  owner: string;
  language: string;
  by: string;
  at: string;
  action: string | null;
  due: string | null;
  measure: string | null;
  realm: string | null;
  scenario: string | null;
  state: "open" | "done" | "verified" | "dropped";
  verified_in: string | null;
  note: string | null;
  changed_by: string | null;
  changed_at: string | null;
}
/** A run that may have verified a lesson. */
export interface RunNamed {
  realm: string;
  scenario: string;
  title: Text3;
}
