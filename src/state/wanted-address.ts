import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../mesh/failure.ts";
import { type Address, blockHolds, formatAddress, parseAddress } from "../validate/address.ts";
import type { AddressPurpose, AddressUse } from "../validate/address-uses.ts";
import type { NetworkAddresses } from "./store/address-plan.ts";

const words: Readonly<Record<AddressPurpose, string>> = {
  node: "an address of",
  switch: "the address of a switch of",
  gateway: "a gateway of",
  dhcp: "in a range for DHCP of",
  reserved: "in a reserved range of",
  network: "an address of the network itself, by the block of",
  service: "the address of a service named by",
};

/** The address that a caller asks for, in its usual spelling. Throws INVALID_ARGUMENT for one that is not of the network, and ALREADY_EXISTS for one that is taken. */
export function wantedAddress({ network, block, uses }: NetworkAddresses, text: string): string {
  const address = parseAddress(text);
  const isOfNetwork = address !== undefined && blockHolds(block, address);
  if (!isOfNetwork) {
    const what = address === undefined ? "no address" : `outside the block of network "${network.name}"`;
    throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, `${JSON.stringify(text)} is ${what}`, {
      ...{ fieldPath: "address", subject: `Network/${network.name}` },
      hint: `give an address of ${String(network.tree.cidr)}, or none for the lowest that is free`,
    });
  }
  const use = uses.find((each) => holds(each, address));
  if (use === undefined) return formatAddress(address);
  const owner = `${use.kind}/${use.name}`;
  const message = `${formatAddress(address)} is taken: it is ${words[use.purpose]} ${owner}`;
  throw failure(Code.AlreadyExists, ErrorReason.ALREADY_EXISTS, message, {
    ...{ fieldPath: "address", subject: owner },
    hint: "ask for another address, or for none: then it is the lowest that is free",
  });
}

function holds({ first, last }: AddressUse, { version, value }: Address): boolean {
  return first.version === version && first.value <= value && value <= last.value;
}
