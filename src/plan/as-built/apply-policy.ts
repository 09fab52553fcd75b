import type { TreeMap } from "../../design/tree.ts";
import { mapAt, mapsAt, textAt } from "../read-tree.ts";
import type { Finding, HardwareDifference } from "./difference.ts";

/** What a profile's policy makes of findings. */
export interface Judged {
  readonly differences: readonly HardwareDifference[];
  /** Fields of waivers that no difference needs. */
  readonly unusedWaivers: readonly string[];
}

/**
 * Says of each finding what it means by the profile's `as_built`. "stop" makes it an error, "warn" a warning; without a word only a needed device that can't be found is an error,
 * which it is always and which nothing can waive. A waiver counts only with a reason. A waiver of a field of `untold` isn't called unused: nobody knows.
 */
export function applyPolicy(profile: TreeMap, findings: readonly Finding[], untold: readonly string[]): Judged {
  const policy = mapAt(profile, "as_built");
  const stops = textAt(policy, "mismatch") === "stop";
  const reasons = new Map<string, string>();
  for (const waiver of mapsAt(policy, "waivers")) {
    const reason = textAt(waiver, "reason").trim();
    if (reason !== "") reasons.set(textAt(waiver, "field").trim(), reason);
  }
  const differences = findings.map(({ weight, ...said }): HardwareDifference => {
    const reason = reasons.get(said.field);
    if (weight === "needed") {
      const message = reason === undefined ? said.message : `${said.message}; a device that is needed can't be waived`;
      return { ...said, message, severity: "error", reason: "" };
    }
    if (reason !== undefined) return { ...said, severity: "waived", reason };
    return { ...said, severity: stops && weight === "plain" ? "error" : "warning", reason: "" };
  });
  const differing = new Set([...findings.map(({ field }) => field), ...untold]);
  return { differences, unusedWaivers: [...reasons.keys()].filter((field) => !differing.has(field)) };
}
