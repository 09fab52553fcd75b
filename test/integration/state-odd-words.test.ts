import { ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { createAuditStore } from "../../src/control/audit-store.ts";
import { auditEntry } from "../../src/mesh/audit.ts";
import type { Call } from "../../src/mesh/call.ts";
import { errorDetail } from "../../src/mesh/failure.ts";
import { withDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, type StateClient, smallSite, withState } from "../support/state-service.ts";

const rack = (name: string) => ({ kind: "Rack", name, spec: {} });

/** The hint of the error a call ends with. */
async function hintOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return errorDetail(ConnectError.from(error))?.hint ?? "";
  }
  throw new Error("the call succeeded");
}

test("a layer may be called as something every object has", () =>
  withState(async (client) => {
    await client.createDesign({ design: "lab" });
    await client.createItem({ design: "lab", layer: "constructor", document: rack("r1"), allowInvalid: true });
    const { layers } = await client.listLayers({ design: "lab" });
    expect(layers).toMatchObject([{ name: "constructor", rank: 400 }]);
  }));

test("a design has as many layers as the contract says, however they are made", () =>
  withState(async (client) => {
    await client.createDesign({ design: "lab" });
    const layersOf = (from: number) => Array.from({ length: 16 }, (_, index) => `l${from + index}`);
    for (const from of [0, 16, 32, 48]) {
      const requestId = `open-${from}-layers`;
      const { changeId } = await client.openChange({ design: "lab", layers: layersOf(from), requestId });
      await client.commit({ changeId });
    }
    expect((await client.listLayers({ design: "lab" })).layers).toHaveLength(64);
    const refused = { code: "ResourceExhausted", reason: "LIMIT_EXCEEDED" };
    expect(await failureOf(client.putLayer({ design: "lab", layer: { name: "more" } }))).toMatchObject(refused);
    const call = client.createItem({ design: "lab", layer: "more", document: rack("r1"), allowInvalid: true });
    expect(await failureOf(call)).toMatchObject(refused);
    const more = await client.openChange({ design: "lab", layers: ["more"], requestId: "open-one-more" });
    expect(await failureOf(client.commit({ changeId: more.changeId }))).toMatchObject(refused);
    await client.putLayer({ design: "lab", layer: { name: "l1", rank: 7 } });
    await client.createItem({ design: "lab", layer: "l0", document: rack("r1"), allowInvalid: true }).catch(() => {});
    expect((await client.listLayers({ design: "lab" })).layers).toHaveLength(64);
  }));

test("whoever asks for what isn't there is told where to look", () =>
  withState(async (client) => {
    await commitTo(client, "site", smallSite(1));
    const design = "lab";
    const item = { design, kind: "Node", name: "n1" };
    const calls: readonly ((c: StateClient) => Promise<unknown>)[] = [
      (c) => c.getItem({ design, kind: "Node", name: "zzzzzz" }),
      (c) => c.getItem({ design, kind: "Zzzzzz", name: "n1" }),
      (c) => c.listItems({ design, kind: "Zzzzzz" }),
      (c) => c.listLayers({ design, revision: 99n }),
      (c) => c.getRevision({ design, tag: "zzzzzz" }),
      (c) => c.getRevision({ design, at: { seconds: 1n, nanos: 0 } }),
      (c) => c.listItemHistory({ ...item, name: "n0", path: "zzzzzz" }),
      (c) => c.explain({ ...item, name: "n0", path: "zzzzzz" }),
      (c) => c.getNodeNetwork({ design, node: "zzzzzz" }),
      (c) => c.listAddresses({ design, network: "zzzzzz" }),
    ];
    const hints: string[] = [];
    for (const call of calls) hints.push(await hintOf(call(client)));
    expect(hints.map((hint, index) => [index, hint !== ""])).toEqual(calls.map((_, index) => [index, true]));
  }));

test("no word keeps a call out of the audit records", () =>
  withDatabase(async ({ db }) => {
    const store = createAuditStore(db);
    const call: Call = {
      method: DesignStateService.method.putLayer,
      caller: { name: "olga", role: Role.OPERATOR },
      peer: "127.0.0.1",
      subject: `design=a\0b layer=${"x".repeat(490)}${"😀".repeat(9)}`,
    } as unknown as Call;
    await store.append(auditEntry(call));
    expect(await store.list(10)).toMatchObject([
      { caller: "olga", subject: expect.stringContaining("design=a\ufffdb") },
    ]);
  }));
