import type { FilesystemSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import type { FormField } from "../client/request.ts";
import type { Filesystem } from "./block-device.ts";

/** The place a file system is made on. */
export interface FilesystemHolder {
  /** For people, such as "partition logs of disk sda". */
  readonly label: string;
  /** Path of the file system in the specification; undefined when no single field says it. */
  readonly field?: string;
  /** Path of the requests; undefined while the place is not there yet. */
  readonly path: string | undefined;
  readonly present: Filesystem | undefined;
}

const DEFAULT_TYPE = "ext4";

/**
 * Makes, mounts or removes the file system of a place. Type, label and id are compared only as far as they are said; a file
 * system without type is ext4. Formatting unmounts, so mounting follows it.
 */
export function planFilesystem(holder: FilesystemHolder, wanted: FilesystemSpec | undefined): Action[] {
  const { present } = holder;
  if (wanted === undefined) {
    if (present === undefined) return [];
    const unmount = present.mountPoint === "" ? [] : [act(holder, "unmount", `mounted at ${present.mountPoint}`, "")];
    return [...unmount, act(holder, "unformat", present.fstype, "")];
  }
  const fstype = wanted.fstype || DEFAULT_TYPE;
  const mountPoint = fstype === "swap" ? "none" : wanted.mountpoint;
  const options = normalOptions(wanted.mountOptions);
  const isSame =
    present?.fstype === fstype &&
    (wanted.fsLabel === "" || present.label === wanted.fsLabel) &&
    (wanted.fsUuid === "" || present.uuid.toLowerCase() === wanted.fsUuid.toLowerCase());
  const isMounted =
    isSame &&
    present.mountPoint === mountPoint &&
    (mountPoint === "" || normalOptions(present.mountOptions) === options);
  if (isMounted) return [];
  const actions: Action[] = [];
  if (!isSame) {
    const form: FormField[] = [["fstype", fstype]];
    if (wanted.fsLabel !== "") form.push(["label", wanted.fsLabel]);
    if (wanted.fsUuid !== "") form.push(["uuid", wanted.fsUuid]);
    actions.push(act(holder, "format", present?.fstype ?? "", fstype, form, present !== undefined));
  } else if (present.mountPoint !== "") {
    actions.push(act(holder, "unmount", `mounted at ${present.mountPoint}`, ""));
  }
  if (mountPoint !== "") {
    const form: FormField[] = [["mount_point", mountPoint]];
    if (options !== "") form.push(["mount_options", options]);
    actions.push(act(holder, "mount", "", `mounted at ${mountPoint}`, form, false));
  }
  return actions;
}

function act(
  { label, field, path }: FilesystemHolder,
  action: string,
  before: string,
  after: string,
  form: readonly FormField[] = [],
  undoes = true,
): Action {
  return {
    object: label,
    ...(field !== undefined && { field }),
    action,
    before,
    after,
    undoes,
    ...(path && { request: { method: "POST", path, op: action, form } }),
  };
}

function normalOptions(options: string): string {
  return options === "defaults" ? "" : options;
}
