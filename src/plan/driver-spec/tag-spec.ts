import type { TagSpecSchema } from "../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { TreeMap } from "../../design/tree.ts";
import { textAt } from "../read-tree.ts";
import type { Init } from "./init.ts";
import { present } from "./present.ts";

type TagInit = Init<typeof TagSpecSchema>;

/** The driver's form of what the site says of a tag. */
export function tagSpec(definition: TreeMap): TagInit {
  return present<TagInit>({
    name: textAt(definition, "tag"),
    definition: textAt(definition, "definition"),
    comment: textAt(definition, "comment"),
    kernelOpts: textAt(definition, "kernel_opts"),
  });
}
