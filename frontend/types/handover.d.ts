/** What one function hands over to the next shift, as `/api/realms/REALM/handover` tells it. */

import type {
  Activation,
  Alarm,
  CameraState,
  Decision,
  Drawing,
  Flood,
  Handover,
  Incident,
  Mark,
  Task,
  Text3,
} from "./wire";

export interface Deadline {
  due_at: string;
  kind: "task" | "decision";
  id: string;
  words: Text3;
}

/** An incident as it is handed over, or stands on the board. */
export interface Followed
  extends Pick<
    Incident,
    | "id"
    | "type"
    | "severity"
    | "state"
    | "state_since"
    | "opened_at"
    | "headline"
    | "text"
    | "commune"
    | "codes"
    | "lead"
    | "disciplines"
    | "phase"
  > {
  is_new: boolean;
  open_tasks: number;
  last_decision: Decision | null;
  next_deadline: Deadline | null;
  stale: Text3 | null;
}

export interface Channel {
  channel: string;
  state: string;
  source: string;
  since: string;
  observation: string;
}
export interface SilentSource {
  source: string;
  state: string;
  since: string;
  outbox: number;
}
export interface Hit {
  observation: string;
  observed_at: string;
  incident: string | null;
}
export interface Acted {
  capacity: string;
  acts: number;
  last_at: string;
}

export interface ShiftLog {
  realm: string;
  function: string;
  n: number;
  since: string;
  until: string;
  shift_hours: number;
  handover: Handover | null;
  activation: Activation | null;
  opened: number;
  calls: Record<string, number>;
  incidents: Followed[];
  ended: Followed[];
  unacknowledged: Alarm[];
  shelved: Alarm[];
  to_review: Alarm[];
  floods: Flood[];
  decisions: Decision[];
  unseen: string[];
  late_decisions: Decision[];
  late_tasks: Task[];
  channels: Channel[];
  sources: SilentSource[];
  unreliable: Mark[];
  cameras: CameraState[];
  hits: Hit[];
  zones: Drawing[];
  reviews: Followed[];
  functions: Acted[];
}
