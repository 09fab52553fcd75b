import type { RepositorySpecSchema } from "../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { TreeMap } from "../../design/tree.ts";
import { textAt, textsAt } from "../read-tree.ts";
import type { Init } from "./init.ts";
import { present } from "./present.ts";

type RepositoryInit = Init<typeof RepositorySpecSchema>;

/** The driver's form of a package repository of the site. */
export function repositorySpec(repository: TreeMap): RepositoryInit {
  return present<RepositoryInit>({
    name: textAt(repository, "name"),
    type: textAt(repository, "repo_type"),
    url: textAt(repository, "url"),
    arches: [...textsAt(repository, "arches")],
    distributions: [...textsAt(repository, "distributions")],
    pockets: [...textsAt(repository, "subrepos")],
    components: [...textsAt(repository, "components")],
    key: textAt(repository, "gpgkey"),
  });
}
