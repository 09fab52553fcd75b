import type { Action } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Diagnostic } from "../design/diagnostic.ts";
import type { DesignView } from "./design-view.ts";
import type { NodeSpec } from "./driver-spec/server-spec.ts";
import type { SiteSpecInit } from "./driver-spec/site-spec.ts";
import { isPowerOutOfBand, serverDriverOf } from "./drivers-of.ts";
import { type NeededCapability, nodeNeeds, siteNeeds } from "./needed-capabilities.ts";

/** What a driver declares: the values of each capability's parameters, by their names. */
export type DeclaredCapabilities = ReadonlyMap<string, Readonly<Record<string, readonly string[]>>>;

/** What is held against what drivers declare. */
export interface CapabilityQuestion {
  readonly view: DesignView;
  readonly action: Action;
  /** The selected nodes; none where the site alone is worked on. */
  readonly nodes: readonly string[];
  readonly specOf: (node: string) => NodeSpec;
  /** Specifications of the site, by the server driver instance that works on it. */
  readonly sites: ReadonlyMap<string, SiteSpecInit>;
  /** What drivers declare, by instance. */
  readonly declared: ReadonlyMap<string, DeclaredCapabilities>;
}

// RPCs that a driver needn't serve: what it doesn't declare of these it can't do.
const OPTIONAL_CALLS: ReadonlySet<string> = new Set(["power", "annotate"]);

/**
 * What an action asks of drivers that they can't do, one diagnostic for each node or site and capability. A driver that declares something of a family, such as
 * "storage", can do of it only what it declares; one that declares nothing of it is asked, and answers for itself. A capability without values for a parameter is not
 * bounded in it.
 */
export function checkCapabilities(question: CapabilityQuestion): readonly Diagnostic[] {
  const { view, action, nodes, specOf, sites, declared } = question;
  const problems: Diagnostic[] = [];
  const families = new Map([...declared].map(([instance, capabilities]) => [instance, familiesOf(capabilities)]));
  const check = (kind: string, name: string, instance: string, needs: readonly NeededCapability[]): void => {
    const capabilities = declared.get(instance) ?? new Map();
    const told = new Set<string>();
    for (const need of needs) {
      if (isAble(need, capabilities, families.get(instance))) continue;
      const label = labelOf(need);
      if (!told.has(label)) problems.push(undeclared(kind, name, instance, label, need.field));
      told.add(label);
    }
  };
  for (const [instance, spec] of sites) check("Site", view.siteName, instance, siteNeeds(spec));
  const switchesPower = !isPowerOutOfBand(view);
  for (const node of nodes) {
    check("Node", node, serverDriverOf(view, node), nodeNeeds(specOf(node).spec, action, switchesPower));
  }
  return problems;
}

function isAble(
  { name, parameter, value }: NeededCapability,
  capabilities: DeclaredCapabilities,
  families: ReadonlySet<string> | undefined,
): boolean {
  const known = capabilities.get(name);
  if (known === undefined) return !OPTIONAL_CALLS.has(name) && families?.has(familyOf(name)) !== true;
  const values = parameter === undefined ? undefined : known[parameter];
  return values === undefined || value === undefined || values.length === 0 || values.includes(value);
}

function familiesOf(capabilities: DeclaredCapabilities): ReadonlySet<string> {
  return new Set([...capabilities.keys()].map(familyOf));
}

function familyOf(name: string): string {
  return name.split(".")[0] ?? name;
}

function labelOf({ name, parameter, value }: NeededCapability): string {
  return parameter === undefined ? name : `${name} (${parameter}: ${value})`;
}

function undeclared(kind: string, name: string, instance: string, capability: string, field: string): Diagnostic {
  const owner = kind === "Site" ? `site ${name}` : `node ${name}`;
  const asked = field === "" ? "" : `, which ${field} of its specification asks for`;
  return {
    rule: "capability-undeclared",
    severity: "error",
    message: `${owner}: the driver of instance ${instance} doesn't declare ${capability}${asked}`,
    hint: "choose another driver instance, or change the design",
    kind,
    name,
    related: [],
  };
}
