import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** A script can be run. */
export const scriptContent: ItemRule = {
  id: "script-content",
  severity: "error",
  summary:
    "A script's content begins with the path of its interpreter, and its name is one scripts can be asked for by.",
  why: `The provisioner runs the text as a program: its first line is such as \`#!/bin/bash\` or \`#!/usr/bin/env python3\`, with no blank before the path. A name of digits alone would be an id to MAAS, and "none" is how it is
told to run no script. In a YAML file write the content as a block, \`content: |\`.`,
  kinds: ["Site"],
  check: (item, context) =>
    membersAt(item.tree, "scripts").flatMap((script): Finding[] => {
      const name = textAt(script, "name") ?? "";
      const path = memberPath("scripts", name);
      const content = textAt(script, "content");
      const found: Finding[] = [];
      if (/^\d+$/.test(name) || name.toLowerCase() === "none") {
        const message = `a script can't be called ${shown(name)}`;
        found.push({ field: path, message, hint: "give it a name with a letter in it" });
      }
      if (content === undefined || content === "") {
        if (!context.isWhole(item, `${path}.content`)) return found;
        return [...found, { field: path, message: "the script has no content", hint: "add content: | with its text" }];
      }
      if (content.startsWith("#!/")) return found;
      const message = 'the content doesn\'t begin with "#!/"';
      const hint = "begin it with the path of its interpreter, such as #!/bin/bash";
      return [...found, { field: `${path}.content`, message, hint }];
    }),
};
