import { bytesText, parseBytes } from "../../design/size.ts";
import type { TreeMap } from "../../design/tree.ts";
import { type BuiltHardware, type DeviceSearch, type FoundDevice, findDevice } from "../find-device.ts";
import { mapsAt, textAt } from "../read-tree.ts";
import { alike, saysSame } from "./alike.ts";
import { type Finding, type Looked, NOTHING, together } from "./difference.ts";

const SHOWN = 8;

/** Looks each alias of a profile up in a machine: it must name exactly one device, which those in `used` can't be without, and be what the profile says of it. */
export function compareAliases(profile: TreeMap, built: BuiltHardware, used: ReadonlySet<string>): Looked {
  return together(mapsAt(profile, "device_aliases").map((alias) => compareAlias(alias, built, used)));
}

function compareAlias(alias: TreeMap, built: BuiltHardware, used: ReadonlySet<string>): Looked {
  const name = textAt(alias, "alias");
  const path = `device_aliases[${JSON.stringify(name)}]`;
  const search = findDevice(alias, built);
  if (search === undefined) return NOTHING;
  const [device, ...more] = search.found;
  if (device === undefined || more.length > 0) {
    const finding: Finding = {
      field: `${path}.${search.field}`,
      designed: search.designed,
      built: device === undefined ? "" : `${search.found.length} devices`,
      message: `alias ${name}: ${misfit(search)}`,
      weight: used.has(name) ? "needed" : "plain",
    };
    return { findings: [finding], untold: [] };
  }
  const text = (field: string, value: string, what: string, same: (one: string, other: string) => boolean): Looked => {
    const designed = textAt(alias, field);
    if (designed === "") return NOTHING;
    if (value === "") return { findings: [], untold: [`${path}.${field}`] };
    if (same(designed, value)) return NOTHING;
    const message = `alias ${name}: ${what} ${value}, not ${designed}`;
    return { findings: [{ field: `${path}.${field}`, designed, built: value, message, weight: "plain" }], untold: [] };
  };
  return together([
    text("dev_type", device.text, `${search.wanted} is`, alike),
    text("firmware_version", device.firmwareVersion, `the firmware of ${search.wanted} is`, saysSame),
    size(alias, name, path, search, device),
  ]);
}

/** A disk is as large as designed when it differs by no more than 1 %: makers round, and controllers keep a little. */
function size(alias: TreeMap, name: string, path: string, { wanted }: DeviceSearch, device: FoundDevice): Looked {
  const designed = textAt(alias, "size");
  const bytes = parseBytes(designed);
  if (bytes === undefined) return NOTHING;
  const built = device.sizeBytes === "" ? undefined : parseBytes(device.sizeBytes);
  if (built === undefined) return { findings: [], untold: [`${path}.size`] };
  const off = built > bytes ? built - bytes : bytes - built;
  if (off * 100n <= bytes) return NOTHING;
  const message = `alias ${name}: ${wanted} has ${bytesText(built)}, not ${designed}`;
  return {
    findings: [{ field: `${path}.size`, designed, built: device.sizeBytes, message, weight: "plain" }],
    untold: [],
  };
}

function misfit({ found, wanted, others }: DeviceSearch): string {
  if (found.length > 0) return `${found.length} devices fit, and it must be one: ${wanted}`;
  const shown = others.slice(0, SHOWN).join(", ") + (others.length > SHOWN ? ", …" : "");
  return `no ${wanted} (${shown === "" ? "nothing of that sort was found" : `found ${shown}`})`;
}
