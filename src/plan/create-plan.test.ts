import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { describe, expect, test } from "vitest";
import { ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { Action, Disposition, StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { fc } from "../../test/support/property.ts";
import { planDefaults, seen, testSite } from "../../test/support/test-site.ts";
import type { EffectiveItem } from "../design/effective-item.ts";
import { everyNode, type Selector } from "../design/selector.ts";
import { type CreatedPlan, createPlan, type PlanInput } from "./create-plan.ts";
import { createDesignView } from "./design-view.ts";
import { createServerSpecs } from "./driver-spec/server-spec.ts";
import type { ServerFacts } from "./node-facts.ts";
import { PlanningError } from "./planning-error.ts";

function inputFor(items: readonly EffectiveItem[], change: Partial<PlanInput> = {}): PlanInput {
  const view = createDesignView(items);
  return {
    design: "plant7",
    revision: 3n,
    action: Action.DEPLOY,
    selector: everyNode,
    view,
    sites: new Map([["maas", { changes: [], objects: [] }]]),
    servers: new Map([...view.nodes.keys()].map((node) => [node, seen()])),
    calledIn: new Set(),
    specOf: createServerSpecs(view),
    ...planDefaults,
    ...change,
  };
}

function planFor(change: Partial<PlanInput> = {}, count = 2): CreatedPlan {
  return createPlan(inputFor(testSite(count), change));
}

function digestOf(node: string): string {
  return createServerSpecs(createDesignView(testSite(2)))(node).spec.specDigest ?? "";
}

function faultOf(change: Partial<PlanInput>): PlanningError {
  try {
    planFor(change);
  } catch (error) {
    if (error instanceof PlanningError) return error;
    throw error;
  }
  throw new Error("the plan was made");
}

const machines = (n1: ServerFacts, n2: ServerFacts = seen()): Partial<PlanInput> => ({
  servers: new Map([
    ["n1", n1],
    ["n2", n2],
  ]),
});

describe("a plan", () => {
  test("prepares the site first and takes each node through its steps, one after the other", () => {
    const { steps } = planFor();
    expect(steps.map(({ id }) => id)).toEqual([
      "prepare-site/maas",
      ...["n1", "n2"].flatMap((node) =>
        ["commission", "verify-hardware", "configure-network", "configure-storage", "deploy", "verify-node"].map(
          (kind) => `${kind}/${node}`,
        ),
      ),
    ]);
    expect(steps.map(({ sequence }) => sequence)).toEqual(steps.map((_, index) => index + 1));
    expect(steps[1]?.dependsOn).toEqual(["prepare-site/maas"]);
    expect(steps[2]?.dependsOn).toEqual(["commission/n1"]);
    expect(steps[7]?.dependsOn).toEqual(["prepare-site/maas"]);
    expect(steps.every(({ destructive }) => !destructive)).toBe(true);
  });

  test("holds only what its action asks for", () => {
    const kinds = (action: Action): StepKind[] => planFor({ action }, 1).steps.map(({ kind }) => kind);
    expect(kinds(Action.PREPARE_SITE)).toEqual([StepKind.PREPARE_SITE]);
    expect(kinds(Action.COMMISSION)).toEqual([StepKind.PREPARE_SITE, StepKind.COMMISSION, StepKind.VERIFY_HARDWARE]);
  });

  test("finds nothing to do for a machine deployed as designed that has called in", () => {
    const deployed = seen(ServerState.DEPLOYED, digestOf("n1"));
    const done = planFor({ ...machines(deployed), calledIn: new Set(["n1"]) });
    const ofN1 = done.steps.filter(({ subject }) => subject === "n1");
    expect(ofN1.map(({ disposition }) => disposition)).toEqual(ofN1.map(() => Disposition.UP_TO_DATE));
    const silent = planFor(machines(deployed)).steps.filter(({ subject }) => subject === "n1");
    expect(silent.filter(({ disposition }) => disposition === Disposition.CHANGE).map(({ id }) => id)).toEqual([
      "verify-node/n1",
    ]);
  });

  test("marks the reinstallation of a machine that is deployed otherwise as destructive", () => {
    for (const digest of ["", "0".repeat(64)]) {
      const plan = planFor(machines(seen(ServerState.DEPLOYED, digest)));
      const ids = plan.steps.filter(({ destructive }) => destructive).map(({ id }) => id);
      expect(ids).toEqual(["configure-network/n1", "configure-storage/n1", "deploy/n1"]);
      expect(plan.destructiveCount).toBe(3);
    }
  });

  test("is refused for a machine that is held or in an unknown state, each one named", () => {
    const error = faultOf(machines(seen(ServerState.HELD, "", "Broken: fan"), seen(ServerState.UNSPECIFIED)));
    expect(error.fault).toBe("machine");
    expect(error.diagnostics.map(({ rule, name }) => [rule, name])).toEqual([
      ["machine-held", "n1"],
      ["machine-state-unknown", "n2"],
    ]);
    expect(error.message).toBe("node n1 is held for a person to look at: Broken: fan (and 1 more like it)");
  });

  test("never makes a destructive step of a state other than an installed one", () => {
    for (const state of Object.values(ServerState).filter((value) => typeof value === "number")) {
      if (state === ServerState.HELD || state === ServerState.UNSPECIFIED) continue;
      const destructive = planFor(machines(seen(state))).destructiveCount > 0;
      expect(destructive).toBe(state === ServerState.DEPLOYED || state === ServerState.DEPLOYING);
    }
  });

  test("says which selected name is unknown, and what was probably meant", () => {
    const error = faultOf({ selector: { ...everyNode, names: ["n1", "N3"], racks: ["r9"] } });
    expect(error.fault).toBe("selector");
    expect(error.diagnostics.map(({ message, hint }) => [message, hint])).toEqual([
      ["the design has no node N3", "did you mean n1?"],
      ["no node of the design has rack r9", "did you mean r1?"],
    ]);
  });

  test("selects by rack, by tag and by a profile anywhere in the chain", () => {
    const nodes = (selector: Partial<Selector>): readonly string[] =>
      planFor({ selector: { ...everyNode, ...selector } }, 4).nodes;
    expect(nodes({ racks: ["r2"] })).toEqual(["n2", "n4"]);
    expect(nodes({ hostProfiles: ["defaults"], names: ["n3"] })).toEqual(["n3"]);
    expect(() => nodes({ racks: ["r2"], names: ["n1"] })).toThrow("no node of the design fits the whole selection");
  });

  test("selects by alternatives and by what must hold together", () => {
    const nodes = (selector: Partial<Selector>): readonly string[] =>
      planFor({ selector: { ...everyNode, ...selector } }, 4).nodes;
    const named = (...names: string[]): Selector => ({ ...everyNode, names });
    const inRack = (...racks: string[]): Selector => ({ ...everyNode, racks });
    expect(nodes({ anyOf: [named("n1"), inRack("r2")] })).toEqual(["n1", "n2", "n4"]);
    expect(nodes({ allOf: [named("n1", "n2"), inRack("r2")] })).toEqual(["n2"]);
    expect(() => nodes({ anyOf: [named("n1"), { ...everyNode, anyOf: [named("n9")] }] })).toThrow("no node n9");
    expect(() => nodes({ labels: { team: "nobody" } })).toThrow("no node of the design has label team=nobody");
    let deep = named("n1");
    for (let depth = 0; depth < 16; depth++) deep = { ...everyNode, allOf: [deep] };
    expect(() => nodes(deep)).toThrow("nested more than 16 deep");
  });

  test("has the digest of its canonical JSON", () => {
    const input = inputFor(testSite(2));
    const { steps, digest, observationsDigest } = createPlan(input);
    const text = canonicalize({
      ...{ design: input.design, revision: "3", action: "ACTION_DEPLOY", selector: input.selector },
      ...{ filter: "", phases: [], power: "POWER_CHANGE_UNSPECIFIED", skipSite: false, observationsDigest },
      steps: steps.map(({ estimatedSeconds: _estimate, ...step }) => ({
        ...step,
        kind: `STEP_KIND_${StepKind[step.kind]}`,
        disposition: `DISPOSITION_${Disposition[step.disposition]}`,
      })),
    });
    expect(digest).toBe(
      createHash("sha256")
        .update(text ?? "")
        .digest("hex"),
    );
  });

  test("is the same whatever the order the items come in", () => {
    const { digest } = planFor({}, 3);
    fc.assert(
      fc.property(fc.shuffledSubarray(testSite(3), { minLength: testSite(3).length }), (items) => {
        expect(createPlan(inputFor(items)).digest).toBe(digest);
      }),
      { numRuns: 20 },
    );
  });
});
