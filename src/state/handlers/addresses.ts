import type { ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { AddressPurpose as Purpose } from "../../../gen/bedplate/design/v1/query_pb.js";
import { itemKeyText } from "../../design/item-key.ts";
import { formatAddress, parseAddress } from "../../validate/address.ts";
import { type AddressPurpose, type AddressUse, compareUses } from "../../validate/address-uses.ts";
import { countIn, numbersFrom } from "../../validate/intervals.ts";
import type { StateDeps } from "../deps.ts";
import { cutPage, pageLimit, pageStart } from "../page.ts";
import { type NetworkAddresses, readAddresses } from "../store/address-plan.ts";
import { readDesign, revisionAt } from "../store/designs.ts";

const purposes: Readonly<Record<AddressPurpose, Purpose>> = {
  node: Purpose.NODE,
  switch: Purpose.SWITCH,
  gateway: Purpose.GATEWAY,
  dhcp: Purpose.DHCP,
  reserved: Purpose.RESERVED,
  network: Purpose.NETWORK,
  service: Purpose.SERVICE,
};

const ADDRESS_BYTES = 1024;

/** The RPC that tells whose the addresses of a network are. */
export function createAddressHandlers({
  database: { db },
}: StateDeps): Pick<ServiceImpl<typeof DesignStateService>, "listAddresses"> {
  return {
    async listAddresses(request) {
      const head = await readDesign(db, request.design);
      const { network: name, free, revision, at } = request;
      const query = ["addresses", head.name, name, free, revision, at && [at.seconds, at.nanos]];
      const start = pageStart(request, query, free ? 1 : 5);
      const number = start?.revision ?? (await revisionAt(db, head, request));
      const addresses = await readAddresses(db, head, number, name);
      const rows = free
        ? firstFree(addresses, start?.after[0], pageLimit(request) + 1)
        : usesBehind(addresses.uses, start?.after);
      const page = cutPage<AddressUse | string>(rows, request, query, number, keyOf, () => ADDRESS_BYTES);
      return {
        addresses: page.rows.map((row) => (typeof row === "string" ? { address: row } : useToMessage(row))),
        nextPageToken: page.nextPageToken,
        freeCount: `${countIn(addresses.free)}`,
        revision: number,
      };
    },
  };
}

function firstFree({ free, block }: NetworkAddresses, after: string | undefined, most: number): readonly string[] {
  const { version, first } = block;
  const behind = after === undefined ? undefined : parseAddress(after);
  const found: string[] = [];
  for (const value of numbersFrom(free, behind === undefined ? first : behind.value + 1n)) {
    found.push(formatAddress({ version, value }));
    if (found.length === most) break;
  }
  return found;
}

function usesBehind(uses: readonly AddressUse[], after: readonly string[] | undefined): readonly AddressUse[] {
  if (after === undefined) return uses;
  const [firstText, lastText, kind = "", name = "", field = ""] = after;
  const first = parseAddress(firstText);
  const last = parseAddress(lastText);
  if (first === undefined || last === undefined) return [];
  const place: AddressUse = { first, last, purpose: "node", kind, name, field };
  return uses.filter((use) => compareUses(use, place) > 0);
}

function keyOf(row: AddressUse | string): readonly string[] {
  if (typeof row === "string") return [row];
  return [formatAddress(row.first), formatAddress(row.last), row.kind, row.name, row.field];
}

function useToMessage({ first, last, purpose, kind, name, field }: AddressUse) {
  return {
    address: formatAddress(first),
    lastAddress: first.value === last.value ? "" : formatAddress(last),
    usedBy: itemKeyText({ kind, name }),
    purpose: purposes[purpose],
    field,
  };
}
