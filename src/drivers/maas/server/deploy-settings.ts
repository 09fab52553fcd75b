import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import { answeredList, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import type { FormField, MaasWrite } from "../client/request.ts";
import { rejected } from "../driver-error.ts";
import { hostname } from "./find-machine.ts";
import { DIGEST_ANNOTATION, type Machine, OPERATION_ANNOTATION } from "./machine.ts";
import { planMarks, readMarks } from "./marks.ts";

/** A tag as MAAS has it. */
export interface Tag {
  readonly name: string;
  /** Not empty for a tag whose machines MAAS picks by itself. */
  readonly definition: string;
  readonly comment: string;
  readonly kernelOpts: string;
}

/** Reads the tags of a MAAS. */
export async function readTags(client: MaasClient): Promise<Tag[]> {
  const tags = answeredList(await client.get({ path: "tags/" }), "tags/", client.target.instance);
  return tags.map((tag) => ({
    name: text(tag.name),
    definition: text(tag.definition),
    comment: text(tag.comment),
    kernelOpts: text(tag.kernel_opts),
  }));
}

/** By this a tag that carries a node's kernel parameters is known as Bedplate's own. */
const KERNEL_COMMENT = "bedplate: kernel parameters";

/** The kernel reads a number of huge pages as one of the size named last, so the two go together, the size first. */
const FIRST = ["hugepagesz", "hugepages"];

/**
 * Kernel parameters as a command line: the size of huge pages and their number first, the others in the order of their names. A value of "true" or "True"
 * is a bare flag (Drydock's reference, section 4.7).
 */
export function kernelCommandLine(params: Readonly<Record<string, string>>): string {
  const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return Object.entries(params)
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([name, value]) => {
      if (value === "true" || value === "True" || value === "") return name;
      return `${name}=${/\s/.test(value) ? `"${value}"` : value}`;
    })
    .join(" ");
}

/** The tag that carries a node's kernel parameters: MAAS has them on tags only. */
export function kernelTag(node: string): string {
  return `${hostname(node).replace(/[^\w-]/g, "-")}_kp`;
}

/**
 * The tags of a machine and the one that carries its kernel parameters. Tags the specification does not name stay, except those Bedplate itself put on, and a kernel parameter
 * tag that is not wanted any more.
 */
export function planTags(machine: Machine, tags: readonly Tag[], spec: ServerSpec): Action[] {
  const own = kernelTag(spec.identity?.name ?? "");
  const options = kernelCommandLine(spec.kernelParams);
  const actions: Action[] = [];
  const wanted = [...new Set(spec.tags)].map((name) => ({ name, options: undefined as string | undefined }));
  if (options !== "") wanted.push({ name: own, options });
  for (const { name, options: kernelOpts } of wanted) {
    const field = kernelOpts === undefined ? "tags" : "kernel_params";
    const tag = tags.find((candidate) => candidate.name === name);
    const isOn = machine.tags.includes(name);
    if (tag === undefined) {
      const form: FormField[] = [["name", name]];
      if (kernelOpts !== undefined) form.push(["kernel_opts", kernelOpts], ["comment", KERNEL_COMMENT]);
      actions.push(act(`tag ${name}`, "create", kernelOpts ?? "", { method: "POST", path: "tags/", form }, field));
    } else if (kernelOpts !== undefined && tag.kernelOpts !== kernelOpts) {
      const form: FormField[] = [["kernel_opts", kernelOpts]];
      actions.push(
        act(`tag ${name}`, "update", kernelOpts, { method: "PUT", path: tagPath(name), form }, field, tag.kernelOpts),
      );
    }
    if (isOn) continue;
    if (tag !== undefined && tag.definition !== "") {
      throw rejected(
        `MAAS picks the machines of tag ${name} by a definition, and ${machine.hostname} is none of them`,
        {
          subject: machine.hostname,
          hint: "take the tag out of the design, or its definition out of MAAS",
        },
      );
    }
    const request: MaasWrite = {
      method: "POST",
      path: tagPath(name),
      op: "update_nodes",
      form: [["add", machine.systemId]],
    };
    actions.push(act(`machine ${machine.hostname}`, "tag", `tag ${name}`, request, field));
  }
  if (options === "") actions.push(...dropKernelTag(machine, tags, own));
  const dropped = [...readMarks(machine).tags].filter((tag) => !spec.tags.includes(tag));
  return [...actions, ...untag(machine, dropped)];
}

