import { assetsOf } from "../boot-assets.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt } from "../tree-access.ts";

const name = /^[A-Za-z0-9][A-Za-z0-9+._-]*(?::[a-z0-9-]+)?$/;
const version = /^(?:\d+:)?[A-Za-z0-9][A-Za-z0-9.+~:_]*(?<revision>-[A-Za-z0-9.+~_-]*[A-Za-z0-9+~])?$/;

/** A package can be asked for. */
export const packageVersion: ItemRule = {
  id: "package-version",
  severity: "error",
  summary: "A package has a name a package can have, and a version of the form (epoch:)upstream-revision or none.",
  why: `A version is that of one package exactly, such as \`1:2.3.4-1ubuntu2\`; ranges and patterns are not, and the installation of a node stops at the first package that can't be had. Leave the version empty for
whatever the repository has. A version without a revision is that of a package made for one distribution alone (a warning): mostly the revision was forgotten.`,
  kinds: ["BootAction"],
  check: (item) =>
    assetsOf(item).flatMap(({ path, tree }) =>
      Object.entries(mapAt(tree, "packages") ?? {}).flatMap(([wanted, text]): Finding[] => {
        const field = memberPath(`${path}.packages`, wanted);
        if (!name.test(wanted)) {
          return [{ field, message: `${shown(wanted)} is no name of a package`, hint: "write the name alone" }];
        }
        if (typeof text !== "string" || text === "") return [];
        const match = version.exec(text);
        if (match?.groups?.revision !== undefined) return [];
        const message = `found version ${shown(text)}, expected (epoch:)upstream-revision`;
        return match === null
          ? [{ field, message, hint: "write one version such as 1:2.3.4-1, or nothing for any" }]
          : [{ field, severity: "warning", message, hint: "add the revision, such as -1, if the package has one" }];
      }),
    ),
};
