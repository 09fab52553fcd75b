import canonicalize from "canonicalize";
import { NodePhase } from "../../gen/bedplate/design/v1/node_status_pb.js";
import { Action, Disposition, PowerChange, StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Selector } from "../design/selector.ts";
import type { SiteChange } from "./node-facts.ts";
import type { PlanStep } from "./plan-step.ts";

/** What a plan's text says beside its steps. */
export interface PlanHeader {
  readonly design: string;
  readonly revision: bigint;
  readonly action: Action;
  readonly selector: Selector;
  /** Which way power is switched; UNSPECIFIED where the action isn't about power. */
  readonly power: PowerChange;
  /** Only nodes in one of these phases were asked for; none for all. */
  readonly phases: readonly NodePhase[];
  /** Only nodes this CEL filter holds for were asked for; empty for all. */
  readonly filter: string;
  /** Whether the provisioner's site is left as it is. */
  readonly skipSite: boolean;
  /** SHA-256 over what was observed, lower-case hex. */
  readonly observationsDigest: string;
}

/** What a plan's text says of a step. How long it may take is no part of it. */
export type StepInText = Omit<PlanStep, "estimatedSeconds">;

/**
 * A plan's text up to its first step. The text is the RFC 8785 form of header and steps: start, then the steps with commas between them, then PLAN_TEXT_END.
 * Ids given by chance, authors, times and estimates are no part of it. Keys are written in code unit order, so that plain JSON is canonical.
 */
export function planTextStart(header: PlanHeader): string {
  const { design, filter, observationsDigest, revision } = header;
  const before = {
    action: `ACTION_${Action[header.action]}`,
    design,
    filter,
    observationsDigest,
    phases: header.phases.map((phase) => `NODE_PHASE_${NodePhase[phase]}`).sort(),
    power: `POWER_CHANGE_${PowerChange[header.power]}`,
    revision: `${revision}`,
  };
  return `${JSON.stringify(before).slice(0, -1)},"selector":${canonicalize(header.selector)},"skipSite":${header.skipSite},"steps":[`;
}

/** What closes a plan's text. */
export const PLAN_TEXT_END = "]}";

/** A step in a plan's text, without the comma before it. */
export function stepText(step: StepInText): string {
  return JSON.stringify({
    changes: step.changes.map(changeInText),
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

function changeInText({ action, after, before, destructive, field, object }: SiteChange): SiteChange {
  return { action, after, before, destructive, field, object };
}
