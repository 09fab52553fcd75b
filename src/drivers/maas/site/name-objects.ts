import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { digestOf } from "../digest.ts";
import { MANIFEST_SCRIPT_NAME } from "../scripts/manifest-script.ts";
import { keyObject } from "./plan-access.ts";
import { wantedDomains } from "./plan-domains.ts";
import type { NameState } from "./read-names.ts";
import { ADDRESS_TYPES } from "./record-data.ts";
import { type SiteObject, siteObject } from "./site-object.ts";

/** The objects a design can speak of beside networks. Of keys and of texts of scripts only digests are told. */
export function nameObjects(state: NameState): SiteObject[] {
  const records = new Map<string, string[]>();
  for (const { fqdn, type, data, ttl } of state.dnsRecords) {
    const name = `${fqdn.toLowerCase()} ${type}`;
    records.set(name, [...(records.get(name) ?? []), `${data}${ttl === 0 ? "" : ` ttl ${ttl}`}`]);
  }
  return [
    ...state.domains.map(({ name, authoritative, ttl }) => siteObject("domain", name, { authoritative, ttl })),
    ...state.dnsNames
      .filter(({ addresses }) => addresses.length > 0)
      .map(({ fqdn, addresses, ttl }) =>
        siteObject("dns name", fqdn.toLowerCase(), { addresses: joined(addresses), ttl }),
      ),
    ...[...records].map(([name, data]) => siteObject("dns record", name, { data: joined(data) })),
    ...state.tags.map(({ name, definition, comment, kernelOpts }) =>
      siteObject("tag", name, { name, definition, comment, kernel_opts: kernelOpts }),
    ),
    ...state.repositories.map(({ id: _id, name, key, ...said }) =>
      siteObject("repository", name, {
        url: said.url,
        enabled: said.enabled,
        arches: joined(said.arches),
        distributions: joined(said.distributions),
        components: joined(said.components),
        disabled_pockets: joined(said.disabledPockets),
        disabled_components: joined(said.disabledComponents),
        key: key === "" ? "" : `sha256:${digestOf(key).slice(0, 12)}`,
      }),
    ),
    ...state.keys.map(({ key }) => {
      const name = keyObject(key).replace("ssh key ", "");
      return siteObject("ssh key", name, { key: `sha256:${digestOf(key).slice(0, 12)}` });
    }),
    ...state.scripts
      .filter(({ isBuiltIn }) => !isBuiltIn)
      .map(({ isBuiltIn: _isBuiltIn, content: _content, digest, tags, forHardware, packages, ...said }) =>
        siteObject("script", said.name, {
          type: said.type,
          content: digest === "" ? "" : `sha256:${digest}`,
          title: said.title,
          description: said.description,
          timeout: said.timeout,
          parallel: said.parallel,
          hardware_type: said.hardwareType,
          may_reboot: said.mayReboot,
          recommission: said.recommission,
          destructive: said.destructive,
          tags: joined(tags),
          for_hardware: joined(forHardware),
          packages: joined(packages),
        }),
      ),
  ];
}

/** The keys of the objects a specification names, networks excepted. */
export function nameKeys(spec: SiteSpec): Set<string> {
  const keys = new Set<string>([
    ...spec.tags.map((tag) => `tag ${tag}`),
    ...spec.tagSpecs.map(({ name }) => `tag ${name}`),
    ...[...wantedDomains(spec).values()].map(({ name }) => `domain ${name}`),
    ...spec.repositories.map(({ name }) => `repository ${name}`),
    ...spec.authorizedKeys.map(keyObject),
    ...spec.scripts.map(({ name }) => `script ${name}`),
    `script ${MANIFEST_SCRIPT_NAME}`,
  ]);
  for (const { name, records } of spec.domains) {
    const domain = name.replace(/\.$/, "");
    for (const record of records) {
      const fqdn = (record.name === "" || record.name === "@" ? domain : `${record.name}.${domain}`).toLowerCase();
      keys.add(ADDRESS_TYPES.includes(record.type) ? `dns name ${fqdn}` : `dns record ${fqdn} ${record.type}`);
    }
  }
  return keys;
}

function joined(values: readonly string[]): string {
  return [...values].sort().join(",");
}
