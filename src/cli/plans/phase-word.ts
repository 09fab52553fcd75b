import { NodePhase } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { noSuch } from "./plan-action.ts";

const phases: ReadonlyMap<string, NodePhase> = new Map(
  Object.values(NodePhase)
    .filter((phase) => typeof phase === "number")
    .map((phase) => [phaseWord(phase), phase]),
);

/** The word for a phase, such as "storage-configured"; "unknown" when nothing is known. */
export function phaseWord(phase: NodePhase): string {
  return phase === NodePhase.UNSPECIFIED
    ? "unknown"
    : (NodePhase[phase] ?? "unknown").toLowerCase().replaceAll("_", "-");
}

/** Reads words of phases with commas between. Throws CliError with the nearest word. */
export function parsePhases(text: string): readonly NodePhase[] {
  return text.split(",").map((word) => {
    const phase = phases.get(word.trim().toLowerCase().replaceAll("_", "-"));
    if (phase === undefined) throw noSuch("phase", word, [...phases.keys()]);
    return phase;
  });
}
