import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { onceByStorage } from "../storage-parts.ts";

const plain = /^(?!-)(?!\.{1,2}$)[A-Za-z0-9+_.-]{1,126}$/;
/** Names and parts of names that LVM keeps for itself. */
const reserved =
  /^(?:snapshot|pvmove)|_(?:cdata|cmeta|corig|mlog|mimage|pmspare|rimage|rmeta|tdata|tmeta|vorigin|vdata|imeta|iorig)/;

/** A volume is called as LVM allows. */
export const volumeName: ItemRule = {
  id: "volume-name",
  severity: "error",
  summary: "A volume group or logical volume has a name that LVM takes.",
  why: `LVM takes letters, digits and \`+ _ . -\` for names, not a hyphen at the beginning, and keeps some names of logical volumes for itself (\`snapshot…\`, \`pvmove…\`, and those with \`_mlog\`, \`_tdata\` and the like in them). It refuses all
others when the disks have been wiped already.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check: ({ tree }) => check(tree) ?? [],
};

const check = onceByStorage(({ groups }) =>
  groups.flatMap(({ path, name, parts }): Finding[] => [
    ...(plain.test(name) ? [] : [refused(path, name, "volume group")]),
    ...parts
      .filter((part) => !plain.test(part.name) || reserved.test(part.name))
      .map((part) => refused(part.path, part.name, "logical volume")),
  ]),
);

function refused(field: string, name: string, what: string): Finding {
  return { field, message: `${shown(name)} is no name LVM takes for a ${what}`, hint: "write a name such as vg_data" };
}
