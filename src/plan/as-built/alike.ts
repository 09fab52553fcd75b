/** Whether two texts of people mean the same, such as makers: one is a part of the other, without regard to case. */
export function alike(one: string, other: string): boolean {
  const [a, b] = [plain(one), plain(other)];
  return a.includes(b) || b.includes(a);
}

/**
 * Whether two names or versions say the same: one is found in the other between word boundaries, without regard to case, marks of trade and spaces. So "2.1" is in
 * "BIOS 2.1" and not in "2.10", and "R740" in "PowerEdge R740" and not in "PowerEdge R740xd".
 */
export function saysSame(one: string, other: string): boolean {
  const [a, b] = [plain(one), plain(other)];
  return holdsWord(a, b) || holdsWord(b, a);
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/\((?:r|tm|c)\)|[®™©]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isWordPart(text[at - 1]) && !isWordPart(text[at + word.length])) return true;
  }
  return false;
}

/** A point belongs to a version, whichever side of it is looked at. */
function isWordPart(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}._-]/u.test(character);
}
