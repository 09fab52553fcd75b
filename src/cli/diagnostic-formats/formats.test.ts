import { pathToFileURL } from "node:url";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { diagnosticForms, parseDiagnosticForm, reportFormat } from "./diagnostic-form.ts";
import type { DiagnosticReport } from "./report.ts";

const nasty: Diagnostic = {
  rule: "duplicate-address",
  severity: "error",
  message: "100% of\r\n::error::it, \u001b[31mred",
  hint: "50%: change it",
  kind: "Node",
  name: "n1",
  field: 'addresses["mgmt"]',
  location: { uri: "./sites/a,b:c%20/ü site.yaml", line: 12, column: 3 },
  related: [{ message: "n2 has it", location: { uri: "/srv/other.yaml", line: 4, column: 9 } }],
};
const whole: Diagnostic = {
  rule: "file-too-large",
  severity: "info",
  message: "too large",
  location: { uri: "huge.yaml", line: 0, column: 0 },
  related: [],
};
const report: DiagnosticReport = { valid: false, diagnostics: [nasty, whole], items: { Node: 2 } };

async function formatted(form: string, given = report): Promise<string> {
  return (await reportFormat(parseDiagnosticForm(form)))(given);
}

describe("the forms of diagnostics", () => {
  it("are a closed list", () => {
    expect(diagnosticForms).toBe("table, lines, json, yaml, sarif or github");
    expect(() => parseDiagnosticForm("toString")).toThrow("is no output form");
  });

  it("print lines for editors: one for each diagnostic and nothing else", async () => {
    expect(await formatted("lines")).toBe(
      "./sites/a,b:c%20/ü site.yaml:12:3: error duplicate-address 100% of\\u000d\\u000a::error::it, \\u001b[31mred\n" +
        "huge.yaml: info file-too-large too large\n",
    );
    expect(await formatted("lines", { valid: true, diagnostics: [], items: {} })).toBe("");
  });

  it("print GitHub's commands, in which what a file says is data", async () => {
    expect(await formatted("github")).toBe(
      "::error file=./sites/a%2Cb%3Ac%2520/ü site.yaml,line=12,col=3,title=duplicate-address::100%25 of\\u000d\\u000a::error::it, \\u001b[31mred%0Ahint: 50%25: change it\n" +
        "::notice file=huge.yaml,title=file-too-large::too large\n",
    );
  });

  it("print the same as JSON and as YAML", async () => {
    const value = JSON.parse(await formatted("json"));
    expect(load(await formatted("yaml"))).toEqual(value);
    expect(value).toMatchObject({ valid: false, summary: { items: { Node: 2 } } });
    expect(value.diagnostics[1]).toMatchObject({ rule: "file-too-large", hint: "", field: "", related: [] });
  });

  it("print for people each with its hint and related places, and the verdict last", async () => {
    const lines = (await formatted("table")).split("\n");
    expect(lines.slice(1)).toEqual([
      "    hint: 50%: change it",
      "    /srv/other.yaml:4:9: n2 has it",
      "huge.yaml: info file-too-large: too large",
      "invalid: 1 error, 0 warnings, 1 notice; 2 Node",
      "",
    ]);
  });

  it("print SARIF: rules once, results with places and related places, paths as URI references", async () => {
    const log = JSON.parse(await formatted("sarif"));
    expect(log).toMatchObject({ version: "2.1.0", $schema: expect.stringContaining("sarif-2.1.0") });
    const [run] = log.runs;
    expect(run.columnKind).toBe("unicodeCodePoints");
    expect(run.tool.driver.name).toBe("Bedplate");
    expect(run.tool.driver.rules.map((rule: { id: string }) => rule.id)).toEqual([
      "duplicate-address",
      "file-too-large",
    ]);
    for (const rule of run.tool.driver.rules) {
      expect(rule).toMatchObject({
        shortDescription: { text: expect.stringMatching(/./) },
        help: { text: expect.stringMatching(/./), markdown: expect.stringMatching(/./) },
        defaultConfiguration: { level: expect.stringMatching(/^(error|warning|note)$/) },
      });
    }
    expect(run.results).toEqual([
      {
        ruleId: "duplicate-address",
        ruleIndex: 0,
        level: "error",
        message: { text: "100% of\\u000d\\u000a::error::it, \\u001b[31mred; hint: 50%: change it" },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "sites/a%2Cb%3Ac%2520/%C3%BC%20site.yaml" },
              region: { startLine: 12, startColumn: 3 },
            },
            logicalLocations: [
              { fullyQualifiedName: 'Node/n1 addresses["mgmt"]', name: 'addresses["mgmt"]', kind: "object" },
            ],
          },
        ],
        relatedLocations: [
          {
            id: 0,
            physicalLocation: {
              artifactLocation: { uri: pathToFileURL("/srv/other.yaml").href },
              region: { startLine: 4, startColumn: 9 },
            },
            message: { text: "n2 has it" },
          },
        ],
      },
      {
        ruleId: "file-too-large",
        ruleIndex: 1,
        level: "note",
        message: { text: "too large" },
        locations: [{ physicalLocation: { artifactLocation: { uri: "huge.yaml" } } }],
      },
    ]);
  });
});
