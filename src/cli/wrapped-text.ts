import { stripVTControlCharacters } from "node:util";

/** How many columns a text takes; escape sequences of colours take none. */
export function textWidth(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** How wide lines for people are: as wide as the terminal, within bounds in which they can be read. */
export function lineWidth(): number {
  return Math.min(Math.max(process.stdout.columns ?? 100, 60), 120);
}

/** Words with commas between them, in lines of at most `lineWidth` characters where no word is longer. */
export function wrapped(words: readonly string[], indent: string): string[] {
  const width = lineWidth();
  const lines: string[] = [];
  let line = "";
  for (const [index, word] of words.entries()) {
    const text = index === words.length - 1 ? word : `${word},`;
    if (line !== "" && line.length + 1 + text.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? `${indent}${text}` : `${line} ${text}`;
  }
  return line === "" ? lines : [...lines, line];
}

/** A text of at most so many characters, the end of a longer one replaced by a mark. */
export function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
