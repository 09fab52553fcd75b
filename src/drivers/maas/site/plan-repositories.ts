import { createHash } from "node:crypto";
import type { RepositorySpec, SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { Action, ActionPlan } from "../action.ts";
import type { FormField } from "../client/request.ts";
import { invalidField } from "../driver-error.ts";
import { onlyField } from "../field.ts";
import type { NameState, Repository } from "./read-names.ts";

/** Ubuntu's own archives. MAAS can't be without them, and says of them what is left out rather than what is used. */
const ARCHIVES: readonly string[] = ["main_archive", "ports_archive"];
/** Pockets MAAS can leave out of any repository, and components it can leave out of Ubuntu's archives. */
const POCKETS: readonly string[] = ["updates", "security", "backports"];
const COMPONENTS: readonly string[] = ["restricted", "universe", "multiverse"];
/** What is in any archive and can't be left out. */
const ALWAYS: readonly string[] = ["main", "release", ""];
const MAX_NAME = 41;

/** What MAAS's fields are called in the specification. */
const FIELDS: Readonly<Record<string, string>> = {
  ...{ url: "url", arches: "arches", distributions: "distributions", components: "components", key: "key" },
  ...{ disabled_pockets: "pockets", disabled_components: "components", enabled: "name" },
};

/**
 * The package repositories, found by name. What the specification says nothing of stays as MAAS has it. Others are removed when the specification
 * says that unlisted ones are, or with prune when it lists any; Ubuntu's own archives never.
 */
export function planRepositories(state: NameState, spec: SiteSpec): ActionPlan {
  const notes: string[] = [];
  const wanted = spec.repositories.flatMap((repository, index) => {
    requireApt(repository, index);
    for (const pocket of repository.pockets) {
      if (POCKETS.includes(pocket) || ALWAYS.includes(pocket)) continue;
      notes.push(`pocket ${pocket} of repository ${repository.name} is left out: MAAS knows ${POCKETS.join(", ")}`);
    }
    return planRepository(
      state.repositories.find(({ name }) => name === repository.name),
      repository,
    );
  });
  const removes = spec.removeUnlistedRepositories || (spec.prune && spec.repositories.length > 0);
  if (!removes) return { actions: wanted, notes };
  const listed = new Set([...ARCHIVES, ...spec.repositories.map(({ name }) => name)]);
  const gone = state.repositories
    .filter(({ name }) => !listed.has(name))
    .map(
      ({ id, name, url }): Action => ({
        object: `repository ${name}`,
        action: "delete",
        before: `url ${url}`,
        after: "",
        undoes: true,
        request: { method: "DELETE", path: `package-repositories/${id}/` },
      }),
    );
  return { actions: [...wanted, ...gone], notes };
}

function requireApt({ name, type }: RepositorySpec, index: number): void {
  const path = `spec.repositories[${index}]`;
  if (type !== "" && type !== "apt") {
    throw invalidField(
      `${path}.type`,
      `repository "${name}" is of type ${type}, and MAAS has repositories of Debian packages (apt) only`,
      "take the repository out of the design, or set it up in the image",
    );
  }
  if (name.length <= MAX_NAME) return;
  throw invalidField(
    `${path}.name`,
    `the name of repository "${name}" is longer than the ${MAX_NAME} characters MAAS takes`,
    "shorten it",
  );
}

/** A value of MAAS: a text, or a list in which order doesn't matter. */
type Value = string | readonly string[];

function planRepository(present: Repository | undefined, wanted: RepositorySpec): Action[] {
  const isArchive = ARCHIVES.includes(wanted.name);
  const rest = (all: readonly string[], used: readonly string[]) =>
    used.length === 0 ? undefined : all.filter((each) => !used.includes(each));
  const some = (values: readonly string[]) => (values.length === 0 ? undefined : values);
  const fields: Readonly<Record<string, Value | undefined>> = {
    url: wanted.url || undefined,
    arches: some(wanted.arches),
    distributions: some(wanted.distributions),
    disabled_pockets: rest(POCKETS, wanted.pockets),
    disabled_components: isArchive ? rest(COMPONENTS, wanted.components) : undefined,
    components: isArchive ? undefined : some(wanted.components),
    key: wanted.key === "" ? undefined : trimmedKey(wanted.key),
  };
  const now: Readonly<Record<string, Value>> | undefined = present && {
    url: present.url,
    arches: present.arches,
    distributions: present.distributions,
    disabled_pockets: present.disabledPockets,
    disabled_components: present.disabledComponents,
    components: present.components,
    key: trimmedKey(present.key),
    enabled: String(present.enabled),
  };
  const form: FormField[] = [];
  const before: string[] = [];
  const after: string[] = [];
  for (const [name, value] of Object.entries({ ...fields, ...(present && { enabled: "true" }) })) {
    const old: Value = now?.[name] ?? (typeof value === "string" ? "" : []);
    if (value === undefined || comparable(name, value) === comparable(name, old)) continue;
    form.push([name, asText(value)]);
    before.push(`${name} ${shown(name, old)}`);
    after.push(`${name} ${shown(name, value)}`);
  }
  const object = `repository ${wanted.name}`;
  if (present === undefined) {
    const made: FormField[] = [["name", wanted.name], ...form];
    const request = { method: "POST", path: "package-repositories/", form: made } as const;
    return [{ object, field: "name", action: "create", before: "", after: after.join(", "), request }];
  }
  if (form.length === 0) return [];
  return [
    {
      object,
      field: onlyField(form, FIELDS, ""),
      action: "update",
      before: before.join(", "),
      after: after.join(", "),
      undoes: true,
      request: { method: "PUT", path: `package-repositories/${present.id}/`, form },
    },
  ];
}

function comparable(name: string, value: Value): string {
  if (typeof value !== "string") return [...new Set(value)].filter(Boolean).sort().join(",");
  return name === "url" ? value.replace(/\/+$/, "") : value;
}

function asText(value: Value): string {
  return typeof value === "string" ? value : value.join(",");
}

function trimmedKey(key: string): string {
  return key.replaceAll("\r\n", "\n").trim();
}

/** A value for people; of a key only its digest. */
function shown(name: string, value: Value): string {
  if (value.length === 0) return "-";
  if (typeof value !== "string") return value.join(",");
  return name === "key" ? `sha256:${createHash("sha256").update(value).digest("hex").slice(0, 12)}` : value;
}
