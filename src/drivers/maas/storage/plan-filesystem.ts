import type { Action } from "../action.ts";
import type { FormField } from "../client/request.ts";
import type { Filesystem } from "./filesystem.ts";
import type { WantedFilesystem, WantedUse } from "./wanted-storage.ts";

/** The place a file system is made on. */
export interface FilesystemHolder {
  /** For people, such as "partition logs of disk sda". */
  readonly label: string;
  /** Path of the file system in the specification. */
  readonly field: string;
  /** Path of the requests; undefined while the place is not there yet. */
  readonly path: string | undefined;
  readonly present: Filesystem | undefined;
  readonly use: WantedUse;
}

/** What the file system of a place comes to; taking away goes before making, on all places. */
export interface FilesystemPlan {
  readonly clears: readonly Action[];
  readonly makes: readonly Action[];
}

const DEFAULT_TYPE = "ext4";

/** Types that are used without a place in the tree of directories. */
const UNPLACED: ReadonlySet<string> = new Set(["swap"]);

/**
 * Makes, mounts or removes the file system of a place. Type, options, label and id are compared only as far as they are said; a
 * new file system without type is ext4. A place that is to hold none is unformatted.
 */
export function planFilesystem(holder: FilesystemHolder): FilesystemPlan {
  const { present, use } = holder;
  if (use.kind !== "filesystem") {
    if (present === undefined) return { clears: [], makes: [] };
    return { clears: [...unmount(holder), act(holder, "unformat", present.fstype, "", [], true)], makes: [] };
  }
  const wanted = use.filesystem;
  const fstype = wanted.fstype || (present?.fstype ?? DEFAULT_TYPE);
  const mountPoint = UNPLACED.has(fstype) ? "none" : placeOf(wanted);
  const isSame =
    present?.fstype === fstype &&
    (wanted.fsLabel === "" || present.label === wanted.fsLabel) &&
    (wanted.fsUuid === "" || sameUuid(present.uuid, wanted.fsUuid));
  const hasOptions = wanted.mountOptions === "" || normal(present?.mountOptions ?? "") === normal(wanted.mountOptions);
  const isMounted = isSame && present.mountPoint === mountPoint && (mountPoint === "" || hasOptions);
  if (isMounted) return { clears: [], makes: [] };
  const makes: Action[] = [];
  if (!isSame) {
    const form: FormField[] = [["fstype", fstype]];
    if (wanted.fsLabel !== "") form.push(["label", wanted.fsLabel]);
    if (wanted.fsUuid !== "") form.push(["uuid", wanted.fsUuid]);
    makes.push(act(holder, "format", present?.fstype ?? "", fstype, form, present !== undefined));
  }
  if (mountPoint !== "") {
    const form: FormField[] = [["mount_point", mountPoint]];
    if (wanted.mountOptions !== "") form.push(["mount_options", wanted.mountOptions]);
    const options = wanted.mountOptions === "" ? "" : ` with ${wanted.mountOptions}`;
    makes.push(act(holder, "mount", "", `mounted at ${mountPoint}${options}`, form, false));
  }
  return { clears: unmount(holder), makes };
}

/** Where a file system other than swap space is to be mounted; empty for nowhere. */
export function placeOf({ mountpoint }: WantedFilesystem): string {
  if (mountpoint === "none") return "";
  return mountpoint.length > 1 ? mountpoint.replace(/\/+$/, "") : mountpoint;
}

function unmount(holder: FilesystemHolder): Action[] {
  const mountPoint = holder.present?.mountPoint ?? "";
  return mountPoint === "" ? [] : [act(holder, "unmount", `mounted at ${mountPoint}`, "", [], true)];
}

/** Unmounts what another place is to be mounted in the way of. */
export function unmountFor(label: string, path: string, mountPoint: string): Action {
  const before = `mounted at ${mountPoint}`;
  const request = { method: "POST", path, op: "unmount", form: [] } as const;
  return { object: label, action: "unmount", before, after: "", undoes: true, request };
}

function act(
  { label, field, path }: FilesystemHolder,
  action: string,
  before: string,
  after: string,
  form: readonly FormField[],
  undoes: boolean,
): Action {
  const request = path && { request: { method: "POST", path, op: action, form } as const };
  return { object: label, field, action, before, after, undoes, ...request };
}

function sameUuid(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function normal(options: string): string {
  return options === "defaults" ? "" : options;
}
