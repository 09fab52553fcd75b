import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { ServerPhase } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { ServerSpecSchema } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import { readPrecondition } from "../precondition.ts";
import { readMachine } from "./machine.ts";
import { requireSameServer } from "./require-same-server.ts";
import { serverPrecondition } from "./server-facts.ts";
import { STATUS } from "./status.ts";

const { COMMISSIONED, NETWORK_CONFIGURED, STORAGE_CONFIGURED, DEPLOYED, RELEASED } = ServerPhase;

type Seen = { status: number; digest?: string; mtu?: number; id?: string };

function machine({ status, digest = "", mtu = 1500, id = "abc" }: Seen) {
  return readMachine({
    system_id: id,
    hostname: "n1",
    status,
    status_name: String(status),
    workload_annotations: digest === "" ? {} : { bedplate_spec_digest: digest },
    interface_set: [{ id: 1, name: "eth0", type: "physical", effective_mtu: mtu }],
  });
}

async function verdict(before: Seen | undefined, after: Seen | undefined, phase: ServerPhase, actions: Action[] = []) {
  const token = readPrecondition(serverPrecondition(before && machine(before)));
  if (token === undefined) throw new Error("no token");
  const spec = create(ServerSpecSchema, { identity: { name: "n1" }, specDigest: "wanted" });
  return requireSameServer(token, { spec, operationId: "op-1" }, phase, after && machine(after), {
    network: async () => actions,
    storage: async () => [],
  }).then(
    () => "same",
    (error: Error) => error.message,
  );
}

describe("a machine since its token", () => {
  const { NEW, COMMISSIONING, READY, ALLOCATED, DEPLOYING, FAILED_DEPLOYMENT, RELEASING, FAILED_COMMISSIONING } =
    STATUS;
  test.each<[string, Seen | undefined, Seen | undefined, ServerPhase]>([
    ["enlisted by this call", undefined, { status: NEW }, COMMISSIONED],
    ["commissioned by this call", { status: NEW }, { status: COMMISSIONING }, COMMISSIONED],
    ["done commissioning", { status: COMMISSIONING }, { status: READY }, COMMISSIONED],
    ["failed commissioning", { status: COMMISSIONING }, { status: FAILED_COMMISSIONING }, COMMISSIONED],
    ["allocated by this call", { status: READY }, { status: ALLOCATED }, DEPLOYED],
    ["deployed by this call", { status: READY }, { status: STATUS.DEPLOYED, digest: "wanted" }, DEPLOYED],
    [
      "failed to deploy",
      { status: DEPLOYING, digest: "wanted" },
      { status: FAILED_DEPLOYMENT, digest: "wanted" },
      DEPLOYED,
    ],
    ["released for this call", { status: STATUS.DEPLOYED }, { status: READY }, NETWORK_CONFIGURED],
    ["gone and not wanted", { status: READY }, undefined, RELEASED],
  ])("%s is the same", async (_name, before, after, phase) => {
    expect(await verdict(before, after, phase)).toBe("same");
  });

  test.each<[string, Seen, Seen | undefined, ServerPhase]>([
    ["gone", { status: READY }, undefined, DEPLOYED],
    ["another machine", { status: READY }, { status: READY, id: "xyz" }, NETWORK_CONFIGURED],
    ["deployed by another hand", { status: READY }, { status: STATUS.DEPLOYED, digest: "other" }, DEPLOYED],
    ["allocated by another hand", { status: READY }, { status: ALLOCATED }, NETWORK_CONFIGURED],
    ["broken", { status: READY }, { status: STATUS.BROKEN }, STORAGE_CONFIGURED],
    ["released by another hand", { status: DEPLOYING, digest: "wanted" }, { status: RELEASING }, COMMISSIONED],
    ["aborted", { status: DEPLOYING, digest: "wanted" }, { status: NEW }, DEPLOYED],
  ])("%s is not", async (_name, before, after, phase) => {
    expect(await verdict(before, after, phase)).not.toBe("same");
  });

  test("may have changed interfaces where they are what is wanted, or only lack something in their own phase", async () => {
    const [before, after] = [{ status: READY }, { status: READY, mtu: 9000 }];
    const missing: Action = { object: "interface eth0", action: "link", before: "", after: "x" };
    const wrong: Action = { ...missing, action: "update", before: "mtu 9000", undoes: true };
    expect(await verdict(before, after, NETWORK_CONFIGURED)).toBe("same");
    expect(await verdict(before, after, NETWORK_CONFIGURED, [missing])).toBe("same");
    expect(await verdict(before, after, STORAGE_CONFIGURED, [missing])).toContain(
      "interface eth0 of machine n1 was changed",
    );
    expect(await verdict(before, after, NETWORK_CONFIGURED, [wrong])).toContain("mtu 9000");
    expect(await verdict(before, before, NETWORK_CONFIGURED, [wrong])).toBe("same");
  });
});
