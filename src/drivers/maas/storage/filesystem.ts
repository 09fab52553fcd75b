import { object, text } from "../client/json.ts";

/** A file system as MAAS has it. */
export interface Filesystem {
  readonly fstype: string;
  readonly label: string;
  readonly uuid: string;
  /** Empty when it is not mounted. */
  readonly mountPoint: string;
  readonly mountOptions: string;
}

/** What MAAS shows in place of a file system on what belongs to a group, an array or a cache. */
const MEMBER_TYPES: ReadonlySet<string> = new Set([
  "lvm-pv",
  "raid",
  "raid-spare",
  "bcache-cache",
  "bcache-backing",
  "vmfs6",
  "vmfs7",
]);

/** Reads a file system that can be mounted; undefined for none and for a membership. */
export function readFilesystem(value: unknown): Filesystem | undefined {
  const json = object(value);
  const fstype = text(json.fstype);
  if (fstype === "" || MEMBER_TYPES.has(fstype)) return undefined;
  return {
    fstype,
    label: text(json.label),
    uuid: text(json.uuid),
    mountPoint: text(json.mount_point),
    mountOptions: text(json.mount_options),
  };
}

/** Whether a device or partition holds a datastore of VMware, which only another layout removes. */
export function isDatastore(value: unknown): boolean {
  return /^vmfs/i.test(text(object(value).fstype));
}
