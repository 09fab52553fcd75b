import { Action, Disposition, StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Diagnostic } from "../design/diagnostic.ts";
import type { Selector } from "../design/selector.ts";
import type { DesignView } from "./design-view.ts";
import type { NodeSpec } from "./driver-spec/server-spec.ts";
import { kindWord } from "./kind-word.ts";
import type { ServerFacts, SitePlan } from "./node-facts.ts";
import { nodeSteps } from "./node-steps.ts";
import { planDigest } from "./plan-digest.ts";
import type { PlanStep } from "./plan-step.ts";
import { PlanningError } from "./planning-error.ts";
import { textAt } from "./read-tree.ts";
import { selectNodes } from "./select-nodes.ts";

/** Everything a plan is made of. */
export interface PlanInput {
  readonly design: string;
  readonly revision: bigint;
  readonly action: Action;
  readonly selector: Selector;
  /** The very nodes, where more than the selector chose them; absent for those it selects. */
  readonly selected?: readonly string[];
  readonly view: DesignView;
  /** What each server driver instance would change of the site, by the instance's name. */
  readonly sites: ReadonlyMap<string, SitePlan>;
  /** The selected machines as they were seen, by node. */
  readonly servers: ReadonlyMap<string, ServerFacts>;
  /** Nodes that have called in since they were deployed with the specification they have. */
  readonly calledIn: ReadonlySet<string>;
  /** A node's specification. */
  readonly specOf: (node: string) => NodeSpec;
}

/** The ordered steps from the observed world to a revision. */
export interface CreatedPlan {
  readonly steps: readonly PlanStep[];
  readonly nodes: readonly string[];
  /** SHA-256 over design, revision, action, selector and steps. */
  readonly digest: string;
  readonly changeCount: number;
  readonly destructiveCount: number;
}

/** The server driver instance of a node: its own, else the site's. */
export function serverDriverOf(view: DesignView, node: string): string {
  return textAt(view.nodes.get(node) ?? {}, "server_driver") || textAt(view.site, "server_driver") || "maas";
}

/** The server driver instances a plan needs: those of its nodes, and the site's own when there are none. */
export function driverInstancesOf(view: DesignView, nodes: readonly string[]): readonly string[] {
  const instances = new Set(nodes.map((node) => serverDriverOf(view, node)));
  if (instances.size === 0) instances.add(textAt(view.site, "server_driver") || "maas");
  return [...instances].sort();
}

/**
 * Orders the steps: the site first, once for each driver instance, then node after node. The same input gives the same plan.
 * Throws PlanningError when the selector names what isn't there or a machine must not be touched.
 */
export function createPlan(input: PlanInput): CreatedPlan {
  const { view, action } = input;
  const selected = input.selected ?? selectNodes(view, input.selector);
  const nodes = action === Action.PREPARE_SITE ? [] : selected;
  const steps: PlanStep[] = [];
  for (const instance of driverInstancesOf(view, selected)) steps.push(siteStep(input, instance, steps.length + 1));
  const problems: Diagnostic[] = [];
  for (const node of nodes) {
    const problem = addNodeSteps(node, input, steps);
    if (problem !== undefined) problems.push(problem);
  }
  const [first, ...others] = problems;
  if (first !== undefined) throw new PlanningError("machine", [first, ...others]);
  return {
    steps,
    nodes,
    digest: planDigest(input, steps),
    changeCount: steps.filter(({ disposition }) => disposition === Disposition.CHANGE).length,
    destructiveCount: steps.filter(({ destructive }) => destructive).length,
  };
}

function siteStep(input: PlanInput, instance: string, sequence: number): PlanStep {
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
  };
}

function addNodeSteps(node: string, input: PlanInput, steps: PlanStep[]): Diagnostic | undefined {
  const seen = input.servers.get(node);
  if (seen === undefined) throw new Error(`node ${node} was not observed`);
  const { spec } = input.specOf(node);
  const found = nodeSteps(node, input.action, seen, spec.specDigest ?? "", input.calledIn.has(node));
  if (!Array.isArray(found)) return found;
  const instance = serverDriverOf(input.view, node);
  let before = stepId(StepKind.PREPARE_SITE, instance);
  for (const { kind, disposition, destructive, reason } of found) {
    const id = stepId(kind, node);
    const driverInstance = kind === StepKind.VERIFY_NODE ? "" : instance;
    const sequence = steps.length + 1;
    const dependsOn = [before];
    steps.push({
      id,
      sequence,
      kind,
      subject: node,
      disposition,
      destructive,
      dependsOn,
      driverInstance,
      changes: [],
      reason,
    });
    before = id;
  }
  return undefined;
}

function stepId(kind: StepKind, subject: string): string {
  return `${kindWord(kind)}/${subject}`;
}
