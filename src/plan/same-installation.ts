import { ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerFacts } from "./node-facts.ts";

/** Whether two looks at a machine saw the same machine with the same installation on it. False when either saw none installed. */
export function sameInstallation(before: ServerFacts, after: ServerFacts): boolean {
  return (
    isInstalled(before) &&
    isInstalled(after) &&
    before.providerId === after.providerId &&
    before.specDigest === after.specDigest
  );
}

function isInstalled({ state }: ServerFacts): boolean {
  return state === ServerState.DEPLOYED || state === ServerState.DEPLOYING;
}
