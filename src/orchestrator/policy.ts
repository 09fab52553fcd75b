import { StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";

/** How patient the orchestrator is, and how much it does at a time. All times in milliseconds. */
export interface Policy {
  /** Deadline of one call to a driver about one machine. */
  readonly callMs: number;
  /** Deadline of a call that looks at a whole site or at many machines. */
  readonly observeMs: number;
  /** How often in a row a driver may be busy, unreachable or gone before the step fails. */
  readonly attempts: number;
  /** Wait after the first of these failures; doubled each time. */
  readonly backoffMs: number;
  /** Longest such wait. */
  readonly backoffMaxMs: number;
  /** How often one step may find that the world changed and look again. */
  readonly replans: number;
  /** By how much such a wait is shortened or prolonged by chance, in percent of it. */
  readonly jitterPercent: number;
  /** Nodes of one job at work at a time, when neither the request nor the site says otherwise. */
  readonly nodesAtOnce: number;
  /** Nodes behind one management controller at work at a time, alike. */
  readonly nodesPerBmc: number;
  /** Nodes of all jobs at work at a time in one process; others are left to other processes, or wait. */
  readonly nodesPerProcess: number;
  /** Most nodes taken up in one go, so that several processes share a job. */
  readonly nodesPerTurn: number;
  /** Least time from one turn to the next, when nodes have come free meanwhile. */
  readonly turnMs: number;
  /** From the first try of a step until it counts as stuck. */
  readonly deadlineMs: Readonly<Record<StepKind, number>>;
  /** From the first try of a step until it is given up, as a multiple of its deadline. */
  readonly giveUpFactor: number;
  /** How often the machines that tasks wait for are looked at, those of a driver instance together. */
  readonly observeEveryMs: number;
  /** How long a task waits at most for a machine that is looked at before it asks its driver all the same. */
  readonly askAgainMs: number;
  /** How often nodes are asked after that have not called in. */
  readonly callInPollMs: number;
  /** How often other processes' changes are looked for: events, cancellations. */
  readonly pollMs: number;
  /** How often jobs and nodes that nobody works on are looked for, and how long a node must have been silent for that. */
  readonly sweepMs: number;
  /** How long lines of nodes wait for others to be written with, how many are written at a time, and how many may wait in a process. */
  readonly logDelayMs: number;
  readonly logLinesPerWrite: number;
  readonly logLinesWaiting: number;
  /** How long events are kept, but for those of jobs that go on. */
  readonly eventsKeptMs: number;
  /** How long jobs are kept after their end. */
  readonly jobsKeptMs: number;
  /** How often what need not be kept is looked for, how many events are deleted at a time, and the rest between two deletions. */
  readonly pruneMs: number;
  readonly pruneRows: number;
  readonly pruneRestMs: number;
  /** How often schedules that are due are looked for. */
  readonly schedulePollMs: number;
  /** How long a node's token is valid. */
  readonly tokenMs: number;
  /** How many calls ask at a time what drivers would change of machines, for one plan. */
  readonly planCallsAtOnce: number;
  /** How long a plan may be applied when its request doesn't say. */
  readonly planTtlMs: number;
  /** How long an expired plan that no job came from is kept. */
  readonly expiredPlanKeptMs: number;
  /** How many ended steps of a kind and driver instance an estimate is made from, the last ones. */
  readonly estimateSamples: number;
  /** How long a step is taken to last where none of its kind has ended yet, in seconds. */
  readonly estimateSeconds: Readonly<Record<StepKind, number>>;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What the orchestrator does when nobody says otherwise. */
export const DEFAULT_POLICY: Policy = {
  callMs: 25_000,
  observeMs: 2 * MINUTE,
  attempts: 10,
  backoffMs: 500,
  backoffMaxMs: 30_000,
  replans: 5,
  jitterPercent: 20,
  nodesAtOnce: 500,
  nodesPerBmc: 1,
  nodesPerProcess: 2_000,
  nodesPerTurn: 100,
  turnMs: 50,
  deadlineMs: {
    [StepKind.UNSPECIFIED]: MINUTE,
    [StepKind.PREPARE_SITE]: 10 * MINUTE,
    [StepKind.COMMISSION]: 60 * MINUTE,
    [StepKind.VERIFY_HARDWARE]: 5 * MINUTE,
    [StepKind.CONFIGURE_NETWORK]: 60 * MINUTE,
    [StepKind.CONFIGURE_STORAGE]: 60 * MINUTE,
    [StepKind.DEPLOY]: 90 * MINUTE,
    [StepKind.VERIFY_NODE]: 30 * MINUTE,
    [StepKind.VERIFY_OOB]: 5 * MINUTE,
    [StepKind.RELEASE]: 60 * MINUTE,
    [StepKind.POWER_OFF]: 15 * MINUTE,
    [StepKind.POWER_ON]: 15 * MINUTE,
    [StepKind.ANNOTATE]: 10 * MINUTE,
    [StepKind.VERIFY_DESIGN]: 15 * MINUTE,
  },
  giveUpFactor: 2,
  observeEveryMs: 5_000,
  askAgainMs: 2 * MINUTE,
  callInPollMs: 1_000,
  pollMs: 1_000,
  sweepMs: 5_000,
  schedulePollMs: 5_000,
  logDelayMs: 50,
  logLinesPerWrite: 2_000,
  logLinesWaiting: 50_000,
  eventsKeptMs: 30 * 24 * 60 * MINUTE,
  jobsKeptMs: 365 * 24 * 60 * MINUTE,
  pruneMs: 10 * MINUTE,
  pruneRows: 2_000,
  pruneRestMs: 50,
  tokenMs: 30 * 24 * 60 * MINUTE,
  planCallsAtOnce: 16,
  planTtlMs: DAY,
  expiredPlanKeptMs: 7 * DAY,
  estimateSamples: 100,
  estimateSeconds: {
    [StepKind.UNSPECIFIED]: 0,
    [StepKind.PREPARE_SITE]: 60,
    [StepKind.COMMISSION]: 600,
    [StepKind.VERIFY_HARDWARE]: 5,
    [StepKind.CONFIGURE_NETWORK]: 20,
    [StepKind.CONFIGURE_STORAGE]: 20,
    [StepKind.DEPLOY]: 900,
    [StepKind.VERIFY_NODE]: 180,
    [StepKind.VERIFY_OOB]: 5,
    [StepKind.RELEASE]: 120,
    [StepKind.POWER_OFF]: 30,
    [StepKind.POWER_ON]: 60,
    [StepKind.ANNOTATE]: 10,
    [StepKind.VERIFY_DESIGN]: 10,
  },
};
