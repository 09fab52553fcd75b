import { describe, expect, test } from "vitest";
import { ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { Action, StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { planDefaults, seen, testSite } from "../../test/support/test-site.ts";
import { everyNode } from "../design/selector.ts";
import { comparePlan, newChanges, type PlanWithBasis } from "./compare-plan.ts";
import { compareRetry } from "./compare-retry.ts";
import { createPlan } from "./create-plan.ts";
import { createDesignView } from "./design-view.ts";
import { createServerSpecs } from "./driver-spec/server-spec.ts";
import type { ServerFacts, SiteChange, SiteObject } from "./node-facts.ts";

const view = createDesignView(testSite(1));
const specOf = createServerSpecs(view);

const subnet = (digest: string, dns: string): SiteObject => ({
  type: "subnet",
  name: "10.21.0.0/24 (mgmt)",
  summary: `vlan=21; dns_servers=${dns}`,
  digest,
});

interface World {
  readonly objects?: readonly SiteObject[];
  readonly changes?: readonly SiteChange[];
  readonly server?: ServerFacts;
  readonly calledIn?: readonly string[];
  readonly headRevision?: bigint;
}

function planIn(world: World): PlanWithBasis {
  const site = { changes: world.changes ?? [], objects: world.objects ?? [subnet("a", "10.21.0.9")] };
  const servers = new Map([["n1", world.server ?? seen()]]);
  const { steps } = createPlan({
    design: "plant7",
    revision: 3n,
    action: Action.DEPLOY,
    selector: everyNode,
    view,
    sites: new Map([["maas", site]]),
    servers,
    calledIn: new Set(world.calledIn),
    specOf,
    ...planDefaults,
  });
  return {
    revision: 3n,
    headRevision: world.headRevision ?? 3n,
    steps,
    objects: new Map([["maas", site.objects]]),
    servers,
  };
}

const differences = (before: World, after: World): readonly string[] =>
  comparePlan(planIn(before), planIn(after)).map(({ message }) => message);

const deployed = seen(ServerState.DEPLOYED, specOf("n1").spec.specDigest);
const create: SiteChange = {
  ...{ object: "vlan 22", action: "create", before: "", after: "vid 22", field: "" },
  destructive: false,
};

describe("an approved plan", () => {
  test("may be carried out in an unchanged world", () => {
    expect(differences({ changes: [create] }, { changes: [create] })).toEqual([]);
  });

  test("may be carried out when less is left to do", () => {
    expect(differences({ changes: [create] }, { server: deployed, calledIn: ["n1"] })).toEqual([]);
  });

  test("is stale when an object it rests on changed, which is named with what differs", () => {
    expect(differences({}, { objects: [subnet("b", "10.21.0.8")] })).toEqual([
      "subnet 10.21.0.0/24 (mgmt): was dns_servers=10.21.0.9, is dns_servers=10.21.0.8",
    ]);
  });

  test("is stale when an object it rests on vanished", () => {
    expect(differences({}, { objects: [] })).toEqual(["subnet 10.21.0.0/24 (mgmt): it is no longer there"]);
  });

  test("is stale when something appeared beside its objects, but not when that is what it makes or a part of it", () => {
    const overlapping = { ...subnet("c", "10.21.9.9"), name: "10.21.0.0/16" };
    const both = [subnet("a", "10.21.0.9"), overlapping];
    expect(differences({}, { objects: both })).toEqual([
      "subnet 10.21.0.0/16: it is there now, and was not when the plan was made",
    ]);
    const changes = [{ ...create, object: "subnet 10.21.0.0/16" }];
    expect(differences({ changes }, { objects: both })).toEqual([]);
    const fabric = { ...create, object: "fabric data" };
    const vlan: SiteObject = { type: "vlan", name: "data/0", summary: "", digest: "d" };
    expect(differences({ changes: [fabric] }, { objects: [subnet("a", "10.21.0.9"), vlan] })).toEqual([]);
  });

  test("is stale when what it would change of a machine is no longer as it was, or would become something else", () => {
    const mtu = { ...create, object: "interface bond0", action: "update", field: "mtu", before: "1500", after: "9000" };
    const link = { ...mtu, action: "link", field: "", before: "", after: "10.21.0.10" };
    const now = (changes: readonly SiteChange[]) =>
      newChanges([mtu, link], changes, "n1").map(({ message }) => message);
    expect(now([mtu, link])).toEqual([]);
    expect(now([link])).toEqual([]);
    expect(now([{ ...mtu, before: "1450" }])).toEqual(["node n1: interface bond0 (mtu): was 1500, is 1450"]);
    expect(now([{ ...mtu, after: "8900" }])).toEqual([
      "node n1: interface bond0 (mtu): it would now be changed: update 1500 → 8900, not update 1500 → 9000",
    ]);
    expect(now([{ ...link, object: "interface eno9" }])).toEqual([
      "node n1: interface eno9: it would now be changed: link 10.21.0.10",
    ]);
  });

  test("is stale when the site needs a change it lacked", () => {
    expect(differences({}, { changes: [create] })).toEqual([
      "prepare-site/maas: it was up to date and now has something to do",
    ]);
    const other = { ...create, object: "vlan 23", after: "vid 23" };
    expect(differences({ changes: [create] }, { changes: [create, other] })).toEqual([
      "vlan 23: it would now be changed: create vid 23",
    ]);
  });

  test("is stale when a machine would now be reinstalled", () => {
    const messages = differences({}, { server: seen(ServerState.DEPLOYED, "") });
    expect(messages).toContain("deploy/n1: it would now destroy data (node n1 was ready, is deployed)");
  });

  test("is stale when the machine it would destroy is not the one, or not as it was, that was seen", () => {
    const before = seen(ServerState.DEPLOYED, "a");
    const now = (server: ServerFacts) => differences({ server: before }, { server });
    expect(now(before)).toEqual([]);
    expect(now({ ...before, specDigest: "b" })).toEqual([
      "node n1 was installed anew since, and its data was to be destroyed",
    ]);
    expect(now({ ...before, providerId: "m2" })).toEqual(["node n1 was machine m1, is machine m2"]);
    expect(now(seen())).toContain("node n1 was deployed, is ready, and its data was to be destroyed");
  });

  test("is stale when a step that was up to date is no longer", () => {
    const messages = differences({ server: deployed, calledIn: ["n1"] }, { server: seen() });
    expect(messages).toContain(
      "deploy/n1: it was up to date and now has something to do (node n1 was deployed, is ready)",
    );
  });

  test("is stale when the design moved on, unless it was made for an earlier revision", () => {
    expect(differences({}, { headRevision: 4n })).toEqual(["the design moved from revision 3 to 4"]);
    expect(differences({ headRevision: 5n }, { headRevision: 6n })).toEqual([]);
  });
});

test("a retry may find other things to change on nodes its job worked on, but not on the site, and nothing more to destroy", () => {
  const nic = (before: string): SiteChange => ({
    ...{ object: "interface bond0", action: "update", before, after: "mtu 9000", field: "" },
    destructive: false,
  });
  const plan = (before: string, changes: SiteChange[] = []): PlanWithBasis => {
    const made = planIn({ changes });
    const steps = made.steps.map((step) =>
      step.kind === StepKind.CONFIGURE_NETWORK ? { ...step, changes: [nic(before)] } : step,
    );
    return { ...made, steps };
  };
  const messages = (fresh: PlanWithBasis) => compareRetry(plan(""), fresh).map(({ message }) => message);
  expect(messages(plan("mtu 1500"))).toEqual([]);
  expect(messages(plan("", [create]))).toHaveLength(1);
  const fresh = plan("");
  const wiping = fresh.steps.map((step) => (step.kind === StepKind.DEPLOY ? { ...step, destructive: true } : step));
  expect(messages({ ...fresh, steps: wiping })).toContain("deploy/n1: it would now destroy data");
});
