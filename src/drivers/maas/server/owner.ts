import { object, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { rejected } from "../driver-error.ts";
import type { Machine } from "./machine.ts";
import { nodeName, type Step } from "./step.ts";

/** Whether the user of the api key, or nobody, has a machine. */
export async function isOwn(client: MaasClient, { owner }: Machine): Promise<boolean> {
  if (owner === "") return true;
  return text(object(await client.get({ path: "users/", op: "whoami" })).username) === owner;
}

/** Fails with TARGET_REJECTED when somebody else has the machine. */
export async function requireOwn(step: Pick<Step, "client" | "spec">, machine: Machine): Promise<void> {
  if (await isOwn(step.client, machine)) return;
  throw rejected(`machine ${machine.hostname} is allocated to ${machine.owner}`, {
    subject: nodeName(step),
    hint: `release the machine in MAAS, or use the api key of ${machine.owner}`,
  });
}
