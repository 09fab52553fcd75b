import { randomUUID } from "node:crypto";
import type { Client } from "@connectrpc/connect";
import type { Job } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { CliError } from "../cli-error.ts";
import type { ConnectOptions } from "../connect.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { type FollowOptions, followJob } from "../follow-job.ts";
import { note, type OutputForm } from "../output.ts";
import { hasEnded, printJob } from "../print-job.ts";
import { withServer } from "../with-server.ts";

/** Options of the commands that steer a job. */
export interface ControlOptions extends ConnectOptions {
  readonly output: OutputForm;
}

/** `bedplate job pause ID`: no new task starts, those at work run to their end. */
export async function pauseJob(jobId: string, options: ControlOptions): Promise<ExitCode> {
  return steer(options, (orchestrator) => orchestrator.pauseJob({ jobId }), `bedplate job resume ${jobId}`);
}

/** `bedplate job resume ID`: it goes on where it stopped. */
export async function resumeJob(jobId: string, options: ControlOptions): Promise<ExitCode> {
  return steer(options, (orchestrator) => orchestrator.resumeJob({ jobId }), `bedplate job watch ${jobId}`);
}

/** Options of `bedplate job cancel`. */
export interface CancelOptions extends ControlOptions {
  readonly reason?: string;
}

/** `bedplate job cancel ID`: no new task starts, those at work are given up. */
export async function cancelJob(jobId: string, { reason = "", ...options }: CancelOptions): Promise<ExitCode> {
  const next = `bedplate job watch ${jobId}`;
  return steer(options, (orchestrator) => orchestrator.cancelJob({ jobId, reason }), next);
}

/** Options of `bedplate job approve`. */
export interface ApproveOptions extends ControlOptions {
  readonly all?: boolean;
}

/** `bedplate job approve ID NODE…`: consent to the destruction of the data of nodes that wait for it. */
export async function approveNodes(
  jobId: string,
  nodes: readonly string[],
  { all = false, ...options }: ApproveOptions,
): Promise<ExitCode> {
  const names = nodes.flatMap((each) => each.split(",")).filter((each) => each !== "");
  if (names.length === 0 && !all) {
    const hint = `name nodes, or --all; bedplate job nodes ${jobId} --state gated lists those that wait`;
    throw new CliError(exitCode.usage, "no node is named", hint);
  }
  if (names.length > 0 && all) {
    throw new CliError(exitCode.usage, "nodes are named, and --all is given", "give one of the two");
  }
  const request = { jobId, nodes: names, all };
  return steer(options, (orchestrator) => orchestrator.approveNodes(request), `bedplate job watch ${jobId}`);
}

/** Options of `bedplate job retry`. */
export interface RetryOptions extends ControlOptions, FollowOptions {
  readonly wait: boolean;
}

/** `bedplate job retry ID`: the nodes of an ended job that didn't succeed, again, as a new job that is followed to its end. */
export async function retryJob(jobId: string, options: RetryOptions): Promise<ExitCode> {
  return withServer(options, async (connection) => {
    const request = { jobId, requestId: randomUUID() };
    const { job } = await connection.clientFor(OrchestratorService).retryJob(request, { timeoutMs: 300_000 });
    if (job === undefined) throw new CliError(exitCode.fault, "the server answered without a job");
    if (options.wait) return followJob(connection, job.id, options);
    await printJob(job, options.output);
    note(`next: bedplate job watch ${job.id}`);
    return exitCode.done;
  });
}

async function steer(
  options: ControlOptions,
  call: (orchestrator: Client<typeof OrchestratorService>) => Promise<{ readonly job?: Job | undefined }>,
  next: string,
): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const { job } = await call(clientFor(OrchestratorService));
    if (job === undefined) throw new CliError(exitCode.fault, "the server answered without a job");
    await printJob(job, options.output);
    if (options.output === "table" && !hasEnded(job.state)) note(`next: ${next}`);
    return exitCode.done;
  });
}
