import type { Client } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { PowerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { Action, Disposition } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Db } from "../../db/database.ts";
import type { PlanWithBasis } from "../../plan/compare-plan.ts";
import { type CreatedPlan, createPlan, draftPlan, driverInstancesOf, preparesSite } from "../../plan/create-plan.ts";
import type { NodeSpec } from "../../plan/driver-spec/server-spec.ts";
import { isPowerOutOfBand, requirePowerDriver } from "../../plan/drivers-of.ts";
import type { PlanStep } from "../../plan/plan-step.ts";
import type { PlanHeader } from "../../plan/plan-text.ts";
import { refuseIf } from "../../plan/planning-error.ts";
import { mapAt, numberAt } from "../../plan/read-tree.ts";
import { phaseOfStep } from "../../plan/step-phase.ts";
import type { Controllers } from "../controllers.ts";
import type { DesignSnapshot, DesignSnapshots } from "../design-snapshot.ts";
import type { Policy } from "../policy.ts";
import type { SeenServer, SeenSite, World } from "../world.ts";
import type { AnnotationLook } from "./annotation-look.ts";
import type { PlanChecks } from "./check-plannable.ts";
import { chooseNodes } from "./choose-nodes.ts";
import { readEstimates } from "./estimates.ts";
import type { AskedStep, NodeChangesReader } from "./node-changes.ts";
import type { PlanBasis } from "./plan-basis.ts";

/** What a plan is asked to be. */
export interface PlanRequest extends Omit<PlanHeader, "observationsDigest"> {
  /** The newest revision of the design. */
  readonly headRevision: bigint;
  /**
   * The very nodes, by name: those of a plan that was approved and is made again. What they were selected by is not asked a second time, because
   * work on them moves them to other phases. Absent where the conditions choose.
   */
  readonly nodes?: readonly string[];
}

/** A plan just made, and what was seen for it. */
export interface FreshPlan {
  readonly plan: CreatedPlan;
  readonly snapshot: DesignSnapshot;
  readonly basis: PlanBasis;
  /** The same, in the form plans are compared in. */
  readonly withBasis: PlanWithBasis;
  /** The drivers' tokens: by driver instance for the site, by node for machines. */
  readonly preconditions: { readonly sites: ReadonlyMap<string, string>; readonly nodes: ReadonlyMap<string, string> };
}

/** Makes plans. */
export interface Planner {
  /** Observes the world and orders the steps. Throws PlanningError, and errors of drivers and of the design state. */
  plan(request: PlanRequest, signal: AbortSignal): Promise<FreshPlan>;
}

/** What planning needs. */
export interface PlannerDeps {
  readonly db: Db;
  readonly snapshots: DesignSnapshots;
  readonly world: World;
  readonly controllers: Controllers;
  readonly annotations: AnnotationLook;
  readonly changes: NodeChangesReader;
  readonly checks: PlanChecks;
  readonly state: () => Client<typeof DesignStateService>;
  readonly policy: Pick<Policy, "nodesAtOnce" | "estimateSamples" | "estimateSeconds">;
}

/** Makes the planner. */
export function createPlanner({
  db,
  snapshots,
  world,
  controllers,
  annotations,
  changes,
  checks,
  state,
  policy,
}: PlannerDeps): Planner {
  return {
    async plan(request, signal) {
      const { design, revision, headRevision, action } = request;
      const snapshot = rememberSpecs(await snapshots.read(design, revision));
      if (action === Action.POWER) requirePowerDriver(snapshot.view);
      const selected = request.nodes ?? (await chooseNodes(state(), snapshot, request, signal));
      const nodes = action === Action.PREPARE_SITE ? [] : selected;
      const instances = preparesSite(request) ? driverInstancesOf(snapshot.view, selected) : [];
      const outOfBand = action === Action.POWER && isPowerOutOfBand(snapshot.view);
      const checked = { snapshot, action, nodes, siteInstances: instances };
      const declared = await checks.before(checked, signal);
      const [sites, servers, records, powered, secondsOf] = await Promise.all([
        Promise.all(
          instances.map(async (name): Promise<[string, SeenSite]> => [name, await world.site(snapshot, name, signal)]),
        ),
        world.servers(snapshot, nodes, signal),
        world.records(snapshot, nodes),
        outOfBand ? controllers.power(snapshot, nodes, signal) : new Map<string, PowerState>(),
        readEstimates(db, design, policy),
      ]);
      await checks.seen(checked, servers, declared);
      const { view, specOf } = snapshot;
      const seen = { sites: new Map(sites), servers, ...records, powered };
      const differing = await annotations(snapshot, action, servers, signal);
      const input = { ...request, ...seen, selected, view, specOf, annotations: differing };
      const draft = draftPlan(input);
      const asked = askedSteps(draft.steps);
      const { changes: nodeChanges, refusals } = await changes.read(snapshot, asked, signal);
      refuseIf("machine", refusals);
      const nodesAtOnce = numberAt(mapAt(view.site, "job_policy"), "nodes_at_once") ?? policy.nodesAtOnce;
      const plan = createPlan({ ...input, nodeChanges, secondsOf, nodesAtOnce }, draft);
      const basis: PlanBasis = {
        headRevision: `${headRevision}`,
        nodes: selected,
        objects: Object.fromEntries(sites.map(([name, site]) => [name, site.objects])),
        servers: Object.fromEntries([...servers].map(([node, server]) => [node, factsOf(server)])),
      };
      return {
        plan,
        snapshot,
        basis,
        withBasis: {
          revision,
          headRevision,
          steps: plan.steps,
          objects: new Map(Object.entries(basis.objects)),
          servers,
        },
        preconditions: {
          sites: new Map(sites.map(([name, { precondition }]) => [name, precondition])),
          nodes: new Map([...servers].map(([node, { precondition }]) => [node, precondition])),
        },
      };
    },
  };
}

/** The same snapshot, which makes each specification once: a plan asks for them again and again, and keeps them no longer than it is made. */
function rememberSpecs(snapshot: DesignSnapshot): DesignSnapshot {
  const specs = new Map<string, NodeSpec>();
  return {
    ...snapshot,
    specOf(node) {
      const spec = specs.get(node) ?? snapshot.specOf(node);
      specs.set(node, spec);
      return spec;
    },
  };
}

/** The steps drivers are asked about: those that bring a machine to a phase and will change something. */
function askedSteps(steps: readonly PlanStep[]): readonly AskedStep[] {
  return steps.flatMap(({ id, kind, disposition, subject, driverInstance }): AskedStep[] => {
    const phase = phaseOfStep(kind);
    if (disposition !== Disposition.CHANGE || phase === undefined) return [];
    return [{ stepId: id, node: subject, phase, driverInstance }];
  });
}

function factsOf({ providerId, state, stateMessage, specDigest, power }: SeenServer): PlanBasis["servers"][string] {
  return { providerId, state, stateMessage, specDigest, power };
}

/** The newest revision of a design, and the one asked for (0 for the newest). Throws NOT_FOUND as DesignStateService does. */
export async function resolveRevision(
  state: Client<typeof DesignStateService>,
  design: string,
  asked: bigint,
): Promise<{ readonly revision: bigint; readonly headRevision: bigint; readonly valid: boolean }> {
  const [{ design: head }, { revision }] = await Promise.all([
    state.getDesign({ design }),
    state.getRevision({ design, revision: asked }),
  ]);
  const number = revision?.number ?? 0n;
  return { revision: number, headRevision: head?.revision ?? number, valid: revision?.valid ?? false };
}
