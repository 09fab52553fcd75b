import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, createClient } from "@connectrpc/connect";
import { DriverKind } from "../../../../gen/bedplate/driver/v1/driver_service_pb.js";
import { OobDriverService } from "../../../../gen/bedplate/driver/v1/oob_driver_service_pb.js";
import { PowerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ConformanceCase } from "../conformance-case.ts";
import { refusalOf } from "../refusal.ts";

/** C24: what wasn't declared isn't there. */
export const undeclaredCase: ConformanceCase = {
  id: "C24",
  title: "Kinds and capabilities it doesn't declare are UNIMPLEMENTED",
  async run(world) {
    const { network, server, signal, transport } = world;
    const { kinds, capabilities } = await world.info();
    const target = { instance: "conformance" };
    const absent: [string, Promise<unknown>][] = [];
    if (!kinds.includes(DriverKind.OOB)) {
      absent.push(["OobDriverService.GetPower", createClient(OobDriverService, transport).getPower({}, { signal })]);
    }
    if (!kinds.includes(DriverKind.NETWORK)) {
      absent.push(["NetworkDriverService.PlanNetwork", network.planNetwork({ target }, { signal })]);
    }
    if (!kinds.includes(DriverKind.SERVER)) {
      absent.push(["ServerDriverService.ObserveSite", server.observeSite({ target }, { signal })]);
    }
    if (!capabilities.some(({ name }) => name === "watch-servers")) {
      const watched = Array.fromAsync(server.watchServers({ target }, { signal, timeoutMs: 10_000 }));
      absent.push(["ServerDriverService.WatchServers", watched]);
    }
    if (kinds.includes(DriverKind.SERVER)) {
      const operation = { operationId: "conformance-undeclared", notAfter: timestampFromMs(Date.now() + 60_000) };
      if (!capabilities.some(({ name }) => name === "power")) {
        const request = { target, server: { name: "conformance" }, power: PowerState.ON, operation };
        absent.push(["ServerDriverService.EnsureServerPower", server.ensureServerPower(request, { signal })]);
      }
      if (!capabilities.some(({ name }) => name === "annotate")) {
        const request = { target, spec: { identity: { name: "conformance" } }, operation };
        absent.push(["ServerDriverService.EnsureAnnotations", server.ensureAnnotations(request, { signal })]);
      }
    }
    await Promise.all(absent.map(([method, call]) => refusalOf(method, call, [Code.Unimplemented])));
  },
};
