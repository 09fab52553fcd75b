import type { Form } from "../http/form.ts";
import type { Machine } from "../machine.ts";
import { parseSize } from "../size.ts";
import type { SimState } from "../state.ts";
import type { BlockDevice } from "./device.ts";
import { applyLayout, EFI_SIZE, LAYOUTS, type LayoutOptions, refused } from "./layout.ts";

/** The parameters of `op=set_storage_layout`. */
export const STORAGE_LAYOUT_FIELDS = [
  ...["storage_layout", "boot_size", "root_size", "root_device", "vg_name", "lv_name", "lv_size"],
  ...["cache_device", "cache_mode", "cache_size", "cache_no_part"],
];

const MIN_ROOT = 3 * 1024 ** 3;
const MIN_BOOT = 512 * 1024 ** 2;
const MIN_CACHE = 4 * 1024 ** 2;
const CACHE_MODES = ["writeback", "writethrough", "writearound"] as const;

/** Reads the parameters and replaces the storage configuration. Throws a 400. */
export function setStorageLayout(state: SimState, machine: Machine, form: Form): void {
  const name = form.required("storage_layout");
  const layout = LAYOUTS.find((candidate) => candidate === name);
  if (name !== undefined && layout === undefined)
    form.fail("storage_layout", notOneOf(name, "storage layout", LAYOUTS));
  form.check();
  if (layout === undefined) return;
  if (layout === "custom") throw refused(layout, "No custom storage layout configuration found");
  if (layout === "vmfs6" || layout === "vmfs7") throw refused(layout, "The simulator has no image of VMware ESXi.");
  applyLayout(state, machine, layout, readOptions(machine, form));
}

function readOptions(machine: Machine, form: Form): LayoutOptions {
  const disk = machine.disks.get(machine.bootDiskId ?? -1)?.size ?? 0;
  const most = disk - EFI_SIZE;
  const bootSize = sizeField(form, "boot_size", most, MIN_BOOT, most - MIN_ROOT);
  const rootSize = sizeField(form, "root_size", most, MIN_ROOT, most - MIN_BOOT);
  const root = rootSize ?? most - (bootSize ?? 0);
  const lvSize = sizeField(form, "lv_size", root, MIN_ROOT, root);
  const rootDevice = diskField(machine, form, "root_device", () => true);
  const cacheDevice = diskField(machine, form, "cache_device", ({ id }) => id !== machine.bootDiskId);
  const cacheSize = sizeField(form, "cache_size", cacheDevice?.size ?? 0, MIN_CACHE, cacheDevice?.size ?? disk);
  const cacheMode = form.choice("cache_mode", CACHE_MODES);
  const cacheNoPart = form.boolean("cache_no_part") ?? false;
  if (cacheNoPart && cacheSize !== undefined) {
    form.fail("cache_size", "Cannot use cache_size and cache_no_part at the same time.");
  }
  if (rootSize !== undefined && EFI_SIZE + (bootSize ?? 0) + rootSize > disk) {
    form.fail(
      "__all__",
      "Size of the boot partition and root partition are larger than the available space on the boot disk.",
    );
  }
  form.check();
  const [vgName, lvName] = [form.text("vg_name"), form.text("lv_name")];
  return {
    ...(bootSize !== undefined && { bootSize }),
    ...(rootSize !== undefined && { rootSize }),
    ...(lvSize !== undefined && { lvSize }),
    ...(rootDevice !== undefined && { rootDevice }),
    ...(vgName && { vgName }),
    ...(lvName && { lvName }),
    ...(cacheDevice !== undefined && { cacheDevice }),
    ...(cacheSize !== undefined && { cacheSize }),
    ...(cacheMode !== undefined && { cacheMode }),
    cacheNoPart,
  };
}

/** Bytes, or a percentage of `whole`. */
function sizeField(form: Form, field: string, whole: number, min: number, max: number): number | undefined {
  const source = form.text(field);
  if (!source) return undefined;
  const share = /^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(source)?.[1];
  const size = share === undefined ? parseSize(source) : Math.floor((whole * Number(share)) / 100);
  if (size === undefined) form.fail(field, "Enter a valid value.");
  else if (size < min) form.fail(field, `Size is too small. Minimum size is ${min}.`);
  else if (size > max) form.fail(field, `Size is too large. Maximum size is ${max}.`);
  else return size;
  return undefined;
}

function diskField(
  machine: Machine,
  form: Form,
  field: string,
  fits: (device: BlockDevice) => boolean,
): BlockDevice | undefined {
  const source = form.text(field);
  if (!source) return undefined;
  const choices = [...machine.disks.values()].filter((device) => device.type === "physical" && fits(device));
  const device = choices.find(({ id }) => String(id) === source);
  if (device === undefined)
    form.fail(
      field,
      notOneOf(
        source,
        field,
        choices.map(({ id }) => String(id)),
      ),
    );
  return device;
}

function notOneOf(value: string, what: string, choices: readonly string[]): string {
  return `'${value}' is not a valid ${what}.  It should be one of: ${choices.map((choice) => `'${choice}'`).join(", ")}.`;
}
