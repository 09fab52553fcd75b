import type { GroupRule, ItemRule } from "./rule.ts";
import { addressCarried } from "./rules/address-carried.ts";
import { addressInNetwork } from "./rules/address-in-network.ts";
import { addressValue } from "./rules/address-value.ts";
import { aliasUse } from "./rules/alias-use.ts";
import { asBuiltWaiver } from "./rules/as-built-waiver.ts";
import { assetContent } from "./rules/asset-content.ts";
import { assetData } from "./rules/asset-data.ts";
import { assetPath } from "./rules/asset-path.ts";
import { assetPermissions } from "./rules/asset-permissions.ts";
import { assetPipeline } from "./rules/asset-pipeline.ts";
import { assetTemplate } from "./rules/asset-template.ts";
import { assetType } from "./rules/asset-type.ts";
import { authorizedKey } from "./rules/authorized-key.ts";
import { automaticAddress } from "./rules/automatic-address.ts";
import { bootActionCoverage } from "./rules/boot-action-coverage.ts";
import { bootActionNodes } from "./rules/boot-action-nodes.ts";
import { bootDriveConflict } from "./rules/boot-drive-conflict.ts";
import { bootNetwork } from "./rules/boot-network.ts";
import { bootablePartition } from "./rules/bootable-partition.ts";
import { cpuSet } from "./rules/cpu-set.ts";
import { defaultRoute } from "./rules/default-route.ts";
import { deviceAlias } from "./rules/device-alias.ts";
import { dhcpRange } from "./rules/dhcp-range.ts";
import { dhcpRelay } from "./rules/dhcp-relay.ts";
import { diskContent } from "./rules/disk-content.ts";
import { dnsDomain } from "./rules/dns-domain.ts";
import { dnsRecord } from "./rules/dns-record.ts";
import { dnsServer } from "./rules/dns-server.ts";
import { domainName } from "./rules/domain-name.ts";
import { duplicateAddress } from "./rules/duplicate-address.ts";
import { duplicateAssetPath } from "./rules/duplicate-asset-path.ts";
import { duplicateDisk } from "./rules/duplicate-disk.ts";
import { duplicateFqdn } from "./rules/duplicate-fqdn.ts";
import { duplicateMac } from "./rules/duplicate-mac.ts";
import { duplicateMountpoint } from "./rules/duplicate-mountpoint.ts";
import { duplicateRecord } from "./rules/duplicate-record.ts";
import { duplicateVlan } from "./rules/duplicate-vlan.ts";
import { emptyBootAction } from "./rules/empty-boot-action.ts";
import { emptyVolumeGroup } from "./rules/empty-volume-group.ts";
import { filesystemOptions } from "./rules/filesystem-options.ts";
import { filesystemType } from "./rules/filesystem-type.ts";
import { groupCycle } from "./rules/group-cycle.ts";
import { groupDependency } from "./rules/group-dependency.ts";
import { groupNodes } from "./rules/group-nodes.ts";
import { groupRequirement } from "./rules/group-requirement.ts";
import { hardwareAlias } from "./rules/hardware-alias.ts";
import { hardwareDriver } from "./rules/hardware-driver.ts";
import { hostName } from "./rules/host-name.ts";
import { hugePageParameters } from "./rules/huge-page-parameters.ts";
import { hugePageProfile } from "./rules/huge-page-profile.ts";
import { interfaceBonding } from "./rules/interface-bonding.ts";
import { interfaceBridges } from "./rules/interface-bridges.ts";
import { interfaceName } from "./rules/interface-name.ts";
import { interfaceNetwork } from "./rules/interface-network.ts";
import { interfaceParts } from "./rules/interface-parts.ts";
import { interfaceTrunking } from "./rules/interface-trunking.ts";
import { kernelParameter } from "./rules/kernel-parameter.ts";
import { kernelParameterReference } from "./rules/kernel-parameter-reference.ts";
import { linkBonding } from "./rules/link-bonding.ts";
import { linkTrunking } from "./rules/link-trunking.ts";
import { macAddress } from "./rules/mac-address.ts";
import { missingAddressing } from "./rules/missing-addressing.ts";
import { missingCidr } from "./rules/missing-cidr.ts";
import { missingHardwareProfile } from "./rules/missing-hardware-profile.ts";
import { missingImage } from "./rules/missing-image.ts";
import { missingSize } from "./rules/missing-size.ts";
import { mountpointPath } from "./rules/mountpoint-path.ts";
import { nativeNetworkVlan } from "./rules/native-network-vlan.ts";
import { networkCarriedOnce } from "./rules/network-carried-once.ts";
import { networkCidr } from "./rules/network-cidr.ts";
import { networkMtu } from "./rules/network-mtu.ts";
import { networkOnLinks } from "./rules/network-on-links.ts";
import { networkRange } from "./rules/network-range.ts";
import { networkRoute } from "./rules/network-route.ts";
import { networkSpace } from "./rules/network-space.ts";
import { oobAccess } from "./rules/oob-access.ts";
import { overlappingCidr } from "./rules/overlapping-cidr.ts";
import { packageRepository } from "./rules/package-repository.ts";
import { packageVersion } from "./rules/package-version.ts";
import { partitionContent } from "./rules/partition-content.ts";
import { policyPatience } from "./rules/policy-patience.ts";
import { policyStep } from "./rules/policy-step.ts";
import { powerDriver } from "./rules/power-driver.ts";
import { primaryNetwork } from "./rules/primary-network.ts";
import { rackDeclared } from "./rules/rack-declared.ts";
import { raidMembership } from "./rules/raid-members.ts";
import { rootFilesystem } from "./rules/root-filesystem.ts";
import { rootLayout } from "./rules/root-layout.ts";
import { rootSize } from "./rules/root-size.ts";
import { routeDomain } from "./rules/route-domain.ts";
import { scriptChoice } from "./rules/script-choice.ts";
import { scriptContent } from "./rules/script-content.ts";
import { secretInClear } from "./rules/secret-in-clear.ts";
import { selectorMatch } from "./rules/selector-match.ts";
import { shareTotal } from "./rules/share-total.ts";
import { sharedDevice } from "./rules/shared-device.ts";
import { sizeExpression } from "./rules/size-expression.ts";
import { sizeRemainder } from "./rules/size-remainder.ts";
import { smallMtu } from "./rules/small-mtu.ts";
import { storageCapacity } from "./rules/storage-capacity.ts";
import { storageUuid } from "./rules/storage-uuid.ts";
import { switchAddress } from "./rules/switch-address.ts";
import { tagDefinition } from "./rules/tag-definition.ts";
import { tagName } from "./rules/tag-name.ts";
import { taggedNetworkVlan } from "./rules/tagged-network-vlan.ts";
import { templateStep } from "./rules/template-step.ts";
import { templateVariable } from "./rules/template-variable.ts";
import { unitName } from "./rules/unit-name.ts";
import { unknownRaid } from "./rules/unknown-raid.ts";
import { unknownVolumeGroup } from "./rules/unknown-volume-group.ts";
import { volumeGroupDisk } from "./rules/volume-group-disk.ts";
import { volumeName } from "./rules/volume-name.ts";

