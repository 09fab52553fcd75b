import { Code } from "@connectrpc/connect";
import { DriverError, notFound, worldChanged } from "../driver-error.ts";

/**
 * What it means that MAAS no longer knew something in the middle of work on a node: the machine itself is gone, which is NOT_FOUND; or another hand took away a part of it or something it rests on, which is
 * WORLD_CHANGED. Any other error stays as it is.
 */
export function vanished(error: unknown, node: string, instance: string): unknown {
  if (!(error instanceof DriverError)) return error;
  const { code, subject } = error.failure;
  if (code !== Code.NotFound || subject !== instance) return error;
  if (/No (Machine|Node) matches/.test(error.message)) {
    return notFound(`MAAS has no machine for node ${node} any more`, {
      subject: node,
      hint: "somebody deleted it in MAAS; commission the node first, which enlists it again",
    });
  }
  return worldChanged(node, `something of node ${node} is gone since it was looked at: ${error.message}`);
}
