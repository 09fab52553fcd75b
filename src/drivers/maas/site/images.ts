import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { ErrorReason } from "../../../../gen/bedplate/type/v1/error_pb.js";
import { answeredList, type Json, number, object, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { DriverError, rejected } from "../driver-error.ts";
import { listed } from "../text.ts";

/** An image with one kernel, for one architecture. */
export interface Image {
  /** Such as "ubuntu/noble". */
  readonly name: string;
  /** Whether a version of it is there with all its files; undefined where nobody asked. */
  readonly isComplete: boolean | undefined;
}

/** The images of a MAAS. */
export interface Images {
  readonly images: readonly Image[];
  readonly isImporting: boolean;
}

/** How many kernels of an image are asked whether they are complete. */
const MAX_ASKED = 8;

/** Reads the list of images and, of those wanted, whether one of their kernels is complete; and whether MAAS is importing when one isn't. */
export async function readImages(client: MaasClient, wanted: readonly string[]): Promise<Images> {
  if (wanted.length === 0) return { images: [], isImporting: false };
  const path = "boot-resources/";
  const found = answeredList(await client.get({ path }), path, client.target.instance);
  const complete = new Set<string>();
  for (const image of new Set(wanted)) {
    const kernels = found.filter((resource) => isImage(text(resource.name), image));
    for (const resource of kernels.slice(0, MAX_ASKED)) {
      if (!(await isComplete(client, resource))) continue;
      complete.add(image);
      break;
    }
  }
  const images = found.map(({ name }) => {
    const asked = wanted.find((image) => isImage(text(name), image));
    return { name: text(name), isComplete: asked === undefined ? undefined : complete.has(asked) };
  });
  const isImporting = complete.size < new Set(wanted).size && (await client.get({ path, op: "is_importing" })) === true;
  return { images, isImporting };
}

async function isComplete(client: MaasClient, resource: Json): Promise<boolean> {
  let answer: Json;
  try {
    answer = object(await client.get({ path: `boot-resources/${number(resource.id)}/` }));
  } catch (error) {
    // It may have gone since it was listed.
    if (isNotFound(error)) return false;
    throw error;
  }
  const sets = Object.values(object(answer.sets)).map(object);
  return sets.some(({ complete }) => complete === true || complete === "true");
}

function isNotFound(error: unknown): boolean {
  return error instanceof DriverError && error.failure.reason === ErrorReason.NOT_FOUND;
}

function isImage(name: string, wanted: string): boolean {
  return name === wanted || name.endsWith(`/${wanted}`);
}

/**
 * The wanted images MAAS is still importing. Fails, naming the image, when one is not there and none is being imported: MAAS alone imports images, as its
 * selections of boot sources say.
 */
export function imagesToCome({ images, isImporting }: Images, spec: SiteSpec): string[] {
  return [...new Set(spec.images)].filter((image) => {
    const kernels = images.filter(({ name }) => isImage(name, image));
    if (kernels.some(({ isComplete }) => isComplete === true)) return false;
    if (isImporting) return true;
    const there = [...new Set(images.map(({ name }) => name))].sort();
    const has = there.length === 0 ? "none" : listed(there);
    const message =
      kernels.length === 0
        ? `MAAS has no image "${image}"; it has ${has}`
        : `MAAS has the image "${image}" in part only, and is importing nothing`;
    throw rejected(message, {
      subject: image,
      hint: `import the image "${image}" in MAAS, or name another in the design`,
    });
  });
}
