/** A value the engine can keep: plain JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a step may use while it runs. */
export interface StepContext {
  /** The same for every run of this step, restarts and takeovers included; 8 to 100 characters, so that a step may add a word. */
  readonly operationId: string;
  /** Aborts when this process is about to stop. What the step does from then on counts as never done: it is run again. */
  readonly signal: AbortSignal;
}

/** What a workflow is made of. Between these calls a workflow must be deterministic: read nothing that may change. */
export interface WorkflowContext {
  /** The id it was started under. */
  readonly id: string;
  /**
   * Runs `run` at least once and keeps what it gives: a workflow that is run again gets the kept value. What `run` throws
   * is thrown here, now and in every later run of the workflow.
   */
  step<Result extends Json>(name: string, run: (step: StepContext) => Promise<Result>): Promise<Result>;
  /** Starts workflows under their ids and waits until all have ended, however they ended. */
  runAll(workflow: string, runs: readonly { readonly id: string; readonly input: Json }[]): Promise<void>;
}

/** A durable function: whatever stops the process, it is run to its end, steps done already not being repeated. */
export type Workflow = (context: WorkflowContext, input: Json) => Promise<void>;

/** Runs workflows durably. One per process. */
export interface Engine {
  /** Begins to work, and takes up what an earlier process of this database left unfinished. */
  launch(workflows: Readonly<Record<string, Workflow>>): Promise<void>;
  /** Starts a workflow, once per id: an id that was started before changes nothing. Returns when that is written down. */
  start(workflow: string, id: string, input: Json): Promise<void>;
  /** Whether a workflow was started under this id and will not be run any more, however it ended. */
  hasEnded(id: string): Promise<boolean>;
  /** Stops working: running steps are told by their signal, and taken up again at the next launch. Leaves the database open. */
  shutdown(): Promise<void>;
}
