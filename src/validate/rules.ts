import type { GroupRule, ItemRule } from "./rule.ts";
import { addressCarried } from "./rules/address-carried.ts";
import { addressInNetwork } from "./rules/address-in-network.ts";
import { deviceAlias } from "./rules/device-alias.ts";
import { dhcpRange } from "./rules/dhcp-range.ts";
import { dnsServer } from "./rules/dns-server.ts";
import { domainName } from "./rules/domain-name.ts";
import { duplicateAddress } from "./rules/duplicate-address.ts";
import { duplicateMac } from "./rules/duplicate-mac.ts";
import { duplicateVlan } from "./rules/duplicate-vlan.ts";
import { hardwareAlias } from "./rules/hardware-alias.ts";
import { hostName } from "./rules/host-name.ts";
import { interfaceBonding } from "./rules/interface-bonding.ts";
import { interfaceNetwork } from "./rules/interface-network.ts";
import { interfaceParts } from "./rules/interface-parts.ts";
import { interfaceTrunking } from "./rules/interface-trunking.ts";
import { linkBonding } from "./rules/link-bonding.ts";
import { linkTrunking } from "./rules/link-trunking.ts";
import { macAddress } from "./rules/mac-address.ts";
import { missingCidr } from "./rules/missing-cidr.ts";
import { missingHardwareProfile } from "./rules/missing-hardware-profile.ts";
import { missingImage } from "./rules/missing-image.ts";
import { networkCidr } from "./rules/network-cidr.ts";
import { networkMtu } from "./rules/network-mtu.ts";
import { networkRange } from "./rules/network-range.ts";
import { networkRoute } from "./rules/network-route.ts";
import { oobAccess } from "./rules/oob-access.ts";
import { overlappingCidr } from "./rules/overlapping-cidr.ts";
import { primaryNetwork } from "./rules/primary-network.ts";
import { rackDeclared } from "./rules/rack-declared.ts";
import { secretInClear } from "./rules/secret-in-clear.ts";
import { sharedDevice } from "./rules/shared-device.ts";
import { sizeExpression } from "./rules/size-expression.ts";
import { taggedNetworkVlan } from "./rules/tagged-network-vlan.ts";

/** The built-in rules about one item, by id. */
export const itemRules: readonly ItemRule[] = [
  addressCarried,
  addressInNetwork,
  deviceAlias,
  dhcpRange,
  dnsServer,
  domainName,
  hardwareAlias,
  hostName,
  interfaceBonding,
  interfaceNetwork,
  interfaceParts,
  interfaceTrunking,
  linkBonding,
  linkTrunking,
  macAddress,
  missingCidr,
  missingHardwareProfile,
  missingImage,
  networkCidr,
  networkMtu,
  networkRange,
  networkRoute,
  oobAccess,
  primaryNetwork,
  secretInClear,
  sharedDevice,
  sizeExpression,
  taggedNetworkVlan,
];

/** The built-in rules about what several items say of one key, by id. */
export const groupRules: readonly GroupRule[] = [
  duplicateAddress,
  duplicateMac,
  duplicateVlan,
  overlappingCidr,
  rackDeclared,
];
