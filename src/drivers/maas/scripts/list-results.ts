import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ScriptResultSchema } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerIdentity } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { ifThere } from "../client/if-there.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { notFound } from "../driver-error.ts";
import { findMachine } from "../server/find-machine.ts";
import { boundedOutput } from "./bounded-output.ts";
import { redactOutput } from "./redact-output.ts";
import { scriptDigests } from "./script-digests.ts";
import { readLastSets, readSetOutput, type ScriptRun, type ScriptSet } from "./script-sets.ts";

type ResultInit = Exclude<MessageInitShape<typeof ScriptResultSchema>, { $typeName: string }>;

/** Most results and bytes of output in one message. */
const BATCH = 256;
const BATCH_BYTES = 2 * 1024 * 1024;

/**
 * How scripts went on one server in its last commissioning, testing, installation and release, the oldest first, in batches. Output the caller knows is left out. NOT_FOUND when
 * MAAS does not know the server.
 */
export async function* listResults(
  client: MaasClient,
  identity: ServerIdentity,
  knownOutputs: readonly string[],
): AsyncGenerator<ResultInit[]> {
  const machine = await findMachine(client, identity);
  if (machine === undefined) {
    throw notFound(`MAAS has no machine for node ${identity.name}`, {
      subject: identity.name,
      hint: "check its boot_mac and the address of its BMC",
    });
  }
  const known = new Set(knownOutputs);
  const sets = await readLastSets(client, machine.systemId);
  const digests = await scriptDigests(
    client,
    sets.flatMap(({ results }) => results),
  );
  let batch: ResultInit[] = [];
  let bytes = 0;
  for (const set of sets) {
    // A set that is gone by now, or prints more than is taken, is told without output.
    const printed = await ifThere(readSetOutput(client, machine.systemId, `${set.id}`));
    for (const run of inOrder(printed ?? set)) {
      const result = resultInit(set, run, digests.get(run.revisionId) ?? "", known, client.target.secrets);
      const size = Buffer.byteLength(result.output ?? "");
      if (batch.length > 0 && (batch.length === BATCH || bytes + size > BATCH_BYTES)) {
        yield batch;
        batch = [];
        bytes = 0;
      }
      batch.push({ ...result, ...(printed === undefined && { truncated: true }) });
      bytes += size;
    }
  }
  if (batch.length > 0) yield batch;
}

/** As they ran; those that did not begin come last, by name. */
function inOrder({ results }: ScriptSet): ScriptRun[] {
  const at = ({ startedAt }: ScriptRun) => startedAt ?? Number.POSITIVE_INFINITY;
  return [...results].sort((a, b) => (at(a) === at(b) ? (a.name < b.name ? -1 : 1) : at(a) - at(b)));
}

function resultInit(
  { type }: ScriptSet,
  run: ScriptRun,
  scriptDigest: string,
  known: ReadonlySet<string>,
  secrets: readonly string[],
): ResultInit {
  const { digest, text, isTruncated } = boundedOutput(run.output, (output) => redactOutput(output, secrets));
  return {
    script: run.name,
    scriptDigest,
    type,
    outcome: run.outcome,
    ...(run.exitStatus !== undefined && { exitStatus: run.exitStatus }),
    ...(run.startedAt !== undefined && { startedAt: timestampFromMs(run.startedAt) }),
    ...(run.endedAt !== undefined && { endedAt: timestampFromMs(run.endedAt) }),
    outputDigest: digest,
    output: known.has(digest) ? "" : text,
    truncated: isTruncated,
    providerId: `${run.id}`,
  };
}
