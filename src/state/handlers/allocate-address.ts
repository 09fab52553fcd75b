import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { AllocateAddressRequest } from "../../../gen/bedplate/design/v1/query_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { keyPath } from "../../design/field-path.ts";
import { itemKeyText } from "../../design/item-key.ts";
import { callerOf } from "../../mesh/call.ts";
import { authorOf } from "../../mesh/caller.ts";
import { failure } from "../../mesh/failure.ts";
import { formatAddress, parseAddress } from "../../validate/address.ts";
import { numbersFrom } from "../../validate/intervals.ts";
import { membersAt, textAt } from "../../validate/tree-access.ts";
import { commitStaged } from "../commit-staged.ts";
import type { StateDeps } from "../deps.ts";
import { broughtErrors, designInvalid } from "../items/brought-errors.ts";
import { hasStatedRank } from "../items/change-items.ts";
import { declareAddress, type NodeAddress } from "../items/declare-address.ts";
import { withoutReplacing } from "../items/replaced-errors.ts";
import { API_SOURCE, refuseUnlessOfApi } from "../layer-owner.ts";
import { revisionToMessage } from "../messages/revision.ts";
import { type Allocation, findAllocation, keepAllocation } from "../store/address-allocations.ts";
import { type NetworkAddresses, readAddresses } from "../store/address-plan.ts";
import { readLayers } from "../store/content.ts";
import { readDeclarations } from "../store/declarations.ts";
import { type DesignRow, lockDesign, readRevision } from "../store/designs.ts";
import { unknownItem } from "../store/item-names.ts";
import { readTree } from "../store/item-trees.ts";
import { type OutsideFindings, withValidators } from "../validators.ts";
import { wantedAddress } from "../wanted-address.ts";

const DEFAULT_LAYER = "addresses";

/** The RPC that takes a free address for a node. It chooses while it holds the design, so that no two calls choose the same. */
export function createAllocationHandlers({
  database,
  validators = [],
}: StateDeps): Pick<ServiceImpl<typeof DesignStateService>, "allocateAddress"> {
  return {
    async allocateAddress(request, context) {
      const author = authorOf(callerOf(context.values));
      const layer = request.layer || DEFAULT_LAYER;
      return withValidators(validators, (outside) =>
        withTransaction(database.db, async (tx) => {
          const head = await lockDesign(tx, request.design);
          const before = await findAllocation(tx, head.name, request.requestId);
          if (before !== undefined) return sameAnswer(tx, head, before, { ...request, layer });
          refuseUnlessOfApi(await readLayers(tx, head.name, head.revision), layer);
          const addresses = await readAddresses(tx, head, head.revision, request.network);
          await refuseSecondAddress(tx, head, request);
          const address = request.address === "" ? lowestFree(addresses) : wantedAddress(addresses, request.address);
          const wanted = { layer, node: request.node, network: request.network, address };
          const row = await commitAddress(tx, head, { wanted, author, outside });
          await keepAllocation(tx, {
            ...wanted,
            design: head.name,
            requestId: request.requestId,
            revision: row.number,
          });
          database.noteWrites(row.counters.rowsWritten);
          return { address, revision: revisionToMessage(row) };
        }),
      );
    },
  };
}

async function sameAnswer(
  tx: Db,
  head: DesignRow,
  before: Allocation,
  { node, network, layer, address }: Pick<AllocateAddressRequest, "node" | "network" | "layer" | "address">,
) {
  const isSame = before.node === node && before.network === network && before.layer === layer;
  if (isSame && (address === "" || address === before.address))
    return { address: before.address, revision: revisionToMessage(await readRevision(tx, head, before.revision)) };
  const message = `the request id was used to take ${before.address} of network "${before.network}" for Node/${before.node} in layer "${before.layer}"`;
  throw failure(Code.AlreadyExists, ErrorReason.ALREADY_EXISTS, message, {
    ...{ fieldPath: "request_id", subject: `Node/${before.node}` },
    hint: "choose a new request id for a new intent",
  });
}

async function refuseSecondAddress(tx: Db, head: DesignRow, { node, network }: AllocateAddressRequest): Promise<void> {
  const key = { kind: "Node", name: node };
  const tree = await readTree(tx, { head, revision: head.revision }, key);
  if (tree === undefined) throw await unknownItem(tx, head, head.revision, key.kind, key.name);
  const entry = membersAt(tree, "addressing").find((each) => textAt(each, "network") === network);
  const address = textAt(entry, "address");
  if (address === undefined) return;
  const what = parseAddress(address) === undefined ? `its address from ${address}` : `the address ${address}`;
  const message = `${itemKeyText(key)} has ${what} in network "${network}"`;
  throw failure(Code.AlreadyExists, ErrorReason.ALREADY_EXISTS, message, {
    ...{ fieldPath: "node", subject: itemKeyText(key) },
    hint: "take that away first, where it is declared (Explain tells), or use it",
  });
}

function lowestFree({ network, block, free }: NetworkAddresses): string {
  for (const value of numbersFrom(free, block.first)) return formatAddress({ version: block.version, value });
  const place = membersAt(network.tree, "ranges").some((range) => textAt(range, "type") === "static")
    ? { what: "static ranges", hint: "widen a static range, or ask for an address outside of them" }
    : { what: "block", hint: "widen the network, or take back addresses nobody uses" };
  const message = `no address is free in the ${place.what} of network "${network.name}"`;
  throw failure(Code.ResourceExhausted, ErrorReason.LIMIT_EXCEEDED, message, {
    ...{ fieldPath: "network", subject: `Network/${network.name}`, hint: place.hint },
  });
}

interface AddressCommit {
  readonly wanted: NodeAddress;
  readonly author: string;
  readonly outside: OutsideFindings;
}

/** Makes the revision in which a node has an address. Throws FAILED_PRECONDITION when that brings errors, or another layer overrides it. */
async function commitAddress(tx: Db, head: DesignRow, { wanted, author, outside }: AddressCommit) {
  const { layer, node, network, address } = wanted;
  const key = { kind: "Node", name: node };
  const declared = await readDeclarations(tx, head.name, layer, [key]);
  const document = declareAddress(wanted, declared.get(itemKeyText(key)));
  const outcome = await commitStaged(
    tx,
    head,
    {
      staged: { documents: [document], deletions: [], diagnostics: [] },
      ...{ layers: [layer], mode: "patch", source: API_SOURCE },
      // Above the others the address comes last of the node's, which leaves the node its primary network.
      aboveOthers: !(await hasStatedRank(tx, head, layer, [])),
      note: { author, message: `${address} of network ${network} for ${node}` },
    },
    outside,
  );
  const { row } = outcome;
  const brought = await broughtErrors(tx, head, outcome);
  const field = keyPath("addressing", network);
  const errors = row === undefined ? brought : await withoutReplacing(tx, row, brought, { ...key, field });
  if (errors.length > 0) throw designInvalid(errors, "mend them, or ask for another address");
  const tree = row && (await readTree(tx, { head, revision: row.number }, key));
  const entry = membersAt(tree, "addressing").find((each) => textAt(each, "network") === network);
  if (row !== undefined && textAt(entry, "address") === address) return row;
  const message = `another layer overrides what layer "${layer}" says of the addressing of Node/${node}`;
  throw failure(Code.FailedPrecondition, ErrorReason.INVALID_FIELD, message, {
    ...{ fieldPath: "layer", subject: itemKeyText(key) },
    hint: "choose a layer of a higher rank (ListLayers tells), or take the removal away there",
  });
}
