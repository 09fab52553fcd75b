import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { ServerPhase, ServerPlanSchema } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { plannedChange } from "../action.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { DriverError, invalidField } from "../driver-error.ts";
import { oneLine } from "../text.ts";
import { readMachines } from "./find-machine.ts";
import type { Machine } from "./machine.ts";
import { matchMachines } from "./observe-servers.ts";
import { planServer } from "./plan-server.ts";
import { serverPrecondition } from "./server-facts.ts";

/** What would bring one server to one phase. */
export type ServerPlanInit = Exclude<MessageInitShape<typeof ServerPlanSchema>, { $typeName: string }>;

// As many at a time as the driver's own limit of calls; an answer of as many servers is far below the bound of a message.
const SERVERS_AT_ONCE = 16;
const REFUSALS: ReadonlySet<Code> = new Set([Code.NotFound, Code.InvalidArgument, Code.FailedPrecondition]);

/**
 * What planServer says of many servers and phases, from one listing of all machines and one of the networks. What can't be planned is refused in the answer of that
 * server; throws where nothing can be told.
 */
export async function* planServers(
  source: MaasClient,
  specs: readonly ServerSpec[],
  phases: readonly ServerPhase[],
): AsyncGenerator<ServerPlanInit[]> {
  const client = rememberLists(source);
  const identities = specs.map(({ identity }, index) => {
    if (identity === undefined) throw invalidField(`specs[${index}].identity`, "a specification names no server");
    return identity;
  });
  const found = await matchMachines(client, await readMachines(client, {}), identities);
  for (let at = 0; at < specs.length; at += SERVERS_AT_ONCE) {
    const plans = await Promise.all(
      specs.slice(at, at + SERVERS_AT_ONCE).map(async (spec, index) => {
        const { machine, mismatch } = found[at + index] ?? {};
        const name = spec.identity?.name ?? "";
        const answers: ServerPlanInit[] = [];
        for (const phase of phases) {
          answers.push(
            mismatch === undefined ? await plan(client, spec, phase, machine) : refusal(name, phase, mismatch),
          );
        }
        return answers;
      }),
    );
    yield plans.flat();
  }
}

async function plan(
  client: MaasClient,
  spec: ServerSpec,
  phase: ServerPhase,
  machine: Machine | undefined,
): Promise<ServerPlanInit> {
  const name = spec.identity?.name ?? "";
  try {
    const actions = await planServer(client, spec, phase, machine);
    return { name, phase, changes: actions.map(plannedChange), precondition: serverPrecondition(machine) };
  } catch (error) {
    if (error instanceof DriverError && REFUSALS.has(error.failure.code)) return refusal(name, phase, error);
    throw error;
  }
}

function refusal(name: string, phase: ServerPhase, { message }: Error): ServerPlanInit {
  return { name, phase, refusal: oneLine(message, 2048) };
}

/** A client that reads each list of MAAS once: fabrics, subnets, tags and the like are the same for all servers. */
function rememberLists(client: MaasClient): MaasClient {
  const lists = new Map<string, Promise<unknown>>();
  return {
    ...client,
    get(read) {
      if (read.query !== undefined || !/^[a-z-]+\/$/.test(read.path)) return client.get(read);
      const key = `${read.path} ${read.op ?? ""}`;
      const known = lists.get(key) ?? client.get(read);
      lists.set(key, known);
      return known;
    },
  };
}
