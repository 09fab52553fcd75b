import { describe, expect, it } from "vitest";
import type { TreeMap } from "../design/tree.ts";
import { assetsOf, pipeData } from "./boot-assets.ts";

function piped(asset: TreeMap) {
  const [view] = assetsOf({ kind: "BootAction", name: "a", tree: { assets: [asset] }, inputs: [] });
  if (view === undefined) throw new Error("no asset");
  return pipeData(view);
}
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("data on its way through a pipeline", () => {
  it("reaches the template as text", () => {
    const steps = ["base64_decode", "utf8_decode", "template"];
    expect(piped({ data: base64("héllo"), data_pipeline: steps })).toEqual({ template: "héllo" });
    expect(piped({ data: "as it stands", data_pipeline: ["template"] })).toEqual({ template: "as it stands" });
    const twice = ["base64_decode", "base64_decode", "utf8_decode", "template"];
    expect(piped({ data: base64(base64("x")), data_pipeline: twice })).toEqual({ template: "x" });
  });

  it("is no template while it is bytes, is fetched, or has no such step", () => {
    expect(piped({ data: base64("x"), data_pipeline: ["base64_decode", "template"] })).toEqual({});
    expect(piped({ location: "https://x", data_pipeline: ["template"] })).toEqual({});
    expect(piped({ data: "{{" })).toEqual({ unrendered: "{{" });
    expect(piped({ data: base64("x"), data_pipeline: ["base64_decode"] })).toEqual({ unrendered: "x" });
  });

  it("comes back as it was", () => {
    const steps = ["utf8_encode", "base64_encode", "base64_decode", "utf8_decode", "template"];
    expect(piped({ data: "¼ of {{ x }}", data_pipeline: steps })).toEqual({ template: "¼ of {{ x }}" });
  });

  it.each([
    ["not base64!", "base64_decode"],
    ["aGVsbG8", "base64_decode"],
    ["aGV=bG8=", "base64_decode"],
    ["/w==", "utf8_decode"],
  ])("stops at a step that can't be carried out: %j at %s", (data, step) => {
    expect(piped({ data, data_pipeline: ["base64_decode", "utf8_decode"] }).fault?.step).toBe(step);
  });
});
