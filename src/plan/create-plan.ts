import type { PowerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { Action, Disposition, StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Diagnostic } from "../design/diagnostic.ts";
import { nodeQuestion } from "./actions/node-step.ts";
import type { DesignView } from "./design-view.ts";
import type { NodeSpec } from "./driver-spec/server-spec.ts";
import { controllerAccess, driverOfStep, serverDriverOf } from "./drivers-of.ts";
import { estimatePlan, type StepSeconds } from "./estimate-plan.ts";
import { kindWord } from "./kind-word.ts";
import type { ServerFacts, SiteChange, SitePlan } from "./node-facts.ts";
import { nodeSteps } from "./node-steps.ts";
import { observationsDigest } from "./observations-digest.ts";
import { planDigest } from "./plan-digest.ts";
import type { PlanStep } from "./plan-step.ts";
import type { PlanHeader } from "./plan-text.ts";
import { PlanningError } from "./planning-error.ts";
import { textAt } from "./read-tree.ts";
import { selectNodes } from "./select-nodes.ts";

/** What the steps of a plan are ordered from. */
export interface DraftInput extends Omit<PlanHeader, "observationsDigest"> {
  /** The very nodes, where more than the selector chose them; absent for those it selects. */
  readonly selected?: readonly string[];
  readonly view: DesignView;
  /** What each server driver instance would change of the site, by the instance's name; for actions that prepare the site. */
  readonly sites: ReadonlyMap<string, SitePlan>;
  /** The selected machines as they were seen, by node. */
  readonly servers: ReadonlyMap<string, ServerFacts>;
  /** Nodes that have called in since they were deployed with the specification they have. */
  readonly calledIn: ReadonlySet<string>;
  /** Nodes whose persisted state says that they are deployed. */
  readonly deployed: ReadonlySet<string>;
  /** Whether machines have power, by node, as the OOB driver says; those it wasn't asked about are absent. */
  readonly powered: ReadonlyMap<string, PowerState>;
  /** Tags and owner data in which installed machines differ from the design, by node. */
  readonly annotations: ReadonlyMap<string, readonly SiteChange[]>;
  /** A node's specification. */
  readonly specOf: (node: string) => NodeSpec;
}

/** Everything a plan is made of. */
export interface PlanInput extends DraftInput {
  /** What drivers would change of machines, by the id of the step that does it. */
  readonly nodeChanges: ReadonlyMap<string, readonly SiteChange[]>;
  readonly secondsOf: StepSeconds;
  /** How many nodes are at work at a time, 1 or more. */
  readonly nodesAtOnce: number;
}

/** Steps of a plan before anybody was asked what they would change of machines and how long they may take. */
export interface DraftPlan {
  readonly nodes: readonly string[];
  readonly steps: readonly PlanStep[];
}

/** The ordered steps from the observed world to a revision. */
export interface CreatedPlan {
  readonly steps: readonly PlanStep[];
  readonly nodes: readonly string[];
  /** SHA-256 of the plan's text. */
  readonly digest: string;
  /** SHA-256 over what was observed. */
  readonly observationsDigest: string;
  readonly changeCount: number;
  readonly destructiveCount: number;
  /** How many nodes have nothing to do. */
  readonly upToDateNodeCount: number;
  /** How long all of it may take, in seconds. */
  readonly estimatedSeconds: number;
}

const PREPARING: ReadonlySet<Action> = new Set([Action.PREPARE_SITE, Action.COMMISSION, Action.DEPLOY]);

/** Whether a plan prepares the site first. */
export function preparesSite({ action, skipSite }: Pick<PlanHeader, "action" | "skipSite">): boolean {
  return PREPARING.has(action) && !skipSite;
}

/** The server driver instances a plan needs: those of its nodes, and the site's own when there are none. */
export function driverInstancesOf(view: DesignView, nodes: readonly string[]): readonly string[] {
  const instances = new Set(nodes.map((node) => serverDriverOf(view, node)));
  if (instances.size === 0) instances.add(textAt(view.site, "server_driver") || "maas");
  return [...instances].sort();
}

/**
 * Orders the steps: the site first, once for each driver instance, then node after node. The same input gives the same draft.
 * Throws PlanningError when the selector names what isn't there or a machine must not be touched.
 */
export function draftPlan(input: DraftInput): DraftPlan {
  const { view, action } = input;
  const selected = input.selected ?? selectNodes(view, input.selector);
  const nodes = action === Action.PREPARE_SITE ? [] : selected;
  const steps: PlanStep[] = [];
  const instances = preparesSite(input) ? driverInstancesOf(view, selected) : [];
  for (const instance of instances) steps.push(siteStep(input, instance, steps.length + 1));
  const problems: Diagnostic[] = [];
  for (const node of nodes) {
    const problem = addNodeSteps(node, input, steps);
    if (problem !== undefined) problems.push(problem);
  }
  const [first, ...others] = problems;
  if (first !== undefined) throw new PlanningError("machine", [first, ...others]);
  return { nodes, steps };
}

/** Makes a plan of its draft: what each step would change, how long it may take, and the digest over it all. The same input gives the same plan. */
export function createPlan(input: PlanInput, draft: DraftPlan = draftPlan(input)): CreatedPlan {
  const steps = draft.steps.map((step) => completeStep(step, input));
  const observed = observationsDigest(input.sites, input.servers);
  const busy = new Set<string>();
  let changeCount = 0;
  let destructiveCount = 0;
  for (const { disposition, destructive, kind, subject } of steps) {
    if (destructive) destructiveCount++;
    if (disposition !== Disposition.CHANGE) continue;
    changeCount++;
    if (kind !== StepKind.PREPARE_SITE) busy.add(subject);
  }
  return {
    steps,
    nodes: draft.nodes,
    digest: planDigest({ ...input, observationsDigest: observed }, steps),
    observationsDigest: observed,
    changeCount,
    destructiveCount,
    upToDateNodeCount: draft.nodes.length - busy.size,
    estimatedSeconds: estimatePlan(steps, input.nodesAtOnce),
  };
}

function completeStep(step: PlanStep, { nodeChanges, secondsOf }: PlanInput): PlanStep {
  if (step.disposition !== Disposition.CHANGE) return step;
  const changes = nodeChanges.get(step.id) ?? step.changes;
  return {
    ...step,
    changes,
    destructive: step.destructive || changes.some(({ destructive }) => destructive),
    estimatedSeconds: secondsOf(step.kind, step.driverInstance),
  };
}

function siteStep(input: DraftInput, instance: string, sequence: number): PlanStep {
  const site = input.sites.get(instance);
  if (site === undefined) throw new Error(`no site plan of driver instance ${instance}`);
  const changes = site.changes.length;
  return {
    id: stepId(StepKind.PREPARE_SITE, instance),
    sequence,
    kind: StepKind.PREPARE_SITE,
    subject: input.view.siteName,
    disposition: changes === 0 ? Disposition.UP_TO_DATE : Disposition.CHANGE,
    destructive: site.changes.some(({ destructive }) => destructive),
    dependsOn: [],
    driverInstance: instance,
    changes: site.changes,
    reason:
      changes === 0
        ? "the provisioner is as designed"
        : `${changes} ${changes === 1 ? "object differs" : "objects differ"}`,
    estimatedSeconds: 0,
  };
}

function addNodeSteps(node: string, input: DraftInput, steps: PlanStep[]): Diagnostic | undefined {
  const seen = input.servers.get(node);
  if (seen === undefined) throw new Error(`node ${node} was not observed`);
  const { spec } = input.specOf(node);
  const controller = controllerAccess(input.view, node);
  const { action, power, powered, annotations } = input;
  const question = nodeQuestion({
    ...{ node, action, power, seen, controller },
    specDigest: spec.specDigest ?? "",
    powered: powered.get(node) ?? seen.power,
    calledIn: input.calledIn.has(node),
    recordedDeployed: input.deployed.has(node),
    annotations: annotations.get(node) ?? [],
  });
  const found = nodeSteps(question);
  if (!Array.isArray(found)) return found;
  let before = preparesSite(input) ? stepId(StepKind.PREPARE_SITE, serverDriverOf(input.view, node)) : "";
  for (const { kind, disposition, destructive, reason, changes = [] } of found) {
    const id = stepId(kind, node);
    const driverInstance = driverOfStep(input.view, node, kind);
    const sequence = steps.length + 1;
    const dependsOn = before === "" ? [] : [before];
    steps.push({
      id,
      sequence,
      kind,
      subject: node,
      disposition,
      destructive,
      dependsOn,
      driverInstance,
      changes,
      reason,
      estimatedSeconds: 0,
    });
    before = id;
  }
  return undefined;
}

function stepId(kind: StepKind, subject: string): string {
  return `${kindWord(kind)}/${subject}`;
}
