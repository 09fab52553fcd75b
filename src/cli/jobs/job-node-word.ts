import { JobNodeState } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { noSuch } from "../plans/plan-action.ts";

/** The word for a node's state in a job, such as "gated", as it stands in counts. */
export function jobNodeStateWord(state: JobNodeState): string {
  return (JobNodeState[state] ?? "unknown").toLowerCase();
}

/** Reads the value of `--state`. Throws CliError with the nearest word. */
export function parseJobNodeState(text: string): JobNodeState {
  const states = Object.values(JobNodeState).filter((state) => typeof state === "number");
  const words = states.filter((state) => state !== JobNodeState.UNSPECIFIED).map(jobNodeStateWord);
  const state = states.find((each) => each !== JobNodeState.UNSPECIFIED && jobNodeStateWord(each) === text);
  if (state === undefined) throw noSuch("state of a node", text, words);
  return state;
}