/** Takes back, before a machine is released, the tags Bedplate put on it: MAAS keeps those, while it forgets who put them on. */
export function planUntagged(machine: Machine, tags: readonly Tag[], spec: ServerSpec): Action[] {
  const own = kernelTag(spec.identity?.name ?? "");
  return [...untag(machine, [...readMarks(machine).tags]), ...dropKernelTag(machine, tags, own)];
}

function untag(machine: Machine, names: readonly string[]): Action[] {
  return names
    .filter((name) => machine.tags.includes(name))
    .sort()
    .map((name) => untagAction(machine, name, "tags"));
}

/** A tag of ours is of no use to any other machine. */
function dropKernelTag(machine: Machine, tags: readonly Tag[], own: string): Action[] {
  if (!machine.tags.includes(own)) return [];
  const tag = tags.find(({ name }) => name === own);
  if (tag?.comment !== KERNEL_COMMENT) return [untagAction(machine, own, "kernel_params")];
  return [act(`tag ${own}`, "delete", "", { method: "DELETE", path: tagPath(own) }, "kernel_params", tag.kernelOpts)];
}

function untagAction(machine: Machine, name: string, field: string): Action {
  const form: FormField[] = [["remove", machine.systemId]];
  const request: MaasWrite = { method: "POST", path: tagPath(name), op: "update_nodes", form };
  return act(`machine ${machine.hostname}`, "untag", "", request, field, `tag ${name}`);
}

/** The annotations a machine gets before it is deployed: the specification's, its digest, the operation, and what Bedplate sets on it. */
export function planAnnotations(machine: Machine, spec: ServerSpec, operationId: string): Action[] {
  const dropped = [...readMarks(machine).keys].filter((key) => !(key in spec.ownerData));
  const wanted = {
    ...Object.fromEntries(dropped.map((key) => [key, ""])),
    ...spec.ownerData,
    [DIGEST_ANNOTATION]: spec.specDigest,
    [OPERATION_ANNOTATION]: operationId,
  };
  const form = Object.entries(wanted)
    .filter(([name, value]) => (machine.annotations[name] ?? "") !== value)
    .concat(planMarks(machine, spec).map(([name, value]) => [name, value]))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (form.length === 0) return [];
  const path = `machines/${machine.systemId}/`;
  const after = form.map(([name]) => name).join(", ");
  return [
    act(
      `machine ${machine.hostname}`,
      "annotate",
      after,
      { method: "POST", path, op: "set_workload_annotations", form },
      "owner_data",
    ),
  ];
}

/** The request that installs a machine. It carries the node's user data. */
export function deployWrite(machine: Machine, spec: ServerSpec): MaasWrite {
  const form: FormField[] = [];
  if (spec.image !== "") form.push(["distro_series", spec.image]);
  if (spec.kernel !== "") form.push(["hwe_kernel", spec.kernel]);
  if (spec.userData !== "") form.push(["user_data", Buffer.from(spec.userData, "utf8").toString("base64")]);
  return { method: "POST", path: `machines/${machine.systemId}/`, op: "deploy", form };
}

/** How a plan shows that a machine is installed. */
export function deployAction(name: string, spec: ServerSpec): Action {
  const parameters = kernelCommandLine(spec.kernelParams);
  const said = [
    `image ${spec.image || "of MAAS's choice"}`,
    spec.kernel && `kernel ${spec.kernel}`,
    parameters && `parameters ${parameters}`,
    spec.tags.length > 0 && `tags ${spec.tags.join(", ")}`,
  ];
  return {
    object: `machine ${name}`,
    field: "image",
    action: "deploy",
    before: "",
    after: said.filter(Boolean).join(", "),
  };
}

function act(object: string, action: string, after: string, request: MaasWrite, field: string, before = ""): Action {
  return { object, field, action, before, after, request };
}

function tagPath(name: string): string {
  return `tags/${encodeURIComponent(name)}/`;
}
