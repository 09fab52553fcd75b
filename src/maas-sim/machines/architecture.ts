import type { Form } from "../http/form.ts";
import type { SimState } from "../state.ts";

/** The architectures machines may have: those of the images. */
export function architectures(state: SimState): string[] {
  return [...new Set([...state.images.values()].map((image) => `${image.architecture}/generic`))].sort();
}

/** Reads an architecture, completing `amd64` to `amd64/generic`; notes one that no image serves. */
export function architectureField(state: SimState, form: Form): string | undefined {
  const source = form.text("architecture");
  if (!source) return undefined;
  const architecture = source.includes("/") ? source : `${source}/generic`;
  const known = architectures(state);
  if (!known.includes(architecture)) {
    const choices = known.map((name) => `'${name}'`).join(", ");
    form.fail("architecture", `'${architecture}' is not a valid architecture.  It should be one of: ${choices}.`);
  }
  return architecture;
}