/** The built-in rules about one item, by id. */
export const itemRules: readonly ItemRule[] = [
  addressCarried,
  addressInNetwork,
  addressValue,
  aliasUse,
  asBuiltWaiver,
  assetContent,
  assetData,
  assetPath,
  assetPermissions,
  assetPipeline,
  assetTemplate,
  assetType,
  authorizedKey,
  automaticAddress,
  bootActionNodes,
  bootDriveConflict,
  bootNetwork,
  bootablePartition,
  cpuSet,
  defaultRoute,
  deviceAlias,
  dhcpRange,
  dhcpRelay,
  diskContent,
  dnsDomain,
  dnsRecord,
  dnsServer,
  domainName,
  duplicateDisk,
  duplicateMountpoint,
  duplicateVlan,
  duplicateRecord,
  emptyBootAction,
  emptyVolumeGroup,
  filesystemOptions,
  filesystemType,
  groupCycle,
  groupDependency,
  groupNodes,
  groupRequirement,
  hardwareAlias,
  hardwareDriver,
  hostName,
  hugePageParameters,
  hugePageProfile,
  interfaceBonding,
  interfaceBridges,
  interfaceName,
  interfaceNetwork,
  interfaceParts,
  interfaceTrunking,
  kernelParameter,
  kernelParameterReference,
  linkBonding,
  linkTrunking,
  macAddress,
  missingAddressing,
  missingCidr,
  missingHardwareProfile,
  missingImage,
  missingSize,
  mountpointPath,
  nativeNetworkVlan,
  networkCarriedOnce,
  networkCidr,
  networkMtu,
  networkRange,
  networkRoute,
  networkSpace,
  oobAccess,
  packageRepository,
  packageVersion,
  partitionContent,
  policyPatience,
  policyStep,
  powerDriver,
  primaryNetwork,
  raidMembership,
  rootFilesystem,
  rootLayout,
  rootSize,
  scriptChoice,
  scriptContent,
  secretInClear,
  shareTotal,
  sharedDevice,
  sizeExpression,
  sizeRemainder,
  smallMtu,
  storageCapacity,
  storageUuid,
  switchAddress,
  tagDefinition,
  tagName,
  taggedNetworkVlan,
  templateStep,
  templateVariable,
  unitName,
  unknownRaid,
  unknownVolumeGroup,
  volumeGroupDisk,
  volumeName,
];

/** The built-in rules about what several items say of one key, by id. */
export const groupRules: readonly GroupRule[] = [
  bootActionCoverage,
  duplicateAddress,
  duplicateAssetPath,
  duplicateFqdn,
  duplicateMac,
  networkOnLinks,
  overlappingCidr,
  rackDeclared,
  routeDomain,
  selectorMatch,
];
