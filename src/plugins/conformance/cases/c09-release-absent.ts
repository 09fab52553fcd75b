import { ServerPhase } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ConformanceCase } from "../conformance-case.ts";
import { ensureDone, newName } from "../ensure.ts";
import { hold } from "../verdict.ts";

/** C09: giving back what isn't there. */
export const releaseAbsentCase: ConformanceCase = {
  id: "C09",
  title: "Releasing a server the target doesn't know is done, not an error",
  kinds: ["server"],
  async run({ server, signal, target }) {
    const request = { target: await target(), spec: { identity: { name: newName() } }, phase: ServerPhase.RELEASED };
    const done = await ensureDone("", signal, (operation) =>
      server.ensureServer({ ...request, operation }, { signal }),
    );
    hold(!done.changed, "releasing an unknown server says that it changed something");
  },
};
