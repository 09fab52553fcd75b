import type { Reply } from "../http/reply.ts";
import { type Action, type Call, operation } from "../http/resource.ts";
import type { Machine } from "../machine.ts";
import { STATUS } from "../status.ts";
import type { Holder } from "../storage/device.ts";
import { FORMAT_FIELDS, format, MOUNT_FIELDS, mount, unformat, unmount } from "../storage/filesystem-form.ts";
import { machineForStorage } from "./machine-scope.ts";

/** How a resource finds what carries the filesystem, and shows it. */
export interface HolderScope<H extends Holder> {
  find(machine: Machine, call: Call): H;
  show(machine: Machine, holder: H, call: Call): Reply;
}

/** The operations block devices and partitions share: filesystems and tags. */
export function filesystemActions<H extends Holder>({ find, show }: HolderScope<H>): readonly Action[] {
  const action = (op: string, accepts: readonly string[], change: (machine: Machine, holder: H, call: Call) => void) =>
    operation(op, accepts, (call) => {
      // On a machine that is taken MAAS changes what the owner has, never how a disk is divided.
      const machine = machineForStorage(call, [STATUS.ALLOCATED]);
      const holder = find(machine, call);
      change(machine, holder, call);
      return show(machine, holder, call);
    });
  const tag =
    (add: boolean) =>
    (_machine: Machine, holder: H, { form }: Call) => {
      const name = form.required("tag");
      form.check();
      const others = holder.tags.filter((candidate) => candidate !== name);
      holder.tags = add && name !== undefined ? [...others, name] : others;
    };
  return [
    action("format", FORMAT_FIELDS, (machine, holder, { form }) => format(machine, holder, form)),
    action("unformat", [], (machine, holder) => unformat(machine, holder)),
    action("mount", MOUNT_FIELDS, (machine, holder, { form }) => mount(machine, holder, form)),
    action("unmount", [], (_machine, holder) => unmount(holder)),
    action("add_tag", ["tag"], tag(true)),
    action("remove_tag", ["tag"], tag(false)),
  ];
}
