import { Code, ConnectError } from "@connectrpc/connect";
import { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { type Job, JobState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { allTasks } from "./all-tasks.ts";
import type { Connection } from "./connect.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { createJobProgress, type JobProgress } from "./job-progress.ts";
import { createJobNotices } from "./jobs/job-notices.ts";
import { note, type OutputForm } from "./output.ts";
import { pause } from "./pause.ts";
import { hasEnded, printJob } from "./print-job.ts";

/** Options of following a job. */
export interface FollowOptions {
  /** Seconds to wait; absent for as long as it takes. */
  readonly timeout?: number;
  readonly output: OutputForm;
}

/** How long a server may be away while a job is followed, and how often it is asked, in milliseconds. */
const away = { atMost: 120_000, between: 500, lasting: 40_000 } as const;

/**
 * Follows a job to its end and prints how it ended. A server that is away for a while is waited for, and the stream goes on where it stopped. The first
 * Ctrl-C, or the timeout, stops the waiting and leaves the job alone.
 */
export async function followJob(connection: Connection, jobId: string, options: FollowOptions): Promise<ExitCode> {
  const stop = new AbortController();
  const interrupt = () => stop.abort("interrupted");
  process.once("SIGINT", interrupt);
  const timer =
    options.timeout === undefined ? undefined : setTimeout(() => stop.abort("timeout"), options.timeout * 1000);
  const progress = createJobProgress();
  try {
    progress.begin(await allTasks(connection.clientFor(OrchestratorService), jobId));
    const ended = await readEvents(connection, jobId, stop.signal, progress);
    progress.end();
    if (ended === undefined) {
      note(`stopped waiting; the job goes on: bedplate job watch ${jobId}`);
      return exitCode.stoppedWaiting;
    }
    await printJob(ended, options.output);
    return ended.state === JobState.SUCCEEDED ? exitCode.done : exitCode.failed;
  } finally {
    process.off("SIGINT", interrupt);
    clearTimeout(timer);
  }
}

/** The job as it ended; undefined when the waiting was stopped first. */
async function readEvents(
  connection: Connection,
  jobId: string,
  stop: AbortSignal,
  progress: JobProgress,
): Promise<Job | undefined> {
  const control = connection.clientFor(ControlService);
  const noticesOf = createJobNotices(jobId);
  let afterSequence = 0n;
  let goneSince: number | undefined;
  while (!stop.aborted) {
    const asked = performance.now();
    try {
      for await (const { events } of control.followJob({ jobId, afterSequence }, { signal: stop })) {
        goneSince = undefined;
        for (const event of events) {
          afterSequence = event.sequence;
          if (event.change.case === "job" && hasEnded(event.change.value.state)) return event.change.value;
        }
        for (const notice of noticesOf(events)) progress.say(notice);
        progress.show(events.flatMap((event) => (event.change.case === "task" ? [event.change.value] : [])));
      }
      const { job } = await connection.clientFor(OrchestratorService).getJob({ jobId });
      if (job !== undefined && hasEnded(job.state)) return job;
    } catch (error) {
      if (stop.aborted) return undefined;
      const gone =
        error instanceof ConnectError && [Code.Unavailable, Code.Aborted, Code.Canceled].includes(error.code);
      // A stream that lasted had a server at its other end, though nothing happened in the job.
      if (goneSince === undefined || performance.now() - asked > away.lasting) goneSince = performance.now();
      if (!gone || performance.now() - goneSince > away.atMost) throw error;
      await pause(away.between, stop);
    }
  }
  return undefined;
}
