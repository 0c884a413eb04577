/** What is prepared between exercises: `/api/preparation`. Times are UTC text. */

import type { Text3 } from "./wire";

export type Risk = "low" | "moderate" | "high" | "very_high";

export interface Check {
  check: string;
  hours: number;
  text: string | null;
  done_at: string | null;
  done_by: string | null;
}

export interface Dossier {
  id: string;
  title: string;
  place: string;
  starts: string;
  ends: string;
  by: string;
  at: string;
  lat: number | null;
  lon: number | null;
  radius_m: number | null;
  attendance: number | null;
  risk: Risk | null;
  organiser: string | null;
  notes: string | null;
  contacts: { discipline: string; function: string }[];
  thresholds: { what: string; at: string; then: string; by: string }[];
  checks: Check[];
  cancelled: boolean;
}

export interface DossierShown {
  dossier: Dossier;
  late: string[];
}

export interface Dated {
  kind: "exercise" | "training" | "meeting" | "event" | "held";
  id: string;
  title: string | Text3;
  starts: string;
  ends: string | null;
  cancelled: boolean;
  scenario: string | null;
}

export interface Preparation {
  checklist: (Text3 & { check: string; hours: number })[];
  dossiers: DossierShown[];
  calendar: Dated[];
}

export interface Exercised {
  measure: string;
  realm: string | null;
  title: Text3 | null;
  held: string | null;
  exercises: number;
}
