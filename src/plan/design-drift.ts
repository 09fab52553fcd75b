import { PowerState, ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { annotationChanges } from "./actions/annotate-steps.ts";
import { stateWord, withDetail } from "./actions/machine-state.ts";
import type { ServerFacts, SiteChange } from "./node-facts.ts";

/** One difference between a deployed machine and the design; texts are one line each. */
export interface FoundDrift {
  /** What differs, such as "interface bond0". */
  readonly object: string;
  /** Path of the field of the node's specification that says what should be; empty when no single field says it. */
  readonly field: string;
  readonly designed: string;
  /** What was found; empty when nothing was. */
  readonly observed: string;
}

const DIGEST_SHOWN = 12;

/**
 * How a machine that is to be deployed differs from the design. `changes` are those its driver would make to have it so. Power nobody
 * can tell is no difference. Of a machine that is installed otherwise only tags and owner data are told beside that: the
 * other changes are those of its installation.
 */
export function designDrift(
  seen: ServerFacts,
  powered: PowerState,
  specDigest: string,
  changes: readonly SiteChange[],
): readonly FoundDrift[] {
  const found: FoundDrift[] = [];
  const deployed = seen.state === ServerState.DEPLOYED;
  if (!deployed) {
    const word = seen.state === ServerState.UNSPECIFIED ? "unknown" : stateWord(seen.state);
    found.push({ object: "machine", field: "", designed: "deployed", observed: withDetail(word, seen.stateMessage) });
  }
  if (powered === PowerState.OFF || powered === PowerState.ERROR) {
    const observed = powered === PowerState.OFF ? "off" : "unknown: the controller answers with an error";
    found.push({ object: "power", field: "", designed: "on", observed });
  }
  const asDesigned = deployed && seen.specDigest === specDigest;
  if (deployed && !asDesigned) {
    const observed = seen.specDigest === "" ? "not installed by Bedplate" : installation(seen.specDigest);
    found.push({ object: "installation", field: "", designed: installation(specDigest), observed });
  }
  const told = asDesigned ? changes : deployed ? annotationChanges(changes) : [];
  for (const { object, field, before, after } of told) found.push({ object, field, designed: after, observed: before });
  return found;
}

function installation(digest: string): string {
  return `specification ${digest.slice(0, DIGEST_SHOWN)}`;
}
