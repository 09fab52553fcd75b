import { readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedSite } from "./generated-site.ts";

/** The site a demonstration is about. */
export interface DemoSite {
  /** Name of its design. */
  readonly design: string;
  /** Where its documents are. */
  readonly path: string;
  /** The world file of its machines. */
  readonly world: string;
  /** How many machines there are. */
  readonly machines: number;
}

/** The machine and the card `--break nic` takes out. */
const broken = { mac: "52:54:00:07:00:10", pciAddress: "0000:18:00.1" } as const;

interface WorldFile {
  readonly machines: { nics: { mac: string }[]; missing_nics?: string[] }[];
}

/** The example site, with what `--break` says taken out, or with `--nodes` one made for so many; what is written goes below `folder`. */
export async function demoSite(
  options: { readonly break?: string; readonly nodes?: number },
  folder: string,
): Promise<DemoSite> {
  const world = join(folder, "world.json");
  if (options.nodes !== undefined) {
    const site = generatedSite(options.nodes);
    const path = join(folder, "site.yaml");
    await writeFile(path, site.design);
    await writeFile(world, site.world);
    return { design: "generated", path, world, machines: options.nodes };
  }
  const path = relative(process.cwd(), fileURLToPath(new URL("../../../examples/site", import.meta.url))) || ".";
  const content = JSON.parse(await readFile(join(path, "maas-world.json"), "utf8")) as WorldFile;
  for (const machine of options.break === undefined ? [] : content.machines) {
    if (machine.nics.some((nic) => nic.mac === broken.mac)) machine.missing_nics = [broken.pciAddress];
  }
  await writeFile(world, JSON.stringify(content));
  return { design: "plant7", path, world, machines: content.machines.length };
}
