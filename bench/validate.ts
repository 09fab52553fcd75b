import { loadAll } from "js-yaml";
import { readDesignFiles } from "../src/consumers/read-design-files.ts";
import { evaluateDesign } from "../src/design/evaluate-design.ts";
import { suggestedLayer } from "../src/design/layer.ts";
import { validateDesign } from "../src/validate/validate-design.ts";
import { generateSite } from "./generate-site.ts";

/** Times of the whole way from text to diagnostics, as ratios to the bare parse of the same bytes in the same process. Budget: at most 4 at 5,000 nodes, linear beyond. */
function measure(nodes: number): { readonly ratio: number; readonly perNode: number; readonly line: string } {
  const text = generateSite(nodes);
  const bare: number[] = [];
  const whole: number[] = [];
  let found = 0;
  for (let round = 0; round < 5; round++) {
    bare.push(timed(() => loadAll(text)));
    whole.push(
      timed(() => {
        found = validate(text);
      }),
    );
  }
  // The first round of each is cold, as a command's only round is.
  const cold = (whole[0] ?? 0) / (bare[0] ?? 1);
  const warm = median(whole) / median(bare);
  const line = `${nodes} nodes, ${(text.length / 1e6).toFixed(1)} MB: bare ${bare[0]?.toFixed(0)} / ${median(bare).toFixed(0)} ms, whole ${whole[0]?.toFixed(0)} / ${median(whole).toFixed(0)} ms (cold / median), ratio ${cold.toFixed(2)} / ${warm.toFixed(2)}; ${found} errors`;
  return { ratio: cold, perNode: median(whole) / nodes, line };
}

function validate(text: string): number {
  const { documents, diagnostics } = readDesignFiles([{ uri: "site.yaml", text }]);
  const layered = documents.map((document) => ({ layer: "main", document }));
  const evaluation = evaluateDesign({ documents: layered, layers: [suggestedLayer("main")], diagnostics });
  return [...evaluation.diagnostics, ...validateDesign(evaluation).diagnostics].filter(
    ({ severity }) => severity === "error",
  ).length;
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const sizes = process.argv.slice(2).map(Number);
const results = (sizes.length > 0 ? sizes : [5000, 1000, 20_000]).map(measure);
for (const { line } of results) console.log(line);
const [first, small, large] = results;
if (first !== undefined) console.log(`budget: ratio ${first.ratio.toFixed(2)} of 4`);
if (small !== undefined && large !== undefined)
  console.log(
    `growth: ${(large.perNode / small.perNode).toFixed(2)} times the time per node from the smaller to the larger`,
  );
console.log(`peak memory: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
