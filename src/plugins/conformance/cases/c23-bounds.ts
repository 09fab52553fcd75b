import { Code, ConnectError } from "@connectrpc/connect";
import { PortMode } from "../../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { ServerPhase } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ConformanceCase, ConformanceWorld, TargetInit } from "../conformance-case.ts";
import { refusalOf } from "../refusal.ts";
import { hold } from "../verdict.ts";

const OVER_4_MIB = 4 * 1024 * 1024 + 1;

/** C23: bounds of size and time. */
export const boundsCase: ConformanceCase = {
  id: "C23",
  title: "Refuses what is over its bounds, lets go at the deadline, and answers the next call",
  async run(world) {
    const target = await world.target();
    const tooLong = plan(world, target, "x".repeat(254));
    await refusalOf("a server name of 254 characters", tooLong, [Code.InvalidArgument]);
    const tooLarge = plan(world, target, "x".repeat(OVER_4_MIB));
    await refusalOf("a message over 4 MiB", tooLarge, [Code.ResourceExhausted, Code.InvalidArgument]);
    await world.driver.getDriverInfo({ protocolPackages: ["bedplate.driver.v1"] }, { signal: world.signal });

    const hurried = await plan(world, target, "conformance", 1).catch((error: unknown) => ConnectError.from(error));
    const kept = !(hurried instanceof ConnectError) || hurried.code !== Code.Internal;
    hold(kept, `a call with a deadline of 1 ms was answered ${hurried}`);
    await world.driver.getDriverInfo({ protocolPackages: ["bedplate.driver.v1"] }, { signal: world.signal });
  },
};

async function plan(
  { kind, network, server, signal }: ConformanceWorld,
  target: TargetInit,
  name: string,
  timeoutMs?: number,
): Promise<unknown> {
  const options = timeoutMs === undefined ? { signal } : { signal, timeoutMs };
  if (kind === "network") {
    return network.planNetwork({ target, spec: { server: { name }, mode: PortMode.PRODUCTION } }, options);
  }
  return server.planServer({ target, spec: { identity: { name } }, phase: ServerPhase.COMMISSIONED }, options);
}
