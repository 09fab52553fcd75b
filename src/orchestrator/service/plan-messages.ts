import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { type Plan, PlanSchema } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { type Selector as SelectorMessage, SelectorSchema } from "../../../gen/bedplate/type/v1/selector_pb.js";
import type { Selector } from "../../design/selector.ts";
import type { CreatedPlan } from "../../plan/create-plan.ts";
import type { PlanHeader } from "../../plan/plan-text.ts";

/** The selector of a request, which selects every node when it is absent. */
export function selectorOf(selector: Plan["selector"]): Selector {
  const { names = [], racks = [], tags = [], hostProfiles = [], labels = {}, anyOf = [], allOf = [] } = selector ?? {};
  return { names, racks, tags, hostProfiles, labels, anyOf: anyOf.map(selectorOf), allOf: allOf.map(selectorOf) };
}

/** A selector as the contract has it. */
export function selectorMessage({ anyOf, allOf, labels, ...conditions }: Selector): SelectorMessage {
  return create(SelectorSchema, {
    names: [...conditions.names],
    racks: [...conditions.racks],
    tags: [...conditions.tags],
    hostProfiles: [...conditions.hostProfiles],
    labels: { ...labels },
    anyOf: anyOf.map(selectorMessage),
    allOf: allOf.map(selectorMessage),
  });
}

/** What a stored plan's text says beside its steps, and what a fresh plan like it is asked for with. */
export function headerInText(header: Plan): PlanHeader {
  const { design, revision, action, power, phases, filter, skipSite, observationsDigest } = header;
  return {
    ...{ design, revision, action, power, phases, filter, skipSite, observationsDigest },
    selector: selectorOf(header.selector),
  };
}

/** The header of a plan that was just made, under a new id. */
export function newHeader(asked: Omit<PlanHeader, "observationsDigest">, plan: CreatedPlan, author: string): Plan {
  const { selector, ...words } = asked;
  return create(PlanSchema, {
    design: words.design,
    revision: words.revision,
    action: words.action,
    power: words.power,
    phases: [...words.phases],
    filter: words.filter,
    skipSite: words.skipSite,
    selector: selectorMessage(selector),
    id: randomUUID(),
    digest: plan.digest,
    stepCount: plan.steps.length,
    changeCount: plan.changeCount,
    destructiveCount: plan.destructiveCount,
    nodeCount: plan.nodes.length,
    author,
    estimatedSeconds: plan.estimatedSeconds,
    upToDateNodeCount: plan.upToDateNodeCount,
    observationsDigest: plan.observationsDigest,
  });
}
