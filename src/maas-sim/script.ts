/** A commissioning, testing or release script that a client uploaded. */
export interface Script {
  readonly id: number;
  name: string;
  title: string;
  description: string;
  tags: readonly string[];
  /** 0 commissioning, 2 testing, 3 release. */
  type: 0 | 2 | 3;
  /** 0 node, 1 cpu, 2 memory, 3 storage, 4 network, 5 gpu. */
  hardwareType: number;
  /** 0 disabled, 1 instance, 2 any. */
  parallel: number;
  timeoutSeconds: number;
  parameters: Readonly<Record<string, unknown>>;
  results: Readonly<Record<string, unknown>>;
  packages: Readonly<Record<string, unknown>>;
  destructive: boolean;
  mayReboot: boolean;
  recommission: boolean;
  applyConfiguredNetworking: boolean;
  forHardware: readonly string[];
  /** Newest last; never empty. */
  readonly history: ScriptRevision[];
}

/** One revision of a script's text. */
export interface ScriptRevision {
  readonly id: number;
  readonly comment: string | null;
  readonly created: number;
  readonly text: string;
}

/** The scripts run on a machine in one go. */
export interface ScriptSet {
  readonly id: number;
  readonly type: "commissioning" | "testing" | "installation";
  readonly started: number;
  ended: number | null;
  readonly results: ScriptResult[];
}

/** The outcome of one script. */
export interface ScriptResult {
  readonly id: number;
  readonly name: string;
  /** The uploaded script and its revision that ran; null for the service's own. */
  readonly scriptId: number | null;
  readonly revisionId: number | null;
  /** 0 pending, 1 running, 2 passed, 3 failed, 4 timed out, 5 aborted, 6 degraded, 9 skipped. */
  status: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 9;
  exitStatus: number | null;
  output: string;
}
