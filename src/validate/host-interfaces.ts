import type { Tree, TreeMap } from "../design/tree.ts";
import { memberPath } from "./names.ts";
import { membersAt, textAt, textsAt } from "./tree-access.ts";

/** An interface of a host, as rules look at it. */
export interface HostInterface {
  readonly name: string;
  /** Its path in the item. */
  readonly path: string;
  /** The link it is attached to. */
  readonly link: string | undefined;
  readonly slaves: readonly string[];
  readonly networks: readonly string[];
}

const known = new WeakMap<object, readonly HostInterface[]>();

/** The interfaces of a node or host profile. Hosts that inherit theirs unchanged share one list, which is read once. */
export function hostInterfaces(tree: TreeMap): readonly HostInterface[] {
  const written: Tree | undefined = tree.interfaces;
  if (typeof written !== "object" || written === null) return [];
  const before = known.get(written);
  if (before !== undefined) return before;
  const interfaces = membersAt(tree, "interfaces").map((one): HostInterface => {
    const name = textAt(one, "name") ?? "";
    return {
      name,
      path: memberPath("interfaces", name),
      link: textAt(one, "device_link"),
      slaves: textsAt(one, "slaves"),
      networks: textsAt(one, "networks"),
    };
  });
  known.set(written, interfaces);
  return interfaces;
}

/** The path of a network an interface carries. */
export function carriedPath({ path }: HostInterface, network: string): string {
  return memberPath(`${path}.networks`, network);
}
