/** Thrown inside this folder where only an evaluation of the whole design tells; the message is the reason. Never leaves it. */
export class NeedsWhole extends Error {
  override name = "NeedsWhole";
}
