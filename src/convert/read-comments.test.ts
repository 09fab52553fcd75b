import { describe, expect, it } from "vitest";
import { readYaml } from "../yaml/read-yaml.ts";
import { readComments } from "./read-comments.ts";

function comments(text: string): readonly string[] {
  const found = readComments(text, readYaml({ uri: "a.yaml", text }).documents);
  return found.map(({ line, text: each, alone }) => `${line}${alone ? "" : " behind"} ${each}`);
}

describe("the comments of a file", () => {
  it("are what stands behind a # outside of texts", () => {
    expect(
      comments(`# header
---
a: b # behind a
# between
"key # no": 'x # no' # yes
c: d#no
e: "two
  # no
  lines" # after e
f: [1, # one
  # two
  3] # three
- not yaml`),
    ).toEqual([
      "1 # header",
      "3 behind # behind a",
      "4 # between",
      "5 behind # yes",
      "9 behind # after e",
      "10 behind # one",
      "11 # two",
      "12 behind # three",
    ]);
  });

  it("are none inside a block, and some behind its header and after it", () => {
    expect(
      comments(`a: |- # header of a
  #!/bin/sh
  # no
b: >2

   # no
# after b
c:
  d: |
    x
    # no
  # after d
    # still after d
e: 1
`),
    ).toEqual(["1 behind # header of a", "7 # after b", "12 # after d", "13 # still after d"]);
  });

  it("are found with other line ends, a byte-order mark, characters beyond 16 bits, aliases and several documents", () => {
    expect(
      comments(
        '\ufeff# one\r\na: &x "\u{1f600} # no" # two\r\nb: *x # three\r\n---\r\n# four\r\n"\u{1f600} #": 1 #five\r\n...\r\n# six',
      ),
    ).toEqual([...["1 # one", "2 behind # two", "3 behind # three", "5 # four", "6 behind #five", "8 # six"]]);
  });

  it("are found in a file without a document and behind the place where one breaks off", () => {
    expect(comments("# only\n")).toEqual(["1 # only"]);
    expect(comments("a: 1 # one\nb: ]\n# two\n")).toEqual(["1 behind # one", "3 # two"]);
  });
});
