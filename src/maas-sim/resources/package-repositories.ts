import { invalidFields, noSuch } from "../http/api-error.ts";
import { json, noContent } from "../http/reply.ts";
import { type Call, create, type Resource, read, remove, update } from "../http/resource.ts";
import { COMPONENTS, MAIN_ARCHES, POCKETS, PORTS_ARCHES, type Repository } from "../names/repository.ts";
import { API } from "../views/network-view.ts";

const FIELDS = [
  ...["name", "url", "distributions", "disabled_pockets", "disabled_components", "disable_sources"],
  ...["components", "arches", "key", "enabled"],
];
const EMPTY = ["", "None", "[]"];

function repositoryView(repository: Repository) {
  return {
    id: repository.id,
    name: repository.name,
    url: repository.url,
    distributions: repository.distributions,
    disabled_pockets: repository.disabledPockets,
    disabled_components: repository.disabledComponents,
    disable_sources: repository.disableSources,
    components: repository.components,
    arches: repository.arches,
    key: repository.key,
    enabled: repository.enabled,
    resource_uri: `${API}/package-repositories/${repository.id}/`,
  };
}

function find(call: Call): Repository {
  const specifier = call.arg("id");
  const all = [...call.sim.state.repositories.values()];
  const found = all.find(({ id, name }) => String(id) === specifier || `name:${name}` === specifier);
  if (found === undefined) throw noSuch("PackageRepository");
  return found;
}

function announce(call: Call, repository: Repository): void {
  const { repositories } = call.sim.state;
  const view = () => (repositories.has(repository.id) ? repositoryView(repository) : null);
  call.writes("package-repository", repository.name, view);
}

/** The values of a field, sent as repeated keys or with commas between them; undefined when it was not sent. */
function values({ form }: Call, field: string): string[] | undefined {
  if (!form.has(field)) return undefined;
  const found = form.list(field).flatMap((value) => value.split(",").map((part) => part.trim()));
  return found.every((value) => EMPTY.includes(value)) ? [] : found;
}

function among(call: Call, field: string, choices: readonly string[], message: (value: string) => string) {
  const found = values(call, field);
  const wrong = found?.find((value) => !choices.includes(value));
  if (wrong !== undefined) call.form.fail(field, message(wrong));
  return found;
}

/** Checks the fields of a new or existing repository. Throws a 400. */
function checked(call: Call, self: Repository | undefined): Omit<Repository, "id" | "isDefault"> {
  const { form, sim } = call;
  const name = (self === undefined ? form.required("name") : form.text("name")) || self?.name || "";
  if (name.length > 41) form.fail("name", `Ensure this value has at most 41 characters (it has ${name.length}).`);
  const other = [...sim.state.repositories.values()].find((each) => each.name === name);
  if (other !== undefined && other !== self) form.fail("name", "Package repository with this Name already exists.");
  const url = (self === undefined ? form.required("url") : form.text("url")) || self?.url || "";
  if (url !== "" && !/^(?:https?|ftps?):\/\/[^\s/]+(?:\/\S*)?$|^ppa:\S+\/\S+$/.test(url)) {
    form.fail("url", "Enter a valid repository URL or PPA location.");
  }
  const known = [...MAIN_ARCHES, ...PORTS_ARCHES];
  const arches = among(call, "arches", known, (value) => {
    return `'${value}' is not a valid architecture. Known architectures: ${[...known].sort().join(", ")}`;
  });
  const pockets = among(call, "disabled_pockets", POCKETS, (value) => {
    return `'${value}' is not a valid Ubuntu archive pocket. You can only disable [${quoted(POCKETS)}].`;
  });
  const left = among(call, "disabled_components", COMPONENTS, (value) => {
    return `'${value}' is not a valid Ubuntu archive component. You can only disable [${quoted(COMPONENTS)}].`;
  });
  const isDefault = self?.isDefault === true;
  if (!isDefault && left !== undefined && left.length > 0) {
    form.fail("disabled_components", "This is a custom repository. Please update 'components' instead.");
  }
  const components = values(call, "components");
  if (isDefault && components !== undefined && components.length > 0) {
    const message = "This is a default Ubuntu repository. Please update 'disabled_components' instead.";
    form.fail("components", message);
  }
  const enabled = form.boolean("enabled") ?? self?.enabled ?? true;
  if (isDefault && !enabled) form.fail("__all__", "Default repositories may not be disabled.");
  const disableSources = form.boolean("disable_sources") ?? self?.disableSources ?? false;
  form.check();
  const usual = name === "ports_archive" ? PORTS_ARCHES : MAIN_ARCHES;
  return {
    name,
    url,
    distributions: values(call, "distributions") ?? self?.distributions ?? [],
    disabledPockets: pockets ?? self?.disabledPockets ?? [],
    disabledComponents: left ?? self?.disabledComponents ?? [],
    disableSources,
    components: components ?? self?.components ?? [],
    arches: arches === undefined ? (self?.arches ?? usual) : arches.length === 0 ? usual : arches,
    key: form.text("key") ?? self?.key ?? "",
    enabled,
  };
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(", ");
}

/** `package-repositories/` and `package-repositories/{id}/`. */
export const repositoryResources: readonly Resource[] = [
  {
    handler: "PackageRepositoriesHandler",
    path: "package-repositories/",
    actions: [
      read([], ({ sim }) => json([...sim.state.repositories.values()].map(repositoryView))),
      create(FIELDS, (call) => {
        const { state } = call.sim;
        const fields = checked(call, undefined);
        const repository: Repository = { id: state.nextId("repository"), isDefault: false, ...fields };
        announce(call, repository);
        state.repositories.set(repository.id, repository);
        return json(repositoryView(repository));
      }),
    ],
  },
  {
    handler: "PackageRepositoryHandler",
    path: "package-repositories/{id}/",
    actions: [
      read([], (call) => json(repositoryView(find(call)))),
      update(FIELDS, (call) => {
        const repository = find(call);
        const fields = checked(call, repository);
        announce(call, repository);
        Object.assign(repository, fields);
        return json(repositoryView(repository));
      }),
      remove([], (call) => {
        const repository = find(call);
        if (repository.isDefault) throw invalidFields({ __all__: ["Cannot delete default Ubuntu archives."] });
        announce(call, repository);
        call.sim.state.repositories.delete(repository.id);
        return noContent();
      }),
    ],
  },
];
