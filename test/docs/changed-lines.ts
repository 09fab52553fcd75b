/** Lines of a text with those taken away and added marked `-` and `+`, and a few unchanged ones around them; gaps are a line with "…". */
export function changedLines(before: string, after: string, around = 2): readonly string[] {
  const marked = compare(before.split("\n"), after.split("\n"));
  const shown: string[] = [];
  let skipped = false;
  for (const [index, line] of marked.entries()) {
    const near = marked.slice(Math.max(0, index - around), index + around + 1);
    if (near.every((each) => each.startsWith(" "))) {
      skipped = true;
      continue;
    }
    if (skipped && shown.length > 0) shown.push("  …");
    skipped = false;
    shown.push(line);
  }
  return shown;
}

/** A longest common subsequence of lines, by the usual table. */
function compare(a: readonly string[], b: readonly string[]): readonly string[] {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(`  ${a[i]}`);
      i++;
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) lines.push(`- ${a[i++]}`);
    else lines.push(`+ ${b[j++]}`);
  }
  return lines;
}
