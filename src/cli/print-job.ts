import { type Job, JobSchema, JobState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { redactSecrets } from "../mesh/redact-secrets.ts";
import { colored, type OutputForm, print, printValue } from "./output.ts";

/** The word for a job's state, such as "succeeded". */
export function jobStateWord(state: JobState): string {
  return (JobState[state] ?? "unknown").toLowerCase();
}

/** How many are in each state, for people: "3 running, 1 failed"; empty when there are none. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.map(([state, count]) => `${count} ${state.replaceAll("_", " ")}`).join(", ");
}

/** Prints one job. */
export async function printJob(job: Job, output: OutputForm): Promise<void> {
  if (output !== "table") {
    await printValue(output, { job: redactSecrets(JobSchema, job, { protoNames: true }) });
    return;
  }
  const word = jobStateWord(job.state);
  const color = job.state === JobState.SUCCEEDED ? "green" : job.state === JobState.FAILED ? "red" : "yellow";
  const tasks = countsText(job.taskCounts);
  const nodes = countsText(job.nodeCounts);
  const counts = [...(nodes === "" ? [] : [`nodes: ${nodes}`]), ...(tasks === "" ? [] : [`tasks: ${tasks}`])];
  await print(
    `job ${job.id} ${colored(word, color)}${job.message === "" ? "" : `: ${job.message}`}${counts.length === 0 ? "" : ` (${counts.join("; ")})`}\n`,
  );
}

/** Whether a job has ended. */
export function hasEnded(state: JobState): boolean {
  return state === JobState.SUCCEEDED || state === JobState.FAILED || state === JobState.CANCELED;
}
