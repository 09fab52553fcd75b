import { describe, expect, it } from "vitest";
import { parseTemplate } from "./parse-template.ts";

describe("a template", () => {
  it("without tags is any text", () => {
    expect(parseTemplate("} %} {x} {")).toEqual({ lookups: [] });
  });

  it("tells what it looks up, each once", () => {
    const text = "{{ node.network['mgmt'].ip }}{% if node.tags[0] %}{{ node.network.mgmt.ip }}{% endif %}";
    const { fault, lookups } = parseTemplate(text);
    expect(fault).toBeUndefined();
    expect(lookups.filter(([root]) => root === "node")).toEqual([
      ["node", "network", "mgmt", "ip"],
      ["node", "tags"],
    ]);
  });

  it.each([
    ["{{ a b }}", 1, 6],
    ["first line\nsecond {{ a b }}", 2, 13],
    ["{% foo %}", 1, 4],
  ])("that is broken tells the place: %j", (text, line, column) => {
    expect(parseTemplate(text).fault).toMatchObject({ line, column, isOfJinja: false });
  });

  it.each(["{% ", "{{ a", "{% if a %}", "{{ }}", "{% endfor %}", "{{ '", "{# never closed", "{% raw %}"])(
    "that breaks off is broken: %j",
    (text) => {
      expect(parseTemplate(text).fault).toMatchObject({ isOfJinja: false });
    },
  );

  it.each([
    ...["{{ x[1:3] }}", "{{ x[::2] }}", "{% do x.append(1) %}", "{% with a = 1 %}{{ a }}{% endwith %}"],
    ...["{{ x is divisibleby 3 }}", "{{ f(*args) }}", "{{ a.0 }}", "{% set a, b = 1, 2 %}"],
    "{% for x in y recursive %}{{ loop(x) }}{% endfor %}",
  ])("that Jinja2 alone can read is told from a broken one: %j", (text) => {
    expect(parseTemplate(text).fault).toMatchObject({ isOfJinja: true });
  });

  it.each([
    ...["{%+ if a %}x{%- endif +%}", "{% raw %}{{ {% endraw %}", "{{ a if b else c }}", "{{ a | default('x', true) }}"],
    ...["{% for k, v in d.items() %}{{ k ~ v }}{% else %}none{% endfor %}", "{% macro m(a, b=1) %}{% endmacro %}"],
    "{% set x %}a{% endset %}{# a comment #}",
  ])("may say what Jinja2 says: %j", (text) => {
    expect(parseTemplate(text).fault).toBeUndefined();
  });

  it.each(["{{ ".repeat(50_000), `{{ ${"(".repeat(50_000)}`, `{{ ${"[".repeat(50_000)}`])(
    "nested without end is a fault like any other",
    (text) => {
      expect(parseTemplate(text).fault?.message).toBeTruthy();
    },
  );
});
