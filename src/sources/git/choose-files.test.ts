import { expect, test } from "vitest";
import { chooseFiles } from "./choose-files.ts";

const file = (path: string, size = 10, mode = "100644") => ({ mode, id: "0".repeat(40), size, path });

test("YAML files are chosen in the order of a walk, without what is hidden", () => {
  const paths = [
    "b/x.yml",
    "a.yaml",
    "b.yaml",
    "b/a/y.YAML",
    "c.json",
    ".ci/x.yaml",
    "b/node_modules/x.yaml",
    "a-b/z.yaml",
  ];
  const { files, diagnostics } = chooseFiles(
    paths.map((path) => file(path)),
    "",
  );
  expect(files.map(({ path }) => path)).toEqual(["a-b/z.yaml", "a.yaml", "b/a/y.YAML", "b/x.yml", "b.yaml"]);
  expect(diagnostics).toEqual([]);
});

test("a directory that is named may itself be hidden", () => {
  const { files } = chooseFiles([file(".design/site.yaml"), file(".design/.old/site.yaml")], ".design");
  expect(files.map(({ path }) => path)).toEqual([".design/site.yaml"]);
});

test("what is too large, or no file, is told; too many files or bytes are refused", () => {
  const limits = { files: 2, fileBytes: 100, totalBytes: 150 };
  const odd = [file("big.yaml", 101), file("link.yaml", 7, "120000"), file("repo.yaml", 0, "160000"), file("x.yaml")];
  const { files, diagnostics } = chooseFiles(odd, "", limits);
  expect(files.map(({ path }) => path)).toEqual(["x.yaml"]);
  expect(diagnostics.map(({ rule, location }) => [rule, location?.uri])).toEqual([
    ["file-too-large", "big.yaml"],
    ["not-a-file", "link.yaml"],
    ["not-a-file", "repo.yaml"],
  ]);
  const many = ["a.yaml", "b.yaml", "c.yaml"].map((path) => file(path, 1));
  expect(() => chooseFiles(many, "", limits)).toThrow("found 3 files, at most 2 are read");
  const heavy = ["a.yaml", "b.yaml"].map((path) => file(path, 80));
  expect(() => chooseFiles(heavy, "", limits)).toThrow("the files have more than 150 bytes together");
});
