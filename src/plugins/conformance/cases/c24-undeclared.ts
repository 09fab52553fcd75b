import { Code, createClient } from "@connectrpc/connect";
import { DriverKind } from "../../../../gen/bedplate/driver/v1/driver_service_pb.js";
import { OobDriverService } from "../../../../gen/bedplate/driver/v1/oob_driver_service_pb.js";
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
    await Promise.all(absent.map(([method, call]) => refusalOf(method, call, [Code.Unimplemented])));
  },
};
