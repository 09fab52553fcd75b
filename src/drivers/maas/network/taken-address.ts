import { object, objects, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import type { MaasWrite } from "../client/request.ts";
import { DriverError, rejected } from "../driver-error.ts";
import { nodeName, type Step } from "../server/step.ts";
import type { Writer } from "../writer.ts";

/** A writer that says which address MAAS refused as taken, and who has it. */
export function explainTaken({ client, spec, writer }: Pick<Step, "client" | "spec" | "writer">): Writer {
  return {
    async send(write) {
      try {
        return await writer.send(write);
      } catch (error) {
        if (!(error instanceof DriverError) || !isTaken(write, error)) throw error;
        throw await taken(client, nodeName({ spec }), write, error);
      }
    },
    hasTime: () => writer.hasTime(),
    get count() {
      return writer.count;
    },
  };
}

function isTaken({ op }: MaasWrite, { failure }: DriverError): boolean {
  return op === "link_subnet" && (failure.vendorCode ?? "").includes("already in use");
}

async function taken(
  client: MaasClient,
  node: string,
  { form = [] }: MaasWrite,
  error: DriverError,
): Promise<DriverError> {
  const value = (field: string) => form.find(([name]) => name === field)?.[1] ?? "";
  const address = value("ip_address");
  const holder = await holderOf(client, value("subnet"), address).catch(() => "");
  return rejected(`address ${address} of node ${node}: an address is already in use in MAAS${holder}`, {
    subject: node,
    hint: "free the address in MAAS, or give the node another",
    ...(error.failure.vendorCode !== undefined && { vendorCode: error.failure.vendorCode }),
  });
}

/** Who has an address, as the end of a sentence; empty when MAAS doesn't tell. */
async function holderOf(client: MaasClient, subnet: string, address: string): Promise<string> {
  const answer = await client.get({ path: `subnets/${encodeURIComponent(subnet)}/`, op: "ip_addresses" });
  const found = objects(answer).find((entry) => text(entry.ip) === address);
  if (found === undefined) return "";
  const host = text(object(found.node_summary).hostname);
  if (host !== "") return `, by machine ${host}`;
  const user = text(found.user);
  return user === "" ? "" : `, by user ${user}`;
}
