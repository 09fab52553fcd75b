import type { Client } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { IntrospectionService } from "../../../gen/bedplate/introspection/v1/introspection_service_pb.js";
import type { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Controllers } from "../controllers.ts";
import type { DriverAccess } from "../drivers/driver-access.ts";
import type { CallInWatch } from "../job/call-in-watch.ts";
import type { JobInfo } from "../job/job-info.ts";
import type { Leases } from "../job/leases.ts";
import type { ServerObserver } from "../job/observer.ts";
import type { TaskClock } from "../job/task-clock.ts";
import type { Policy } from "../policy.ts";
import type { StatusUpdate } from "../record/status-recorder.ts";
import type { TaskPlan } from "../store/job-tasks.ts";
import type { DriftFinding } from "../store/node-drift.ts";
import type { CollectedResults, KnownResults } from "../store/script-results.ts";
import type { World } from "../world.ts";

/** What one step of a subject leaves for the next. Kept with the step's outcome. */
export type Carried = {
  /** The driver's last token about the subject; empty when there is none. */
  readonly precondition: string;
  /** When its deployment began, ISO 8601 by the database clock; empty when this job doesn't deploy it. */
  readonly deployedSince: string;
};

/** Keeps how nodes differ from the design. */
export interface DriftRecorder {
  /** Writes down how a node differs, in the place of what was known before. */
  record(finding: DriftFinding): Promise<void>;
  /** Forgets how a node differed. */
  forget(design: string, node: string): Promise<void>;
}

/** Keeps what scripts said that ran on nodes. */
export interface ScriptRecorder {
  /** What is known of a node's scripts; results that the job itself collected aren't. */
  known(design: string, node: string, jobId: string): Promise<KnownResults>;
  /** Writes results down. */
  record(collected: CollectedResults): Promise<void>;
}

/** What steps work with, the same for all. */
export interface StepTools {
  readonly drivers: DriverAccess;
  readonly world: World;
  readonly leases: Leases;
  readonly callIns: CallInWatch;
  readonly observer: ServerObserver;
  readonly controllers: Controllers;
  readonly drift: DriftRecorder;
  readonly scripts: ScriptRecorder;
  readonly state: () => Client<typeof DesignStateService>;
  readonly introspection: () => Client<typeof IntrospectionService>;
  readonly policy: Policy;
  /** Key that node tokens are made with. */
  readonly nodeTokenKey: Uint8Array;
  /** Where nodes reach the introspection service, when their metadata doesn't say. */
  readonly introspectionUrl: () => string;
}

/** What one step works with. */
export interface StepContext extends StepTools {
  readonly job: JobInfo;
  readonly task: TaskPlan;
  /** The same for every run of this step; at most 100 characters. */
  readonly operationId: string;
  /** Aborts when the job is canceled or the process stops. */
  readonly signal: AbortSignal;
  readonly carried: Carried;
  /** When the step was first tried, how long it may take, and who is told what it waits for. */
  readonly clock: TaskClock;
}

/** What a node's state becomes; the node and the job are added. */
export type NodeUpdate = Omit<StatusUpdate, "node" | "lastJobId" | "$typeName">;

/** How a step ended. */
export interface StepResult {
  /** Whether anything was changed. */
  readonly changed: boolean;
  /** One line. */
  readonly message: string;
  readonly carried?: Partial<Carried>;
  readonly status?: NodeUpdate;
}

/** One kind of step. */
export interface Step {
  readonly kind: StepKind;
  /** Whether a node stays in the phase it is in when the step fails; otherwise it is FAILED. */
  readonly keepsPhase?: boolean;
  /** Does the step, again and again until the world is so. May be run again after a crash. Throws StepFailure. */
  run(context: StepContext): Promise<StepResult>;
}

/** The step can't be done. The message is one line for people; `status` is what is known of the node beside. */
export class StepFailure extends Error {
  override name = "StepFailure";
  readonly status: NodeUpdate;

  constructor(message: string, status: NodeUpdate = {}) {
    super(message);
    this.status = status;
  }
}
