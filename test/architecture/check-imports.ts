import { join } from "node:path";
import { checkImports, readSources } from "./import-graph.ts";

const sources = readSources(join(import.meta.dirname, "..", ".."));
const violations = checkImports(sources);
for (const { file, line, message } of violations) console.error(`${file}:${line}: ${message}`);
console.log(`imports of ${sources.size} files checked, ${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
