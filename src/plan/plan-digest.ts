import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { Action, Disposition, StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Selector } from "../design/selector.ts";
import type { SiteChange } from "./node-facts.ts";
import type { PlanStep } from "./plan-step.ts";

/** What a plan's digest covers beside its steps. */
export interface PlanHeader {
  readonly design: string;
  readonly revision: bigint;
  readonly action: Action;
  readonly selector: Selector;
}

/**
 * SHA-256, lower-case hex, over the RFC 8785 form of header and steps. Ids given by chance, authors and times are no part
 * of it: the same plan made twice has one digest. Keys are written in code unit order, so that plain JSON is canonical.
 */
export function planDigest(header: PlanHeader, steps: readonly PlanStep[]): string {
  const hash = createHash("sha256");
  hash.update(
    `{"action":${JSON.stringify(`ACTION_${Action[header.action]}`)},"design":${JSON.stringify(header.design)}`,
  );
  hash.update(`,"revision":"${header.revision}","selector":${canonicalize(header.selector)},"steps":[`);
  for (const step of steps) hash.update(`${step.sequence === 1 ? "" : ","}${canonicalStep(step)}`);
  return hash.update("]}").digest("hex");
}

function canonicalStep(step: PlanStep): string {
  return JSON.stringify({
    changes: step.changes.map(canonicalChange),
    dependsOn: step.dependsOn,
    destructive: step.destructive,
    disposition: `DISPOSITION_${Disposition[step.disposition]}`,
    driverInstance: step.driverInstance,
    id: step.id,
    kind: `STEP_KIND_${StepKind[step.kind]}`,
    reason: step.reason,
    sequence: step.sequence,
    subject: step.subject,
  });
}

function canonicalChange({ action, after, before, destructive, object }: SiteChange): SiteChange {
  return { action, after, before, destructive, object };
}
