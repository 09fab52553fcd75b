/** Names an item within a design. */
export interface ItemKey {
  readonly kind: string;
  readonly name: string;
}

/** The text of an item key, "Kind/name": unique, since neither part may hold a slash. */
export function itemKeyText(key: ItemKey): string {
  return `${key.kind}/${key.name}`;
}

/** The kind and name of an item key's text, "Kind/name". */
export function itemKeyOf(text: string): ItemKey {
  const slash = text.indexOf("/");
  return { kind: text.slice(0, slash), name: text.slice(slash + 1) };
}
