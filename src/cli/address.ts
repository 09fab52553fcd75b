import { randomUUID } from "node:crypto";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { AddressPurpose, type AddressUse } from "../../gen/bedplate/design/v1/query_pb.js";
import type { ConnectOptions } from "./connect.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { note, type OutputForm, print, printTable, printValue } from "./output.ts";
import { headWord, type RevisionWord, revisionOf } from "./revision-word.ts";
import { withServer } from "./with-server.ts";

const LARGEST_PAGE = 1000;
/** A network may have more free addresses than could ever be printed. */
const USUAL_FREE = 100;

/** Options of the commands about addresses. */
export interface AddressOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design: string;
}

/** Options of `bedplate address list`. */
export interface AddressListOptions extends AddressOptions {
  readonly free: boolean;
  readonly limit?: number;
  readonly revision?: RevisionWord;
}

/** `bedplate address list NETWORK`: who has which address of a network, or with `--free` which are free. */
export async function listAddresses(network: string, options: AddressListOptions): Promise<ExitCode> {
  const { design, free, output } = options;
  const limit = options.limit ?? (free ? USUAL_FREE : Number.POSITIVE_INFINITY);
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const asked = { design, network, free, revision: await revisionOf(state, design, options.revision ?? headWord) };
    const found: AddressUse[] = [];
    let pageToken = "";
    let answer = { freeCount: "", revision: 0n };
    do {
      const pageSize = Math.max(1, Math.min(LARGEST_PAGE, limit - found.length));
      const page = await state.listAddresses({ ...asked, pageSize, pageToken });
      found.push(...page.addresses);
      answer = page;
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && found.length < limit);
    const rows = found.slice(0, limit).map(addressRow);
    if (output !== "table") {
      const { freeCount, revision } = answer;
      await printValue(output, { network, addresses: rows, free_count: freeCount, revision: Number(revision) });
      return exitCode.done;
    }
    if (free)
      await printTable(
        ["address"],
        rows.map(({ address }) => [address]),
      );
    else
      await printTable(
        ["address", "taken for", "by", "field"],
        rows.map((row) => [
          row.last_address === "" ? row.address : `${row.address} - ${row.last_address}`,
          wordFor(row.purpose),
          row.used_by,
          row.field,
        ]),
      );
    const more = pageToken === "" ? "" : "; --limit prints more";
    note(`${answer.freeCount} free in network ${network}, revision ${answer.revision}${more}`);
    return exitCode.done;
  });
}

function addressRow({ address, lastAddress, usedBy, purpose, field }: AddressUse) {
  const name = AddressPurpose[purpose] ?? "UNSPECIFIED";
  return { address, last_address: lastAddress, used_by: usedBy, purpose: `ADDRESS_PURPOSE_${name}`, field };
}

function wordFor(purpose: string): string {
  return purpose.slice("ADDRESS_PURPOSE_".length).toLowerCase();
}

/** Options of `bedplate address allocate`. */
export interface AllocateOptions extends AddressOptions {
  readonly layer?: string;
  readonly address?: string;
  readonly requestId?: string;
}

/** `bedplate address allocate NETWORK NODE`: takes a free address for a node, as a new revision. */
export async function allocateAddress(network: string, node: string, options: AllocateOptions): Promise<ExitCode> {
  const { design, output, layer = "", address: wanted = "", requestId = randomUUID() } = options;
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const { address, revision } = await state.allocateAddress({
      design,
      network,
      node,
      requestId,
      layer,
      address: wanted,
    });
    const number = Number(revision?.number ?? 0n);
    if (output === "table") await print(`${address} is ${node}'s in network ${network}, from revision ${number} on\n`);
    else await printValue(output, { address, network, node, revision: number, valid: revision?.valid ?? false });
    return exitCode.done;
  });
}
