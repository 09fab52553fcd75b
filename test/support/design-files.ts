import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

/** Files of a design as a reader takes them. */
export type DesignFiles = readonly { readonly uri: string; readonly text: string }[];

/** Each example directory with its files, by its name. */
export function exampleFiles(): readonly (readonly [name: string, files: DesignFiles])[] {
  return directoriesOf(join(root, "examples"));
}

/** Each directory of historical files, by its name; none where they aren't at hand. */
export function corpusFiles(): readonly (readonly [name: string, files: DesignFiles])[] {
  return directoriesOf(join(root, "..", "shared", "corpus"));
}

function directoriesOf(parent: string): readonly (readonly [name: string, files: DesignFiles])[] {
  if (!existsSync(parent)) return [];
  const directories = readdirSync(parent).filter((name) => statSync(join(parent, name)).isDirectory());
  return directories.map((name) => [name, yamlFiles(parent, name)] as const).filter(([, files]) => files.length > 0);
}

function yamlFiles(parent: string, directory: string): DesignFiles {
  return readdirSync(join(parent, directory), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.ya?ml$/.test(path))
    .sort()
    .map((path) => ({ uri: `${directory}/${path}`, text: readFileSync(join(parent, directory, path), "utf8") }));
}
