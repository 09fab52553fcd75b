import type { ConformanceWorld } from "./conformance-case.ts";

/** Everything the driver says is there, as one text: equal texts mean that nothing was changed in between. */
export async function fingerprint(world: ConformanceWorld): Promise<string> {
  const target = await world.target();
  const seen: string[] = [];
  if (world.kind === "network") {
    for await (const { ports } of world.network.observePorts({ target }, { signal: world.signal })) {
      for (const port of ports) seen.push(JSON.stringify([port.switchName, port.port, port.server, port.mode]));
    }
  } else {
    const { objects } = await world.server.observeSite({ target }, { signal: world.signal });
    for (const { type, name, digest } of objects) seen.push(JSON.stringify([type, name, digest]));
    for await (const { servers } of world.server.observeServers({ target }, { signal: world.signal })) {
      for (const each of servers) seen.push(JSON.stringify([each.name, each.state, each.power, each.specDigest]));
    }
  }
  return seen.sort().join("\n");
}
