import { type Event, JobNodeState, JobState } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";

/** Makes of a job's events what the person who follows it has to do, each thing once, with the command that does it. */
export function createJobNotices(jobId: string): (events: readonly Event[]) => readonly string[] {
  const gated = new Set<string>();
  let paused = false;
  return (events) => {
    const before = { gated: new Set(gated), paused };
    for (const { change } of events) {
      if (change.case === "job") paused = change.value.state === JobState.PAUSED;
      if (change.case !== "node") continue;
      if (change.value.state === JobNodeState.GATED) gated.add(change.value.node);
      else gated.delete(change.value.node);
    }
    const notices: string[] = [];
    if (paused && !before.paused) notices.push(`the job is paused; to go on: bedplate job resume ${jobId}`);
    const fresh = [...gated].filter((node) => !before.gated.has(node));
    if (fresh.length > 0) {
      const names =
        fresh.length > 5 ? `${fresh.slice(0, 4).join(", ")} and ${fresh.length - 4} more` : fresh.join(", ");
      const wait = fresh.length === 1 ? "waits" : "wait";
      notices.push(
        `${names} ${wait} for consent, because data would be destroyed: bedplate job approve ${jobId} NODE…, or --all`,
      );
    }
    return notices;
  };
}
