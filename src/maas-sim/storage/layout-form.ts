import { badRequest } from "../http/api-error.ts";
import type { Form } from "../http/form.ts";
import type { Machine } from "../machine.ts";
import { parseSize } from "../size.ts";
import type { SimState } from "../state.ts";
import { applyLayout, type BuiltLayout, LAYOUTS, type LayoutOptions } from "./layout.ts";

/** The parameters of `op=set_storage_layout`. */
export const STORAGE_LAYOUT_FIELDS = [
  "storage_layout",
  "boot_size",
  "root_size",
  "root_device",
  "vg_name",
  "lv_name",
  "lv_size",
];

const MIN_ROOT = 3 * 1024 ** 3;
const MIN_BOOT = 512 * 1024 ** 2;

/** Reads the parameters and replaces the storage configuration. Throws a 400. */
export function setStorageLayout(state: SimState, machine: Machine, form: Form): void {
  const name = form.required("storage_layout");
  const layout = LAYOUTS.find((candidate) => candidate === name);
  if (name !== undefined && layout === undefined) {
    const choices = LAYOUTS.map((choice) => `'${choice}'`).join(", ");
    form.fail("storage_layout", `'${name}' is not a valid storage layout. It should be one of: ${choices}.`);
  }
  const options: LayoutOptions = {
    ...sizeField(form, "boot_size", "bootSize", MIN_BOOT),
    ...sizeField(form, "root_size", "rootSize", MIN_ROOT),
    ...sizeField(form, "lv_size", "lvSize", MIN_ROOT),
    ...rootDevice(machine, form),
    ...(form.text("vg_name") ? { vgName: form.text("vg_name") ?? "" } : {}),
    ...(form.text("lv_name") ? { lvName: form.text("lv_name") ?? "" } : {}),
  };
  form.check();
  if (layout === "flat" || layout === "lvm" || layout === "blank") {
    applyLayout(state, machine, layout satisfies BuiltLayout, options);
    return;
  }
  throw badRequest(`Failed to configure storage layout '${layout}': the simulator builds only flat, lvm and blank.`);
}

function sizeField<K extends string>(form: Form, field: string, key: K, min: number): { readonly [P in K]?: number } {
  const source = form.text(field);
  if (!source) return {};
  const size = parseSize(source);
  if (size === undefined) form.fail(field, "Enter a size in bytes, or with a suffix such as 100G.");
  else if (size !== 0 && size < min) form.fail(field, `Size is too small. Minimum size is ${min}.`);
  return (size ? { [key]: size } : {}) as { readonly [P in K]?: number };
}

function rootDevice(machine: Machine, form: Form): Pick<LayoutOptions, "rootDevice"> {
  const source = form.text("root_device");
  if (!source) return {};
  const device = [...machine.disks.values()].find(({ id, type }) => type === "physical" && String(id) === source);
  if (device === undefined) form.fail("root_device", `'${source}' is not a valid root device.`);
  return device === undefined ? {} : { rootDevice: device };
}
