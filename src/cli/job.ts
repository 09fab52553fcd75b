import { JobSchema, TaskSchema } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { redactSecrets } from "../mesh/redact-secrets.ts";
import { allTasks } from "./all-tasks.ts";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { followJob } from "./follow-job.ts";
import { momentText } from "./moment-text.ts";
import { type OutputForm, printTable, printValue } from "./output.ts";
import { jobStateWord, printJob } from "./print-job.ts";
import { stepWord } from "./step-word.ts";
import { taskStateWord } from "./task-state-word.ts";
import { withServer } from "./with-server.ts";

/** Options of the commands about jobs. */
export interface JobOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design?: string;
  readonly timeout?: number;
}

/** `bedplate job list`: jobs, newest first. */
export async function listJobs(options: JobOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const { jobs } = await clientFor(OrchestratorService).listJobs({ design: options.design ?? "" });
    if (options.output !== "table")
      await printValue(options.output, {
        jobs: jobs.map((job) => redactSecrets(JobSchema, job, { protoNames: true })),
      });
    else {
      const rows = jobs.map((job) => [
        job.id,
        job.design,
        String(job.revision),
        jobStateWord(job.state),
        momentText(job.createdAt),
        job.message,
      ]);
      await printTable(["id", "design", "revision", "state", "created", "message"], rows);
    }
    return exitCode.done;
  });
}

/** `bedplate job get ID`: a job and its tasks. */
export async function getJob(jobId: string, options: JobOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const orchestrator = clientFor(OrchestratorService);
    const { job } = await orchestrator.getJob({ jobId });
    if (job === undefined) throw new CliError(exitCode.usage, `there is no job ${jobId}`, "see bedplate job list");
    const tasks = await allTasks(orchestrator, jobId);
    if (options.output !== "table") {
      const protoNames = { protoNames: true };
      await printValue(options.output, {
        job: redactSecrets(JobSchema, job, protoNames),
        tasks: tasks.map((task) => redactSecrets(TaskSchema, task, protoNames)),
      });
      return exitCode.done;
    }
    await printJob(job, "table");
    await printTable(
      ["subject", "step", "state", "message"],
      tasks.map((task) => [
        task.subject,
        stepWord(task.kind),
        taskStateWord(task.state),
        task.waitingFor === "" ? task.message : `waits for ${task.waitingFor}`,
      ]),
    );
    return exitCode.done;
  });
}

/** `bedplate job watch ID`: follows a job to its end. */
export async function watchJob(jobId: string, options: JobOptions): Promise<ExitCode> {
  return withServer(options, (connection) => followJob(connection, jobId, options));
}
