import { PortMode } from "../../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { PowerState, ServerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ConformanceCase, ConformanceWorld } from "../conformance-case.ts";
import { newName } from "../ensure.ts";
import { hold } from "../verdict.ts";

/** C15: what isn't known is said to be unknown. */
export const unknownCase: ConformanceCase = {
  id: "C15",
  title: "A server the target doesn't know is answered as absent, and what isn't known as unspecified",
  run: (world) => (world.kind === "network" ? portsOfNobody(world) : nobody(world)),
};

async function portsOfNobody({ network, signal, target }: ConformanceWorld): Promise<void> {
  const name = newName();
  for await (const { ports } of network.observePorts({ target: await target(), servers: [{ name }] }, { signal })) {
    for (const port of ports) {
      const claimed = port.server === name && port.mode !== PortMode.UNSPECIFIED;
      hold(!claimed, `port ${port.switchName} ${port.port} is said to be in a mode for a server nobody knows`);
    }
  }
}

async function nobody({ server, signal, target }: ConformanceWorld): Promise<void> {
  const name = newName();
  const request = { target: await target(), servers: [{ name, bootMac: "02:00:00:00:00:01" }] };
  const answers = await Array.fromAsync(server.observeServers(request, { signal }));
  const seen = answers.flatMap(({ servers }) => servers);
  const [found] = seen;
  hold(seen.length === 1 && found?.name === name, `one server was asked for and ${seen.length} were answered`);
  hold(found.state === ServerState.ABSENT, `a server nobody knows is in state ${ServerState[found.state]}, not ABSENT`);
  hold(found.power === PowerState.UNSPECIFIED, `a server nobody knows has power ${PowerState[found.power]}`);
  hold(found.specDigest === "" && found.providerId === "", "a server nobody knows has an id or a digest");
}
