import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** Packages can be fetched. */
export const packageRepository: ItemRule = {
  id: "package-repository",
  severity: "error",
  summary: "A package repository has a URL that a package manager can fetch from.",
  why: `Deployed nodes install their packages from these repositories, so one that can't be reached fails every deployment. The URL is that of the repository as a whole, such as \`https://archive.example/ubuntu\`, or a personal archive
\`ppa:OWNER/NAME\`.`,
  kinds: ["Site"],
  check: (item, context) =>
    membersAt(item.tree, "repositories").flatMap((repository): Finding[] => {
      const path = memberPath("repositories", textAt(repository, "name") ?? "");
      const url = textAt(repository, "url");
      if (url === undefined) {
        if (!context.isWhole(item, `${path}.url`)) return [];
        return [{ field: path, message: "the repository has no url", hint: "add url: https://…" }];
      }
      if (/^(?:https?|ftp):\/\/[^\s/]+\S*$/.test(url) || /^(?:ppa|file|copy|cdrom):\S+$/.test(url)) return [];
      const hint = "write an address such as https://archive.example/ubuntu";
      return [{ field: `${path}.url`, message: "found a text that is no address of a repository", hint }];
    }),
};
