import type { WantedDriver } from "./wanted-drivers.ts";

/** Where MAAS reads the file. */
export const DRIVERS_PATH = "/etc/maas/drivers.yaml";
/** Where a MAAS of the snap reads it. */
export const SNAP_DRIVERS_PATH = "/snap/maas/current/etc/maas/drivers.yaml";

const KEY_WIDTH = 76;

/** How the file gets to where MAAS reads it, line by line. */
export const PLACING: readonly string[] = [
  `Place it as ${DRIVERS_PATH} on every MAAS region host (as root; Bedplate has no way to). MAAS reads it again when it has changed: no restart is needed.`,
  `A MAAS of the snap reads ${SNAP_DRIVERS_PATH}, which can't be written: mount a file of yours over it`,
  `(mount --bind drivers.yaml ${SNAP_DRIVERS_PATH}), and again after each refresh of the snap.`,
  "It takes the place of the drivers MAAS comes with (hpvsa, hpdsa, snic): declare those you need in a hardware profile.",
  "MAAS must have enable_third_party_drivers on, as it has by default. It installs one driver on a machine: the first of the file that fits.",
];

/** The file MAAS reads its third party drivers from, with a head that says where it is from and where it goes. Equal drivers give an equal file. */
export function driversYaml(design: string, drivers: readonly WantedDriver[]): string {
  const head = [
    `Made by bedplate maas drivers-yaml from the hardware profiles of ${design}. Changes are lost when it is made again.`,
  ];
  const lines = [...head, ...PLACING].map((line) => `# ${line.replace(/\p{Cc}+/gu, " ")}`);
  if (drivers.length === 0) return [...lines, "drivers: []", ""].join("\n");
  return [...lines, "drivers:", ...drivers.flatMap(driverLines), ""].join("\n");
}

function driverLines(driver: WantedDriver): string[] {
  const { module, blacklist, comment, key, modaliases, repository, series } = driver;
  const lines = [
    ...(blacklist === "" ? [] : [`blacklist: ${text(blacklist)}`]),
    ...(comment === "" ? [] : [`comment: ${text(comment)}`]),
    // MAAS reads the key of every driver, and fails a deployment whose driver has none.
    key === "" ? 'key_binary: !!binary ""' : "key_binary: !!binary |",
    ...(key.match(new RegExp(`.{1,${KEY_WIDTH}}`, "g")) ?? []).map((part) => `  ${part}`),
    "modaliases:",
    ...modaliases.map((pattern) => `- ${text(pattern)}`),
    `module: ${text(module)}`,
    ...(driver.package === "" ? [] : [`package: ${text(driver.package)}`]),
    ...(repository === "" ? [] : [`repository: ${text(repository)}`]),
    ...(series.length === 0 ? [] : ["series:", ...series.map((name) => `- ${text(name)}`)]),
  ];
  return [
    `# Wanted by ${driver.profiles.join(", ")}.`,
    ...lines.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`)),
  ];
}

/** Always in quotes, so that no YAML reader takes it for a number, a date or an alias. */
function text(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
