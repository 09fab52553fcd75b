import { TaskState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";

const words: Readonly<Record<TaskState, string>> = {
  [TaskState.UNSPECIFIED]: "unknown",
  [TaskState.PENDING]: "waiting",
  [TaskState.RUNNING]: "running",
  [TaskState.STUCK]: "stuck",
  [TaskState.SUCCEEDED]: "done",
  [TaskState.SKIPPED]: "up to date",
  [TaskState.FAILED]: "failed",
  [TaskState.BLOCKED]: "blocked",
  [TaskState.CANCELED]: "canceled",
};

/** The word for a task's state, for people. */
export function taskStateWord(state: TaskState): string {
  return words[state] ?? "unknown";
}
