import { describe, expect, test } from "vitest";
import { ServerPhase, ServerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { createWorldLab, PHASES, valueIn, wordOf } from "../testing/world-lab.ts";
import type { SeenResult } from "./calls.ts";

const { COMMISSIONED, NETWORK_CONFIGURED, DEPLOYED, RELEASED } = ServerPhase;

describe("a machine's way", () => {
  test("any name is absent until it is commissioned; then each phase is brought about once and planned no more", () => {
    const lab = createWorldLab();
    expect(lab.seen().state).toBe(ServerState.ABSENT);
    expect(lab.step(NETWORK_CONFIGURED)).toBe("NOT_FOUND");
    for (const phase of PHASES) {
      expect(lab.plan(phase).changes).not.toEqual([]);
      expect(lab.step(phase)).toBe("done");
      expect(lab.plan(phase).changes).toEqual([]);
      expect(lab.step(phase, {}, { op: "another-operation" })).toBe("done, unchanged");
    }
    expect(lab.seen()).toMatchObject({ state: ServerState.DEPLOYED, digest: "d1" });
    expect(lab.effects()).toEqual(["commission n1", "network n1", "storage n1", "deploy n1"]);
  });

  test("takes its time, tells how far it is, and takes effect at its end alone", () => {
    const lab = createWorldLab({ commission_ms: "1000", speed: "2", slow: "commission:4" });
    expect(lab.step(COMMISSIONED)).toBe("0 %");
    expect(lab.effects()).toEqual([]);
    lab.clock.pass(500);
    const { value } = lab.ensure(COMMISSIONED, {});
    expect(value).toMatchObject({
      done: false,
      percent: 25,
      retryMs: 1500,
      seen: { state: ServerState.COMMISSIONING },
    });
    lab.clock.pass(1500);
    expect(lab.seen().state).toBe(ServerState.READY);
    expect(lab.step(COMMISSIONED)).toBe("done");
    expect(lab.effects()).toEqual(["commission n1"]);
  });

  test("a deployed machine is given up only with consent, and its data is gone", () => {
    const lab = createWorldLab();
    lab.deploy();
    expect(lab.step(RELEASED)).toBe("CONSENT_REQUIRED");
    expect(lab.step(DEPLOYED, { digest: "d2" }, { op: "op-two" })).toBe("CONSENT_REQUIRED");
    expect(lab.plan(DEPLOYED, { digest: "d2" }).changes).toMatchObject([
      { action: "release", destructive: true },
      { action: "deploy", object: "machine n1" },
    ]);
    const more = { op: "op-two", allowDestroy: true };
    expect(lab.step(DEPLOYED, { digest: "d2" }, more)).toBe("10 %");
    expect(lab.seen()).toMatchObject({ state: ServerState.READY, digest: "" });
    expect(lab.step(DEPLOYED, { digest: "d2" }, more)).toBe("done");
    expect(lab.step(RELEASED, {}, { op: "op-three", allowDestroy: true })).toBe("done");
    expect(lab.world.control.machine("n1")).toMatchObject({ state: "ready", power: "off", digest: "", ownerData: {} });
  });
});

describe("who may write", () => {
  test("past not_after nothing is written, by the clock of the world", () => {
    const lab = createWorldLab({ commission_ms: "10" });
    const notAfter = lab.clock.now() + 5;
    lab.clock.pass(6);
    expect(lab.step(COMMISSIONED, {}, { notAfter })).toBe("LEASE_EXPIRED");
    expect(lab.world.ledger.entries()).toEqual([]);
    expect(lab.step(COMMISSIONED, {}, { notAfter: lab.clock.now() + 5 })).toBe("0 %");
    lab.clock.pass(20);
    expect(lab.step(COMMISSIONED, {}, { notAfter })).toBe("done");
  });

  test("a token is good while nobody else wrote; the same operation may repeat itself with an old one", () => {
    const lab = createWorldLab();
    const { token: absent } = lab.seen();
    const first = valueIn<SeenResult>(lab.ensure(COMMISSIONED, {}, { op: "op-a", token: absent }));
    expect(lab.step(COMMISSIONED, {}, { op: "op-a", token: absent })).toBe("done");
    // An answer that got lost: the step went on under the same operation.
    expect(lab.step(NETWORK_CONFIGURED, {}, { op: "op-b", token: first.token })).toBe("done");
    const other = { fields: { 'interfaces["bond0"].name': "bond0" } };
    expect(lab.step(NETWORK_CONFIGURED, other, { op: "op-b", token: first.token })).toBe("done");
    // Another one that has slept since.
    expect(lab.step(NETWORK_CONFIGURED, {}, { op: "op-c", token: first.token })).toBe("WORLD_CHANGED");
    expect(lab.step(NETWORK_CONFIGURED, {}, { op: "op-c", token: lab.seen().token })).toBe("done");
  });

  test("a hand's change makes the tokens before it stale; one of another life of the world always is", () => {
    const lab = createWorldLab();
    lab.deploy();
    const { token } = lab.seen();
    lab.world.control.drift("n1", 'kernel_params["quiet"]', "");
    expect(lab.step(DEPLOYED, {}, { op: "op-x", token, allowDestroy: true })).toBe("WORLD_CHANGED");
    const other = createWorldLab();
    expect(other.step(COMMISSIONED, {}, { token: lab.seen("nobody").token })).toBe("WORLD_CHANGED");
  });

  test("two operations don't work on one machine at the same time", () => {
    const lab = createWorldLab({ deploy_ms: "1000" });
    for (const phase of PHASES) lab.ensure(phase, {});
    expect(lab.step(DEPLOYED, { digest: "d2" }, { op: "op-two" })).toBe("OPERATION_IN_PROGRESS");
    expect(lab.ensure(DEPLOYED, { digest: "d2" }, { op: "op-two" }).failure?.running).toBe(`op-${DEPLOYED}`);
    expect(lab.step(DEPLOYED, {}, { op: "op-two" })).toBe("0 %");
  });
});

describe("differences", () => {
  test("are told field by field, with what is there and what is wanted", () => {
    const lab = createWorldLab();
    lab.deploy();
    const { control } = lab.world;
    control.drift("n1", 'interfaces["bond0"].link.mtu', "1500");
    control.drift("n1", 'kernel_params["quiet"]', "");
    control.drift("n1", 'owner_data["rack"]', "r9");
    control.drift("n1", "tags", "worker, stray");
    expect(lab.plan(NETWORK_CONFIGURED).changes).toMatchObject([
      { action: "release", destructive: true },
      {
        object: "interface bond0",
        field: 'interfaces["bond0"].link.mtu',
        action: "update",
        before: "1500",
        after: "9000",
      },
    ]);
    expect(lab.plan(DEPLOYED).changes.filter(({ field }) => field !== "")).toMatchObject([
      { action: "deploy" },
      { object: "machine n1", field: 'kernel_params["quiet"]', action: "create", before: "", after: "true" },
      { field: "tags", before: "stray, worker", after: "worker" },
      { field: 'owner_data["rack"]', before: "r9", after: "r1" },
    ]);
    const annotate = { do: "annotate", name: "n1", tags: ["worker"], ownerData: { rack: "r1" } } as const;
    const reply = lab.world.ask({ ...annotate, operation: { id: "op-annotate", precondition: "", driver: 7 } });
    expect(wordOf(reply)).toBe("done");
    expect(lab.plan(DEPLOYED).changes.map(({ field }) => field)).toEqual(["", "image", 'kernel_params["quiet"]']);
  });

  test("a field nobody knows is refused", () => {
    const lab = createWorldLab();
    lab.deploy();
    expect(() => lab.world.control.drift("n1", "colour", "green")).toThrow("a machine has no field colour");
  });
});
