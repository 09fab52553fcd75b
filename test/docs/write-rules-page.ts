import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rulesPage } from "./rules-page.ts";

// Run by `npm run docs:rules`.
writeFileSync(join(import.meta.dirname, "..", "..", "docs", "rules.md"), rulesPage());
