import type { Resource } from "../http/resource.ts";
import { bcacheResources } from "./bcaches.ts";
import { blockDeviceResources } from "./block-devices.ts";
import { imageResources } from "./boot-resources.ts";
import { dnsRecordResources } from "./dns-records.ts";
import { dnsResourceResources } from "./dns-resources.ts";
import { domainResources } from "./domains.ts";
import { eventResources } from "./events.ts";
import { fabricResources } from "./fabrics.ts";
import { identityResources } from "./identity.ts";
import { interfaceResources } from "./interfaces.ts";
import { rangeResources } from "./ipranges.ts";
import { configResources } from "./maas.ts";
import { machineResources } from "./machine.ts";
import { machinesResource } from "./machines.ts";
import { nodeDeviceResources } from "./node-devices.ts";
import { nodesResource } from "./nodes.ts";
import { repositoryResources } from "./package-repositories.ts";
import { placeResources } from "./places.ts";
import { raidResources } from "./raids.ts";
import { resultResources } from "./results.ts";
import { scriptResources } from "./scripts.ts";
import { spaceResources } from "./spaces.ts";
import { sshKeyResources } from "./ssh-keys.ts";
import { routeResources } from "./static-routes.ts";
import { subnetResources } from "./subnets.ts";
import { tagResources } from "./tags.ts";
import { vlanResources } from "./vlans.ts";
import { volumeGroupResources } from "./volume-groups.ts";

/** Every resource the simulator answers. */
export const ALL_RESOURCES: readonly Resource[] = [
  ...identityResources,
  ...configResources,
  ...placeResources,
  ...fabricResources,
  ...vlanResources,
  ...spaceResources,
  ...subnetResources,
  ...rangeResources,
  ...routeResources,
  ...domainResources,
  ...dnsResourceResources,
  ...dnsRecordResources,
  ...repositoryResources,
  ...sshKeyResources,
  ...tagResources,
  ...imageResources,
  machinesResource,
  nodesResource,
  ...machineResources,
  ...interfaceResources,
  ...blockDeviceResources,
  ...volumeGroupResources,
  ...raidResources,
  ...bcacheResources,
  ...nodeDeviceResources,
  ...resultResources,
  ...scriptResources,
  ...eventResources,
];
