import { ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { Action } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Diagnostic } from "../design/diagnostic.ts";
import type { Layer } from "../design/layer.ts";
import { suppliersOf } from "../design/suppliers.ts";
import type { DesignView } from "./design-view.ts";
import type { ServerFacts } from "./node-facts.ts";
import { mapsAt, textAt, textsAt } from "./read-tree.ts";

/** An explicit value a node needs and the design lacks. */
export interface MissingValue {
  readonly node: string;
  /** Path of the field of the node. */
  readonly field: string;
  /** What it is needed for, one line. */
  readonly message: string;
}

/** Whom the check is about. */
export interface FormationQuestion {
  readonly view: DesignView;
  readonly action: Action;
  readonly nodes: readonly string[];
}

const INSTALLS: ReadonlySet<Action> = new Set([Action.DEPLOY]);
const ENLISTS: ReadonlySet<Action> = new Set([Action.DEPLOY, Action.COMMISSION]);

/**
 * The addresses nodes lack on the networks their interfaces carry that give out none by themselves. What the rules of the design report as errors, such as a node
 * without image, hardware profile or access to its controller, is not told again: such a design can't be planned at all.
 */
export function missingAddresses({ view, action, nodes }: FormationQuestion): readonly MissingValue[] {
  if (!INSTALLS.has(action)) return [];
  const isStatic = new Map([...view.networks].map(([name, tree]) => [name, textAt(tree, "allocation") === "static"]));
  return nodes.flatMap((node): MissingValue[] => {
    const tree = view.nodes.get(node) ?? {};
    const addressed = new Set(mapsAt(tree, "addressing").map((entry) => textAt(entry, "network")));
    const carried = mapsAt(tree, "interfaces").flatMap((nic) =>
      textsAt(nic, "networks").map((network) => ({ network, nic: textAt(nic, "name") })),
    );
    const lacking = carried.filter(({ network }) => isStatic.get(network) === true && !addressed.has(network));
    return lacking.map(({ network, nic }) => ({
      node,
      field: `addressing[${JSON.stringify(network)}].address`,
      message: `node ${node} has no address on network ${network}, which its interface ${nic} carries and which assigns none`,
    }));
  });
}

/**
 * What machines that their provisioner doesn't know lack to be enlisted. `enlistsBy` are the fields of a node its driver enlists it by, one of which must be given; none
 * where the driver says nothing.
 */
export function missingIdentities(
  { view, action, nodes }: FormationQuestion,
  servers: ReadonlyMap<string, ServerFacts>,
  enlistsBy: (node: string) => readonly string[],
): readonly MissingValue[] {
  if (!ENLISTS.has(action)) return [];
  return nodes.flatMap((node): MissingValue[] => {
    if (servers.get(node)?.state !== ServerState.ABSENT) return [];
    const [field, ...others] = enlistsBy(node);
    const tree = view.nodes.get(node) ?? {};
    if (field === undefined || [field, ...others].some((each) => textAt(tree, each) !== "")) return [];
    return [{ node, field, message: `node ${node} has no ${field}, and its provisioner doesn't know the machine` }];
  });
}

/** One diagnostic for each missing value, with who could supply it. */
export function formationMissing(
  missing: readonly MissingValue[],
  layers: readonly Pick<Layer, "name" | "role" | "owns">[],
): readonly Diagnostic[] {
  return missing.map(({ node, field, message }) => ({
    rule: "formation-missing",
    severity: "error",
    message,
    hint: hintOf(
      suppliersOf(layers, "Node", field.replace(/\[.*$/, "")).map(({ name }) => name),
      field,
    ),
    kind: "Node",
    name: node,
    field,
    related: [],
  }));
}

function hintOf(layers: readonly string[], field: string): string {
  if (layers.length === 0) return `no layer of the design may give ${field}; add one of role formation`;
  const names = layers.map((name) => JSON.stringify(name));
  const listed = names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names[0];
  return `layer ${listed} may give ${field}`;
}
