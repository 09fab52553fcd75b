import { randomUUID } from "node:crypto";
import { Action, Disposition, PowerChange, type StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { simulatedName, simulatedSite } from "../../support/simulated-site.ts";
import type { DocumentInit } from "../../support/state-service.ts";
import { commitTo } from "../../support/state-service.ts";
import type { Stage } from "./stage.ts";

/** One job of the scenario. */
export interface Act {
  readonly name: string;
  readonly action: Action;
  readonly power?: PowerChange;
  /** How the design is to be by then: its rounds of changes so far. */
  readonly edition: number;
}

/** The jobs that together have every kind of step. */
export const SCENARIO: readonly Act[] = [
  { name: "deploy", action: Action.DEPLOY, edition: 1 },
  { name: "annotate", action: Action.ANNOTATE, edition: 2 },
  { name: "verify", action: Action.VERIFY, edition: 2 },
  { name: "power off", action: Action.POWER, power: PowerChange.OFF, edition: 2 },
  { name: "power on", action: Action.POWER, power: PowerChange.ON, edition: 2 },
  { name: "release", action: Action.RELEASE, edition: 2 },
];

/** The design of so many nodes; each edition has other owner data. */
export function design(nodes: number, edition: number): DocumentInit[] {
  return simulatedSite(nodes, {
    siteFields: { oob_driver: "simulator" },
    node: () => ({ metadata: { rack: "r000", tags: ["worker"], owner_data: { edition: String(edition) } } }),
  });
}

/** A job that was planned, and the kinds of steps its plan has. */
export interface Planned {
  readonly kinds: ReadonlySet<StepKind>;
  /** Starts it, once however often it is asked to. */
  start(): Promise<string>;
}

/** Plans an act for all nodes, the design brought to its edition before. */
export async function plan(stage: Stage, act: Act, nodes: number): Promise<Planned> {
  await stage.ask(({ state }) => commitTo(state, "main", design(nodes, act.edition)));
  const names = Array.from({ length: nodes }, (_, index) => simulatedName(index));
  const planned = await stage.ask(async ({ client }) => {
    const { plan } = await client.createPlan({
      design: "lab",
      action: act.action,
      selector: { names },
      ...(act.power !== undefined && { power: act.power }),
    });
    if (plan === undefined) throw new Error("no plan");
    return plan;
  });
  const kinds = new Set<StepKind>();
  for (let pageToken = ""; ; ) {
    const page = await stage.ask(({ client }) =>
      client.listPlanSteps({ planId: planned.id, pageSize: 1000, pageToken }),
    );
    for (const { kind, disposition } of page.steps) if (disposition !== Disposition.UP_TO_DATE) kinds.add(kind);
    pageToken = page.nextPageToken;
    if (pageToken === "") break;
  }
  const requestId = randomUUID();
  return {
    kinds,
    async start() {
      const request = { planId: planned.id, planDigest: planned.digest, requestId, allowDestroy: true };
      const { job } = await stage.ask(({ client }) => client.startJob(request));
      if (job === undefined) throw new Error("no job");
      return job.id;
    },
  };
}
