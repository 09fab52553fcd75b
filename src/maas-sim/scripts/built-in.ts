import type { Script } from "../script.ts";

type Kind = Pick<Script, "type" | "hardwareType" | "parallel" | "timeoutSeconds">;

const node: Kind = { type: 0, hardwareType: 0, parallel: 0, timeoutSeconds: 300 };
const disk: Kind = { type: 2, hardwareType: 3, parallel: 1, timeoutSeconds: 300 };
const memory: Kind = { type: 2, hardwareType: 2, parallel: 0, timeoutSeconds: 0 };

/** Scripts that come with the service; there are more of them in the real one. */
const KINDS: Readonly<Record<string, Kind & { readonly tags?: readonly string[] }>> = {
  "20-maas-01-install-lldpd": node,
  "20-maas-02-dhcp-unconfigured-ifaces": node,
  "30-maas-01-bmc-config": node,
  "40-maas-01-machine-resources": node,
  "50-maas-01-commissioning": node,
  "maas-lshw": node,
  "maas-list-modaliases": node,
  "maas-capture-lldpd": node,
  "maas-kernel-cmdline": node,
  "maas-serial-ports": node,
  "maas-support-info": node,
  "smartctl-validate": { ...disk, tags: ["commissioning"] },
  "smartctl-short": disk,
  "smartctl-long": { ...disk, timeoutSeconds: 0 },
  "stress-ng-memory-short": memory,
  memtester: memory,
};

/** Whether a script of that name comes with the service, so that no other can have it. */
export function isBuiltIn(name: string): boolean {
  return Object.hasOwn(KINDS, name);
}

/** The scripts that come with the service. Their ids are below zero, out of the way of those that are uploaded. */
export function builtInScripts(): Script[] {
  const hardware = ["node", "cpu", "memory", "storage", "network", "gpu"];
  return Object.entries(KINDS).map(([name, { tags = [], ...kind }], index) => ({
    ...kind,
    id: -1 - index,
    name,
    title: name,
    description: "",
    tags: [...tags, hardware[kind.hardwareType] ?? "node"],
    ...{ parameters: {}, results: {}, packages: {}, forHardware: [] },
    ...{ destructive: false, mayReboot: false, recommission: false, applyConfiguredNetworking: false },
    history: [{ id: -1 - index, comment: "Created by maas-3.7.3", created: 0, text: `#!/bin/sh\n# ${name}\n` }],
  }));
}
