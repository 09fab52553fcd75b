/** What is taken otherwise in documents of a form than in those of others. */
export interface FormTraits {
  /** Bedplate's own form, which is held to more than what was written before it. */
  readonly isOwn?: true;
  /** Sites take in the profiles of all sites, so that those no node has may name what only other sites have. */
  readonly isLibrary?: true;
  /** Messages whose fields the form's own schemas leave open: sites keep there what other tools read. */
  readonly open?: ReadonlySet<string>;
  /** The VLAN id of an untagged network names the port's VLAN on the switch. */
  readonly hasPortVlans?: true;
}

const traits: ReadonlyMap<string, FormTraits> = new Map<string, FormTraits>([
  ["aic-a", { hasPortVlans: true }],
  ["aic-b", { hasPortVlans: true }],
  ["airship-c", { isLibrary: true, open: new Set(["HostInterface", "HugePages", "Sriov"]) }],
  ["bedplate-v1", { isOwn: true }],
]);

const none: FormTraits = {};

/** The traits of a form by its id; none for one that has none, or is unknown. */
export function traitsOf(form: string): FormTraits {
  return traits.get(form) ?? none;
}
